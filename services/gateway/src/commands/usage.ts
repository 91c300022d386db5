/** What `scim-gateway --help` says. */
export const usage = `scim-gateway COMMAND [--help]

  serve                 run the gateway
  doctor                examine a deployment without changing anything
  config [check|docs]   print, check or document the configuration
  metrics               print the table of all metrics as Markdown
  openapi [--write F]   print the OpenAPI document, or write it to a file
  token new             make a token for an identity provider

Settings come from the environment; "scim-gateway config docs" lists them.
`;

/** What `scim-gateway serve --help` says. */
export const serveUsage = `scim-gateway serve

Runs the gateway until SIGTERM or SIGINT. When it is ready it says so on standard output, one line each:

  SCIM base URL: http://…/scim/v2
  Management: http://…
  Token: …                  (only when no credential is configured: a random one)

Everything else, as lines of JSON, goes to standard error.
`;

/** What `scim-gateway doctor --help` says. */
export const doctorUsage = `scim-gateway doctor

Examines the deployment that the environment describes, without changing anything: the configuration, the credentials of providers,
Collate's answer, version and abilities, the rights of our credential, the document store, Redis.

  ✓ in order    ! worth knowing    ✗ a problem

The exit code is 1 if there is a problem.
`;

/** What `scim-gateway config --help` says. */
export const configUsage = `scim-gateway config [check|docs]

  (nothing)  print the configuration in force as JSON, secrets masked
  check      exit 1 and name every problem when the environment is wrong
  docs       print the table of all variables as Markdown
`;

/** What `scim-gateway metrics --help` says. */
export const metricsUsage = `scim-gateway metrics

Prints the table of all metrics, with their labels and what these can hold, as Markdown.
`;

/** What `scim-gateway openapi --help` says. */
export const openapiUsage = `scim-gateway openapi [--write FILE]

Prints the OpenAPI 3.1 document of the SCIM listener, or writes it to a file.
`;

/** What `scim-gateway token --help` says. */
export const tokenUsage = `scim-gateway token new --name NAME --provider KEY [--profile tolerant|strict]
                       [--scopes read,write] [--expires 2030-01-31T00:00:00Z]

Makes a token for one identity provider and prints it; it is never shown again. Put the line that follows it into the list in
SCIM_TOKENS_FILE. To rotate, add a second token under another name and the same provider, and remove the first one afterwards.
`;

/** What each command's `--help` says. */
export const usages = new Map([
  ['serve', serveUsage],
  ['doctor', doctorUsage],
  ['config', configUsage],
  ['metrics', metricsUsage],
  ['openapi', openapiUsage],
  ['token', tokenUsage],
]);
