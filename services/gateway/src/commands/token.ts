import { createTokenEntry } from '../credentials/new-token.ts';
import { parseTokensFile, type TokenEntry, TokensFileError } from '../credentials/tokens-file.ts';
import { tokenUsage } from './usage.ts';

/** What a new token is described by, as it was typed. */
export interface TokenOptions {
  readonly name: string | undefined;
  readonly provider: string | undefined;
  readonly profile: string | undefined;
  readonly scopes: string | undefined;
  readonly expires: string | undefined;
}

/** Makes a token: the token itself is shown now and never again, its digest goes into the file. */
export function token(action: string | undefined, options: TokenOptions): void {
  if (action !== 'new' || options.name === undefined || options.provider === undefined) {
    refuse(tokenUsage);
    return;
  }
  const made = createTokenEntry(describe(options, options.name, options.provider));
  const line = JSON.stringify(made.entry);
  const problem = findProblem(line);
  if (problem !== undefined) refuse(`${problem}\n\n${tokenUsage}`);
  else process.stdout.write(`Token (shown once): ${made.token}\nFor SCIM_TOKENS_FILE: ${line}\n`);
}

function describe(options: TokenOptions, name: string, provider: string): Omit<TokenEntry, 'sha256'> {
  const { profile, scopes, expires } = options;
  // What was typed is checked as the file's reader will check it, so that both agree on what an entry is.
  return {
    name,
    provider,
    ...(profile === undefined ? {} : { profile }),
    ...(scopes === undefined ? {} : { scopes: scopes.split(',') }),
    ...(expires === undefined ? {} : { expires }),
  } as Omit<TokenEntry, 'sha256'>;
}

function findProblem(line: string): string | undefined {
  try {
    parseTokensFile(`[${line}]`);
    return undefined;
  } catch (error) {
    if (error instanceof TokensFileError) return error.message.replace(/^Entry 1: /, '');
    throw error;
  }
}

function refuse(text: string): void {
  process.stderr.write(text);
  process.exitCode = 2;
}
