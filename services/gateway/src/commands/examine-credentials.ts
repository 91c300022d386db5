import { watchTokensFile } from '../composition/credentials.ts';
import type { Config } from '../config/config.ts';
import { createSecret } from '../secrets/secret.ts';
import type { Finding } from './finding.ts';

/** A shorter token may be guessable. */
const shortestToken = 32;
const soonMs = 14 * 24 * 60 * 60_000;

/** Which credentials providers can use, and how long these remain valid. */
export function* examineCredentials({ credentials }: Config): Iterable<Finding> {
  const { token, tokensFile, acceptCollateBots, collateBotNames } = credentials;
  if (token === undefined && tokensFile === undefined && !acceptCollateBots) {
    yield { verdict: 'note', text: 'No credential for providers is configured: each start generates another token.' };
  }
  if (token !== undefined && createSecret(token, { clock: Date.now })().length < shortestToken) {
    yield {
      verdict: 'note',
      text: `SCIM_TOKEN is shorter than ${shortestToken} characters; "scim-gateway token new" generates a long one.`,
    };
  }
  if (tokensFile !== undefined) yield* examineTokensFile(tokensFile);
  if (acceptCollateBots)
    yield {
      verdict: 'ok',
      text: `The gateway accepts the tokens of these Collate bots: ${collateBotNames.join(', ')}.`,
    };
}

function* examineTokensFile(path: string): Iterable<Finding> {
  const tokens = watchTokensFile(path, { clock: Date.now })();
  yield { verdict: 'ok', text: `SCIM_TOKENS_FILE contains ${tokens.length} tokens.` };
  for (const { credential, expiresAt } of tokens) {
    const { credential: name } = credential.principal;
    if (expiresAt === undefined) yield { verdict: 'note', text: `The token "${name}" never expires.` };
    else if (expiresAt <= Date.now()) yield { verdict: 'problem', text: `The token "${name}" has expired.` };
    else if (expiresAt - Date.now() < soonMs)
      yield { verdict: 'note', text: `The token "${name}" expires within 14 days.` };
  }
}
