import type { ConnectionOptions } from 'node:tls';
import type { RedisOptions } from 'ioredis';

/** A value, or a function that returns its current form. */
export type Live<T> = T | (() => T);

/** The current value. */
export function currentOf<T extends string | ConnectionOptions>(live: Live<T>): T {
  return isGetter(live) ? live() : live;
}

function isGetter<T>(live: Live<T>): live is () => T {
  return typeof live === 'function';
}

/** Options that ioredis reads for each connection. */
type Followed =
  | 'host'
  | 'port'
  | 'username'
  | 'password'
  | 'tls'
  | 'sentinelUsername'
  | 'sentinelPassword'
  | 'sentinelTLS';

/** Replaces options of a client by getters, so that each connection reads their current values. */
export function follow(
  options: RedisOptions,
  followed: { readonly [Name in Followed]?: (() => RedisOptions[Name]) | undefined },
): void {
  for (const [name, get] of Object.entries(followed)) {
    if (get !== undefined) Object.defineProperty(options, name, { get, enumerable: true, configurable: true });
  }
}

/** The parts of a URL that may change while the gateway runs: the address and the credential. */
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
