import type { buildApp } from '../http/app.ts';

/** One of the two HTTP listeners: SCIM or management. */
export type Listener = Awaited<ReturnType<typeof buildApp>>;

/** How often idle connections are closed while a listener closes. */
const idleCheckMs = 50;

/**
 * Stops accepting connections and waits for the requests in flight, at most `graceMs` milliseconds. Closes a kept-alive
 * connection as soon as it is idle.
 */
export async function closeListener(listener: Listener, graceMs: number): Promise<void> {
  const idle = setInterval(() => listener.server.closeIdleConnections(), idleCheckMs);
  const grace = setTimeout(() => listener.server.closeAllConnections(), graceMs);
  try {
    await listener.close();
  } finally {
    clearInterval(idle);
    clearTimeout(grace);
  }
}

/** The URL at which this machine reaches a listener on `host`; `localhost` stands for a wildcard address. */
export function urlOf({ server }: Listener, host: string): string {
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return `http://${toUrlHost(host)}:${port}`;
}

function toUrlHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}
