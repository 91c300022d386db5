import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';

/** The redis-server to test with: named by `REDIS_SERVER`, or found on PATH. */
export const redisServer: string | undefined = process.env['REDIS_SERVER'] ?? findOnPath();

/** A real Redis of a test's own. */
export interface TestRedis extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  signal(name: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): Promise<void>;
  /** Starts it anew on the same port, without any data. */
  restart(): Promise<void>;
}

/** How a Redis of a test differs from the plainest one. */
export interface TestRedisOptions {
  /** More arguments, such as `--requirepass`, `secret`. */
  readonly args?: readonly string[];
  /** PEM files; it speaks TLS only, and asks for a client's certificate of the same authority. */
  readonly tls?: { readonly caFile: string; readonly certFile: string; readonly keyFile: string };
  /** Runs as a sentinel, with this file for its configuration. */
  readonly sentinelFile?: (port: number) => string;
}

/** Starts a Redis on a free port. */
export async function startRedis(options: TestRedisOptions = {}): Promise<TestRedis> {
  const port = await freePort();
  const args = toArguments(port, options);
  let child = await launch(args);
  return {
    url: `${options.tls === undefined ? 'redis' : 'rediss'}://127.0.0.1:${port}`,
    port,
    signal: async (name) => {
      const exited = name === 'SIGKILL' ? once(child, 'exit') : undefined;
      child.kill(name);
      await exited;
    },
    restart: async () => {
      child = await launch(args);
    },
    [Symbol.asyncDispose]: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    },
  };
}

function toArguments(port: number, { args = [], tls, sentinelFile }: TestRedisOptions): readonly string[] {
  if (sentinelFile !== undefined) return [sentinelFile(port), '--sentinel', ...args];
  const ports = tls === undefined ? ['--port', String(port)] : ['--port', '0', '--tls-port', String(port)];
  const files =
    tls === undefined
      ? []
      : ['--tls-ca-cert-file', tls.caFile, '--tls-cert-file', tls.certFile, '--tls-key-file', tls.keyFile];
  // Nothing is written to disk, by masters and replicas alike.
  const volatile = [
    '--save',
    '',
    '--appendonly',
    'no',
    '--repl-diskless-sync',
    'yes',
    '--repl-diskless-load',
    'swapdb',
  ];
  return [...ports, ...files, '--bind', '127.0.0.1', ...volatile, ...args];
}

/** The last line that each server logs before it serves. */
const readiness = /Ready to accept connections|Sentinel ID is/;

async function launch(args: readonly string[]): Promise<ChildProcess> {
  const child = spawn(redisServer ?? 'redis-server', args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  for await (const line of createInterface({ input: child.stdout })) {
    output += `${line}\n`;
    if (readiness.test(line)) {
      child.stdout.resume();
      return child;
    }
  }
  throw new Error(`redis-server ended before it was ready:\n${output}`);
}

/** A port that nothing listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  return address.port;
}

function findOnPath(): string | undefined {
  const found = spawnSync('sh', ['-c', 'command -v redis-server'], { encoding: 'utf8' }).stdout.trim();
  return found === '' ? undefined : found;
}
