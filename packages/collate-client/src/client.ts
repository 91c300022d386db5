import type { CollateClient } from './api.ts';
import { BoundCollate } from './bound.ts';
import { createCaller } from './call.ts';
import type { CollateClientOptions } from './options.ts';
import { Gate } from './transport/limit.ts';
import type { Principal } from './transport/principal.ts';
import { type Connections, openConnections } from './transport/send.ts';
import { type StackOptions, stackTransport } from './transport/stack.ts';

const megabyte = 2 ** 20;

/**
 * Creates a client of one Collate server. It connects on first use.
 *
 * @throws TypeError when `baseUrl` is not an http or https URL of scheme, host, port and path.
 * @example
 * ```ts
 * await using client = createCollateClient({ baseUrl: 'https://collate.example.com', token: () => botToken });
 * const { version } = await client.bind().system.version();
 * ```
 */
export function createCollateClient(options: CollateClientOptions): CollateClient {
  const base = parseBaseUrl(options.baseUrl);
  const concurrency = options.limits?.concurrency ?? 64;
  const connections = openConnections({
    ...base,
    connections: concurrency,
    connectMs: options.timeouts?.connectMs ?? 3000,
    responseBytes: options.limits?.responseBytes ?? 256 * megabyte,
    ca: options.tls?.ca,
  });
  const gate = new Gate({
    concurrency,
    minimum: options.limits?.minConcurrency ?? 4,
    queue: options.limits?.queue ?? 4096,
    observer: options.observer ?? {},
  });
  const shared = toStackOptions(options, gate);
  const own = { token: options.token, isOwn: true };
  return createPrincipalClient(connections, shared, own, () => connections[Symbol.asyncDispose]());
}

function createPrincipalClient(
  connections: Connections,
  shared: Omit<StackOptions, 'principal' | 'isOwn'>,
  { token, isOwn }: { readonly token: (() => string) | undefined; readonly isOwn: boolean },
  dispose: () => PromiseLike<void>,
): CollateClient {
  const principal: Principal = { token, name: undefined };
  const transport = stackTransport(connections.send, { ...shared, principal, isOwn });
  return {
    bind: (context = {}) => new BoundCollate(createCaller(transport, context), principal),
    as: (other) => createPrincipalClient(connections, shared, { token: other, isOwn: false }, () => Promise.resolve()),
    [Symbol.asyncDispose]: dispose,
  };
}

function toStackOptions(options: CollateClientOptions, gate: Gate): Omit<StackOptions, 'principal' | 'isOwn'> {
  const { timeouts, retries, breaker } = options;
  return {
    gate,
    observer: options.observer ?? {},
    timeouts: { readMs: timeouts?.readMs ?? 8000, writeMs: timeouts?.writeMs ?? 15_000 },
    retries: {
      attempts: retries?.attempts ?? 3,
      baseDelayMs: retries?.baseDelayMs ?? 100,
      maxDelayMs: retries?.maxDelayMs ?? 2000,
    },
    breaker: {
      threshold: breaker?.threshold ?? 0.5,
      windowMs: breaker?.windowMs ?? 20_000,
      minimumCalls: breaker?.minimumCalls ?? 10,
      openMs: breaker?.openMs ?? 5000,
    },
    clock: options.clock ?? Date.now,
    random: options.random ?? Math.random,
  };
}

/** Splits the base URL, and adds `/api` unless it ends with it. */
function parseBaseUrl(text: string): { readonly origin: string; readonly basePath: string } {
  const { protocol, origin, username, password, pathname, search, hash } = new URL(text);
  if (protocol !== 'http:' && protocol !== 'https:')
    throw new TypeError('The base URL must begin with http:// or https://.');
  if (username + password + search + hash !== '') {
    throw new TypeError('The base URL must consist of scheme, host, port and path only.');
  }
  return { origin, basePath: `${pathname.replace(/\/+$/, '').replace(/\/api$/, '')}/api` };
}
