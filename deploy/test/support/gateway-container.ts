import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { type Container, hardened, startContainer } from './containers.ts';

/** The token of the provider in tests. */
export const token = 'a-token-of-the-test-that-is-long-enough-to-be-one';

/** A gateway in a container without capabilities. */
export interface GatewayContainer extends AsyncDisposable {
  readonly container: Container;
  /** The SCIM base URL. */
  readonly baseUrl: string;
  readonly managementUrl: string;
  /** The time from the start of the container to the first answer. */
  readonly startedInMs: number;
}

/** Runs the image's gateway in front of a Collate, and waits until it answers. */
export async function startGatewayContainer(
  image: string,
  env: Readonly<Record<string, string>>,
): Promise<GatewayContainer> {
  const [port, managementPort] = [await freePort(), await freePort()];
  const settings = {
    HOST: '127.0.0.1',
    PORT: String(port),
    MANAGEMENT_PORT: String(managementPort),
    SCIM_TOKEN: token,
    ...env,
  };
  const began = performance.now();
  const container = startContainer(image, [
    ...hardened,
    ...Object.entries(settings).map(([name, value]) => `--env=${name}=${value}`),
  ]);
  const managementUrl = `http://127.0.0.1:${managementPort}`;
  try {
    await untilAnswered(`${managementUrl}/readyz`);
  } catch (error) {
    const logs = container.logs();
    await container[Symbol.asyncDispose]();
    throw new Error(`The gateway does not answer. Its output:\n${logs}`, { cause: error });
  }
  return {
    container,
    baseUrl: `http://127.0.0.1:${port}/scim/v2`,
    managementUrl,
    startedInMs: Math.round(performance.now() - began),
    [Symbol.asyncDispose]: () => container[Symbol.asyncDispose](),
  };
}

/** Resolves when a URL answers 200. */
export async function untilAnswered(url: string, patienceMs = 60_000): Promise<void> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    try {
      const { status } = await fetch(url);
      if (status === 200) return;
    } catch (error) {
      if (performance.now() > deadline) throw new Error(`${url} does not answer`, { cause: error });
    }
    if (performance.now() > deadline) throw new Error(`${url} does not answer 200`);
    await wait(20);
  }
}

/** A free port. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (typeof address !== 'object' || address === null) throw new Error('The server has no port');
  return address.port;
}
