import type { CollateClient } from '@scim-gateway/collate-client';
import { CollateError } from '@scim-gateway/collate-client/model';
import type { CredentialsConfig } from '../config/config.ts';
import { ConfigError } from '../config/load.ts';
import { createAuthenticator } from '../credentials/authenticator.ts';
import { createCollateBotVerifier, type WhoAmI } from '../credentials/collate-bot.ts';
import { type Authenticate, defaultProvider } from '../credentials/credential.ts';
import { generateToken } from '../credentials/new-token.ts';
import { createSingleToken, createTokenBook } from '../credentials/token-book.ts';
import { type DigestedToken, parseTokensFile, TokensFileError } from '../credentials/tokens-file.ts';
import { createSecret, createWatchedFile, type FileObserver } from '../secrets/secret.ts';

/** Who may call the gateway, and what is known of their tokens. */
export interface Credentials {
  readonly authenticate: Authenticate;
  /** The token made up because none was configured; shown once, at the start. */
  readonly generatedToken: string | undefined;
  tenants(): readonly string[];
  /** Names and expiries, in milliseconds since the epoch, of the tokens that expire. */
  expiries(): ReadonlyMap<string, number>;
}

/** The credentials that the configuration names; with none at all a token is made up. */
export function composeCredentials(options: {
  readonly config: CredentialsConfig;
  readonly client: CollateClient;
  /** Whether the gateway has a Collate token of its own; without one a bot whose token is sent acts itself. */
  readonly hasOwnToken: boolean;
  readonly clock: () => number;
  readonly observers: { readonly token: FileObserver; readonly tokensFile: FileObserver };
}): Credentials {
  const { config, client, clock, observers } = options;
  const isBare = config.token === undefined && config.tokensFile === undefined && !config.acceptCollateBots;
  const generatedToken = isBare ? generateToken() : undefined;
  const lists: (() => readonly DigestedToken[])[] = [];
  if (config.token !== undefined)
    lists.push(createSingleToken(defaultProvider, createSecret(config.token, { clock, observer: observers.token })));
  if (generatedToken !== undefined) lists.push(createSingleToken(defaultProvider, () => generatedToken));
  if (config.tokensFile !== undefined)
    lists.push(watchTokensFile(config.tokensFile, { clock, observer: observers.tokensFile }));
  const book = createTokenBook(lists);
  const verifyForeign = config.acceptCollateBots
    ? createCollateBotVerifier({
        botNames: config.collateBotNames,
        actsItself: !options.hasOwnToken,
        fetchKeys: async () => ({ keys: (await client.system.jwks({})).keys.map((key) => ({ kty: '', ...key })) }),
        whoAmI: createWhoAmI(client),
        clock,
      })
    : undefined;
  return {
    authenticate: createAuthenticator({ book, clock, ...(verifyForeign === undefined ? {} : { verifyForeign }) }),
    generatedToken,
    tenants: () => [...book.providers(), ...(config.acceptCollateBots ? config.collateBotNames : [])],
    expiries: () => expiriesOf(lists),
  };
}

/** The tokens of a file that may change; one that cannot be used at the start is a problem of the configuration. */
export function watchTokensFile(
  path: string,
  options: Parameters<typeof createWatchedFile>[2],
): () => readonly DigestedToken[] {
  try {
    return createWatchedFile(path, parseTokensFile, options);
  } catch (error) {
    const reason = error instanceof TokensFileError ? error.message : 'It cannot be read.';
    throw new ConfigError([`SCIM_TOKENS_FILE is "${path}". ${reason}`]);
  }
}

function createWhoAmI(client: CollateClient): WhoAmI {
  return async (token) => {
    try {
      return await client.as(() => token).system.loggedInUser({});
    } catch (error) {
      if (error instanceof CollateError && (error.kind === 'unauthorized' || error.kind === 'forbidden'))
        return undefined;
      throw error;
    }
  };
}

function expiriesOf(lists: readonly (() => readonly DigestedToken[])[]): ReadonlyMap<string, number> {
  const tokens = lists.flatMap((list) => list());
  return new Map(
    tokens.flatMap(({ credential, expiresAt }) =>
      expiresAt === undefined ? [] : [[credential.principal.credential, expiresAt]],
    ),
  );
}
