import type { CollateClient } from '@scim-gateway/collate-client';
import { CollateError } from '@scim-gateway/collate-client/model';
import type { CredentialsConfig } from '../config/config.ts';
import { ConfigError } from '../config/load.ts';
import { createAuthenticator, type VerifyForeign } from '../credentials/authenticator.ts';
import { createCollateBotVerifier, type WhoAmI } from '../credentials/collate-bot.ts';
import { type Authenticate, defaultProvider } from '../credentials/credential.ts';
import { generateToken } from '../credentials/new-token.ts';
import { createSingleToken, createTokenBook } from '../credentials/token-book.ts';
import { type DigestedToken, parseTokensFile, TokensFileError } from '../credentials/tokens-file.ts';
import { createSecret, createWatchedFile } from '../secrets/secret.ts';
import type { ObserveFiles } from './observability.ts';

/** Authentication by the configured credentials, and what the metrics show about them. */
export interface Credentials {
  readonly authenticate: Authenticate;
  /** The token generated because no credential is configured; printed once, at the start. */
  readonly generatedToken: string | undefined;
  /** The keys of the identity providers that have a credential. */
  tenants(): readonly string[];
  /** The expiry of each token that has one, by the token's name; in milliseconds since the epoch. */
  expiries(): ReadonlyMap<string, number>;
}

/** Authenticates by the configured credentials. Without any credential, a token is generated. */
export function composeCredentials(
  config: CredentialsConfig,
  options: {
    readonly client: CollateClient;
    readonly files: ObserveFiles;
    /** True where the gateway has no Collate token of its own. */
    readonly botsActThemselves: boolean;
  },
): Credentials {
  const { token, tokensFile, acceptCollateBots, collateBotNames } = config;
  const generatedToken =
    token === undefined && tokensFile === undefined && !acceptCollateBots ? generateToken() : undefined;
  const lists = listTokens(config, generatedToken, options.files);
  const book = createTokenBook(lists);
  const verifyForeign = acceptCollateBots ? createBotVerifier(collateBotNames, options) : undefined;
  return {
    authenticate: createAuthenticator({ book, clock: Date.now, ...(verifyForeign && { verifyForeign }) }),
    generatedToken,
    tenants: () => [...book.providers(), ...(acceptCollateBots ? collateBotNames : [])],
    expiries: () => expiriesOf(lists),
  };
}

type TokenList = () => readonly DigestedToken[];

function listTokens(
  { token, tokensFile }: CredentialsConfig,
  generatedToken: string | undefined,
  files: ObserveFiles,
): readonly TokenList[] {
  const clock = Date.now;
  const lists: TokenList[] = [];
  if (token !== undefined)
    lists.push(createSingleToken(defaultProvider, createSecret(token, { clock, observer: files('scim-token') })));
  if (generatedToken !== undefined) lists.push(createSingleToken(defaultProvider, () => generatedToken));
  if (tokensFile !== undefined) lists.push(watchTokensFile(tokensFile, { clock, observer: files('scim-tokens') }));
  return lists;
}

function createBotVerifier(
  botNames: readonly string[],
  { client, botsActThemselves }: { readonly client: CollateClient; readonly botsActThemselves: boolean },
): VerifyForeign {
  return createCollateBotVerifier({
    botNames,
    actsItself: botsActThemselves,
    // jose's type requires `kty`; a key without it matches no token.
    fetchKeys: async () => ({ keys: (await client.bind().system.jwks()).keys.map((key) => ({ kty: '', ...key })) }),
    whoAmI: createWhoAmI(client),
    clock: Date.now,
  });
}

/**
 * Reads the tokens of a file and follows its changes.
 *
 * @throws ConfigError when the file cannot be used at the start; later failures keep the last good content.
 */
export function watchTokensFile(path: string, options: Parameters<typeof createWatchedFile>[2]): TokenList {
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
      return await client
        .as(() => token)
        .bind()
        .system.loggedInUser();
    } catch (error) {
      if (error instanceof CollateError && (error.kind === 'unauthorized' || error.kind === 'forbidden'))
        return undefined;
      throw error;
    }
  };
}

function expiriesOf(lists: readonly TokenList[]): ReadonlyMap<string, number> {
  const tokens = lists.flatMap((list) => list());
  return new Map(
    tokens.flatMap(({ credential, expiresAt }) =>
      expiresAt === undefined ? [] : [[credential.principal.credential, expiresAt]],
    ),
  );
}
