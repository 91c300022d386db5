import { createTokenEntry } from '../credentials/new-token.ts';
import { parseTokensFile, TokensFileError } from '../credentials/tokens-file.ts';
import { type OptionName, tokenUsage } from './usage.ts';

/** The fields of a new token, as typed. */
export type TokenOptions = Readonly<Partial<Record<OptionName, string>>>;

/**
 * Prints a new token, which is never shown again, and the line for the file of tokens, which contains its digest only.
 */
export function token(action: string | undefined, { name, provider, ...optional }: TokenOptions): void {
  if (action !== 'new' || name === undefined || provider === undefined) {
    refuse(tokenUsage);
    return;
  }
  const made = createTokenEntry({ name, provider, ...toOptionalFields(optional) });
  const line = JSON.stringify(made.entry);
  // The reader of the file checks the line, so that both agree on what an entry is.
  const problem = findProblem(line);
  if (problem !== undefined) refuse(`${problem}\n\n${tokenUsage}`);
  else process.stdout.write(`Token (shown once): ${made.token}\nFor SCIM_TOKENS_FILE: ${line}\n`);
}

function toOptionalFields({ profile, scopes, expires }: TokenOptions) {
  return {
    ...(profile === undefined ? {} : { profile }),
    ...(scopes === undefined ? {} : { scopes: scopes.split(',') }),
    ...(expires === undefined ? {} : { expires }),
  };
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
