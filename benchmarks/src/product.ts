import { fileURLToPath } from 'node:url';
import { type ServerProcess, startServer } from './server-process.ts';

/** What the gateway shows Collate, and what it is shown itself. */
export const collateToken = 'a-collate-token-of-a-measurement';
export const scimToken = 'a-scim-token-of-a-measurement-that-is-long-enough';

/** A simulated Collate in a process of its own. */
export function startSimulator(...args: readonly string[]): Promise<ServerProcess> {
  const script = path('packages/collate-simulator/dist/main.js');
  return startServer(script, ['--port', '0', '--token', collateToken, ...args], /(http:\/\/\S+)/);
}

/** The built gateway in front of it. */
export function startGateway(
  simulator: ServerProcess,
  env: Readonly<Record<string, string>> = {},
): Promise<ServerProcess> {
  return startServer(path('services/gateway/dist/main.js'), ['serve'], /^SCIM base URL: (\S+)\/scim\/v2$/, {
    HOST: '127.0.0.1',
    PORT: '0',
    MANAGEMENT_PORT: '0',
    COLLATE_URL: simulator.url,
    COLLATE_TOKEN: collateToken,
    SCIM_TOKEN: scimToken,
    LOG_LEVEL: 'error',
    ...env,
  });
}

/** The translate proxy, which speaks to Collate as the gateway does. */
export function startProxy(simulator: ServerProcess): Promise<ServerProcess> {
  return startServer(path('benchmarks/dist/floors/translate-proxy.js'), [simulator.url, collateToken], listening);
}

/** What a floor prints when it listens. */
export const listening = /^Listening: (\S+)$/;

/** A file of this repository. */
export function path(relative: string): string {
  return fileURLToPath(new URL(`../../${relative}`, import.meta.url));
}
