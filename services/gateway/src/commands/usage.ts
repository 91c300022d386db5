/** The options of commands; `--help` belongs to each. */
export const optionNames = ['write', 'name', 'provider', 'profile', 'scopes', 'expires'] as const;
export type OptionName = (typeof optionNames)[number];

/** What a command accepts, and the text of its `--help`. */
export interface CommandUsage {
  readonly text: string;
  readonly options: readonly OptionName[];
}

/** The text of `scim-gateway --help`. */
export const usage = `scim-gateway COMMAND [--help]

  serve                 run the gateway
  doctor                examine a deployment without changing anything
  config [check|docs]   print, check or document the configuration
  metrics               print the table of all metrics as Markdown
  openapi [--write F]   print the OpenAPI document, or write it to a file
  token new             generate a token for an identity provider

Environment variables configure the gateway; "scim-gateway config docs" lists them.
`;

const serve = `scim-gateway serve

Runs the gateway until SIGTERM or SIGINT. When both listeners are open, standard output gets these lines:

  SCIM base URL: http://…/scim/v2
  Management: http://…
  Token: …                  (only where no credential is configured: a random token)

Logs go to standard error, one JSON object per line.
`;

const doctor = `scim-gateway doctor

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

/** Every command. */
export const commands: ReadonlyMap<string, CommandUsage> = new Map<string, CommandUsage>([
  ['serve', { text: serve, options: [] }],
  ['doctor', { text: doctor, options: [] }],
  ['config', { text: configUsage, options: [] }],
  ['metrics', { text: metrics, options: [] }],
  ['openapi', { text: openapi, options: ['write'] }],
  ['token', { text: tokenUsage, options: ['name', 'provider', 'profile', 'scopes', 'expires'] }],
]);
