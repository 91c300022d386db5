import type { RedisOptions } from 'ioredis';

/** A value, or where to ask for it each time it is needed, since it may change. */
export type Live<T> = T | (() => T);

/** What the value is now. */
export function currentOf<T extends string | object>(live: Live<T>): T {
  return typeof live === 'function' ? (live as () => T)() : live;
}

/** Options that the client looks at whenever it makes a connection. */
type Followed =
  | 'host'
  | 'port'
  | 'username'
  | 'password'
  | 'tls'
  | 'sentinelUsername'
  | 'sentinelPassword'
  | 'sentinelTLS';

/** Makes some of a client's options be asked for anew with every connection; what the client was made with is forgotten. */
export function follow(
  options: RedisOptions,
  followed: { readonly [Name in Followed]?: (() => RedisOptions[Name]) | undefined },
): void {
  for (const [name, get] of Object.entries(followed)) {
    if (get !== undefined) Object.defineProperty(options, name, { get, enumerable: true, configurable: true });
  }
}

/** What of a URL may change while the gateway runs: where the server is, and who we are to it. */
export function partsOf(url: string): {
  readonly host: string;
  readonly port: number;
  readonly username: string | undefined;
  readonly password: string | undefined;
} {
  const { hostname, port, username, password } = new URL(url);
  return {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? 6379 : Number(port),
    username: username === '' ? undefined : decodeURIComponent(username),
    password: password === '' ? undefined : decodeURIComponent(password),
  };
}
