import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { redisServer, startRedis, type TestRedis } from '@scim-gateway/cache/testing/redis-server';
import { type CollateSimulator, createCollateSimulator, type SimulatorOptions } from '@scim-gateway/collate-simulator';
import { gatewayEnvironment } from '../support/gateway-environment.ts';

const program = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

/** Whether journeys can run with a real Redis; in CI they fail without one. */
export const hasRedis: boolean = redisServer !== undefined || process.env['CI'] === 'true';

/** A built gateway in a process of its own. */
export interface GatewayProcess extends AsyncDisposable {
  /** The SCIM base URL. */
  readonly baseUrl: string;
  readonly managementUrl: string;
  /** The output of the process so far. */
  output(): string;
  signal(name: NodeJS.Signals): Promise<number | null>;
}

/** A simulated Collate, gateways before it, and optionally a Redis that they share. */
export interface ProcessHarness extends AsyncDisposable {
  readonly simulator: CollateSimulator;
  readonly gateways: readonly GatewayProcess[];
  readonly redis: TestRedis | undefined;
  readonly token: string;
  /** Sends a request to the first gateway, or to that of another index. */
  request(method: string, path: string, body?: unknown, gateway?: number): Promise<ScimAnswer>;
}

export interface ScimAnswer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: a test inspects an untyped answer
  readonly body: any;
}

export interface ProcessHarnessOptions {
  readonly simulator?: SimulatorOptions;
  readonly redis?: boolean;
  readonly gateways?: number;
  readonly env?: Readonly<Record<string, string>>;
  /** The Node that runs the gateways; this one when absent. */
  readonly node?: string;
}

const token = 'a-token-of-the-test-that-is-long-enough-to-be-one';

/** Starts all processes and resolves when each is ready. */
export async function startProcesses(options: ProcessHarnessOptions = {}): Promise<ProcessHarness> {
  const simulator = await createCollateSimulator({ raceMs: 1, ...options.simulator });
  const redis = options.redis === true ? await startRedis() : undefined;
  const env = {
    ...gatewayEnvironment(simulator),
    SCIM_TOKEN: token,
    ...(redis === undefined ? {} : { REDIS_URL: redis.url }),
    ...options.env,
  };
  const gateways = await Promise.all(
    Array.from({ length: options.gateways ?? 1 }, () => startGateway(env, options.node)),
  );
  return {
    simulator,
    gateways,
    redis,
    token,
    request: (method, path, body, gateway = 0) => send(gateways[gateway]?.baseUrl ?? '', method, path, body),
    [Symbol.asyncDispose]: async () => {
      for (const gateway of gateways) await gateway[Symbol.asyncDispose]();
      await redis?.[Symbol.asyncDispose]();
      await simulator[Symbol.asyncDispose]();
    },
  };
}

/** Starts a built gateway with only this environment, run by `node`. */
export async function startGateway(
  env: Readonly<Record<string, string>>,
  node = process.execPath,
): Promise<GatewayProcess> {
  const child = spawn(node, [program, 'serve'], {
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stderr.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  const urls = await readReadyLines(child, (line) => {
    output += `${line}\n`;
  });
  const stop = async (name: NodeJS.Signals) => {
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
    child.kill(name);
    await once(child, 'exit');
    return child.exitCode;
  };
  return {
    ...urls,
    output: () => output,
    signal: stop,
    [Symbol.asyncDispose]: async () => {
      await stop('SIGTERM');
    },
  };
}

async function readReadyLines(
  child: ChildProcess,
  keep: (line: string) => void,
): Promise<{ baseUrl: string; managementUrl: string }> {
  if (child.stdout === null) throw new Error('The gateway has no standard output.');
  let baseUrl: string | undefined;
  let managementUrl: string | undefined;
  const lines = createInterface({ input: child.stdout });
  lines.on('line', keep);
  const ready = new Promise<{ baseUrl: string; managementUrl: string }>((resolve, reject) => {
    lines.on('line', (line) => {
      baseUrl ??= /^SCIM base URL: (\S+)/.exec(line)?.[1];
      managementUrl ??= /^Management: (\S+)/.exec(line)?.[1];
      if (baseUrl !== undefined && managementUrl !== undefined) resolve({ baseUrl, managementUrl });
    });
    child.once('exit', (code) => reject(new Error(`The gateway exited with code ${code} before it was ready.`)));
  });
  return ready;
}

/** Sends a SCIM request with the token of the tests. Omits undefined headers; sends a string body unchanged. */
export async function send(
  baseUrl: string,
  method: string,
  path: string,
  body?: unknown,
  headers: Readonly<Record<string, string | undefined>> = {},
): Promise<ScimAnswer> {
  const type = body === undefined ? {} : { 'content-type': 'application/scim+json' };
  const sent = Object.entries({ authorization: `Bearer ${token}`, ...type, ...headers });
  const response = await fetch(`${baseUrl}${path}`, {
    method,
    redirect: 'manual',
    headers: Object.fromEntries(sent.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))),
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === '' ? undefined : JSON.parse(text) };
}
