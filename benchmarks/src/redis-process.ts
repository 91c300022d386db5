import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

/** A real Redis that can be killed and restarted on the same port; it starts empty. */
export interface RedisProcess extends AsyncDisposable {
  readonly url: string;
  /** Kills Redis, and starts it again after `awayMs`. */
  restart(awayMs: number): Promise<void>;
}

export async function startRedis(binary: string): Promise<RedisProcess> {
  const port = await freePort();
  const start = async () => {
    const child = spawn(binary, ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'], {
      stdio: 'ignore',
    });
    while (!(await isOpen(port))) await wait(20);
    return child;
  };
  let child = await start();
  return {
    url: `redis://127.0.0.1:${port}`,
    restart: async (awayMs) => {
      await kill(child);
      await wait(awayMs);
      child = await start();
    },
    [Symbol.asyncDispose]: () => kill(child),
  };
}

async function kill(child: ChildProcess): Promise<void> {
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.end());
  });
}
