import { createTokenEntry } from '../credentials/new-token.ts';

const usage = `scim-gateway token new --name NAME --provider KEY [--profile tolerant|strict] [--expires DATE]

Makes a token for one identity provider, prints it once, and prints the line for SCIM_TOKENS_FILE.
`;

/** What a new token is described by. */
export interface TokenOptions {
  readonly name: string | undefined;
  readonly provider: string | undefined;
  readonly profile: string | undefined;
  readonly expires: string | undefined;
}

/** Makes a token: the token itself is shown now and never again, its digest goes into the file. */
export function token(action: string | undefined, options: TokenOptions): void {
  const { name, provider, profile, expires } = options;
  const isProfile = profile === undefined || profile === 'tolerant' || profile === 'strict';
  if (action !== 'new' || name === undefined || provider === undefined || !isProfile) {
    process.stderr.write(usage);
    process.exitCode = 2;
    return;
  }
  const made = createTokenEntry({
    name,
    provider,
    ...(profile === undefined ? {} : { profile }),
    ...(expires === undefined ? {} : { expires }),
  });
  process.stdout.write(`Token (shown once): ${made.token}\nFor SCIM_TOKENS_FILE: ${JSON.stringify(made.entry)}\n`);
}
