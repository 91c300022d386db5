/** The options of commands; `--help` belongs to each. */
export const optionNames = [
  'write',
  'name',
  'provider',
  'profile',
  'scopes',
  'expires',
  'email',
  'days',
  'admin-token-file',
  'token-file',
  'secret-manifest',
] as const;
export type OptionName = (typeof optionNames)[number];

/** The options without a value. */
export const flagNames = ['json', 'dry-run', 'revoke'] as const;
export type Flag = (typeof flagNames)[number];

/** What a command accepts, and the text of its `--help`. */
export interface CommandUsage {
  readonly text: string;
  readonly options: readonly (OptionName | Flag)[];
}

/** The text of `scim-gateway --help`. */
export const usage = `scim-gateway COMMAND [--help]

  serve                 run the gateway
  doctor                examine a deployment without changing anything
  config [check|docs]   print, check or document the configuration
  metrics               print the table of all metrics as Markdown
  openapi [--write F]   print the OpenAPI document, or write it to a file
  token new             generate a token for an identity provider
  bot create            make the Collate bot that the gateway acts as, with the least rights
  bot check|rotate      examine the rights of the bot, or replace its token

Environment variables configure the gateway; "scim-gateway config docs" lists them.
`;

const serve = `scim-gateway serve

Runs the gateway until SIGTERM or SIGINT. When both listeners are open, standard output gets these lines:

  SCIM base URL: http://…/scim/v2
  Management: http://…
  Token: …                  (only where no credential is configured: a random token)

Logs go to standard error, one JSON object per line.
`;

const doctor = `scim-gateway doctor [--json]

Examines the deployment that the environment describes, without changing anything: the configuration, the providers'
credentials, Collate's version and capabilities, the rights of the gateway's bot, the document store and Redis.

  ✓ in order    ! worth knowing    ✗ a problem

The exit code is 1 if there is a problem.
`;

/** The text of `scim-gateway config --help`. */
export const configUsage = `scim-gateway config [check|docs]

  (no action)  print the configuration in force as JSON, with secrets masked
  check        name every problem of the environment; the exit code is 1 if there is one
  docs         print the table of all variables as Markdown
`;

const metrics = `scim-gateway metrics

Prints the table of all metrics as Markdown, with their labels and the values that each label can have.
`;

const openapi = `scim-gateway openapi [--write FILE]

Prints the OpenAPI 3.1 document of the SCIM listener, or writes it to a file.
`;

/** The text of `scim-gateway token --help`. */
export const tokenUsage = `scim-gateway token new --name NAME --provider KEY [--profile tolerant|strict]
                       [--scopes read,write] [--expires 2030-01-31T00:00:00Z]

Generates a token for one identity provider and prints it; it is never shown again. Add the line that follows it to the
list in SCIM_TOKENS_FILE. To rotate a token, add a second one with another name and the same provider. Remove the first
one when the provider uses the second.
`;

/** The text of `scim-gateway bot --help`. */
export const botUsage = `scim-gateway bot create [--name NAME] [--email ADDRESS] [--days 7|30|60|90|Unlimited]
                        [--admin-token-file FILE] [--token-file FILE | --secret-manifest NAME[/NAMESPACE]]
                        [--dry-run] [--json]
scim-gateway bot check [--json]
scim-gateway bot rotate [--name NAME] [--days N] [--revoke] [--json]
                        [--admin-token-file FILE] [--token-file FILE | --secret-manifest NAME[/NAMESPACE]]

  create  make policy, role and bot in the Collate at COLLATE_URL, take DefaultBotRole off the bot, and check its rights.
          A repetition changes nothing, and never replaces the token. --dry-run shows each call instead
  check   what the bot of COLLATE_TOKEN may do, and whether DefaultBotRole is back
  rotate  replace the token. The old one stays valid for up to two minutes, in which a running gateway uses both.
          --revoke ends the old one at once, for example because it leaked: requests fail until the gateway has the new one

create and rotate need the token of an administrator of Collate: from the file, from a prompt without echo, or from
standard input. It is never an argument. The bot's token goes to standard output, to a file that only its owner can
read, or into the manifest of a Kubernetes Secret. Everything else goes to standard error.
`;

/** Every command. */
export const commands: ReadonlyMap<string, CommandUsage> = new Map<string, CommandUsage>([
  ['serve', { text: serve, options: [] }],
  ['doctor', { text: doctor, options: ['json'] }],
  ['config', { text: configUsage, options: [] }],
  ['metrics', { text: metrics, options: [] }],
  ['openapi', { text: openapi, options: ['write'] }],
  ['token', { text: tokenUsage, options: ['name', 'provider', 'profile', 'scopes', 'expires'] }],
  [
    'bot',
    {
      text: botUsage,
      options: [
        'name',
        'email',
        'days',
        'admin-token-file',
        'token-file',
        'secret-manifest',
        'json',
        'dry-run',
        'revoke',
      ],
    },
  ],
]);
