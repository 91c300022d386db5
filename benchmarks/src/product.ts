import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ServerProcess, startServer } from './server-process.ts';

/** The token that the gateway presents to Collate, and the token that providers present to the gateway. */
export const collateToken = 'a-collate-token-of-a-measurement';
export const scimToken = 'a-scim-token-of-a-measurement-that-is-long-enough';

/** The server generations that the simulator plays, the newest first. */
export const generations = ['2.0', '1.12', '1.1'] as const;
export type Generation = (typeof generations)[number];

/** The simulator's option for a server generation. */
export function playing(generation: Generation): readonly string[] {
  return ['--era', generation];
}

/** Starts a simulated Collate. */
export function startSimulator(...args: readonly string[]): Promise<ServerProcess> {
  const script = path('packages/collate-simulator/dist/main.js');
  return startServer(script, ['--port', '0', '--token', collateToken, ...args], /(http:\/\/\S+)/);
}

/** Starts the gateway that is built in `checkout`, in front of a simulated Collate. */
export function startGateway(
  simulator: ServerProcess,
  env: Readonly<Record<string, string>> = {},
  checkout: string = path(''),
): Promise<ServerProcess> {
  return startServer(join(checkout, 'services/gateway/dist/main.js'), ['serve'], /^SCIM base URL: (\S+)\/scim\/v2$/, {
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

/** Starts the translate proxy, which makes the same call to Collate as the gateway. */
export function startProxy(simulator: ServerProcess): Promise<ServerProcess> {
  return startServer(path('benchmarks/dist/floors/translate-proxy.js'), [simulator.url, collateToken], listening);
}

/** The line that a floor prints when it listens. */
export const listening = /^Listening: (\S+)$/;

/** The absolute path of a file of this repository. */
export function path(relative: string): string {
  return fileURLToPath(new URL(`../../${relative}`, import.meta.url));
}
