import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

/** A server in a process of its own, whose processor time can be read. */
export interface ServerProcess extends AsyncDisposable {
  readonly url: string;
  readonly pid: number;
  /** User and system time spent so far, in microseconds, of all its threads. */
  cpuMicros(): number;
  /** Resident memory in bytes. */
  residentBytes(): number;
}

/** Starts a server and waits for the line of output that `ready` matches; its first group is the URL. @throws Error when the server exits first. */
export async function startServer(
  script: string,
  args: readonly string[],
  ready: RegExp,
  env: Readonly<Record<string, string>> = {},
): Promise<ServerProcess> {
  const child = spawn(process.execPath, [script, ...args], {
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const url = await readUrl(child, ready, script);
  const { pid } = child;
  if (pid === undefined) throw new Error(`${script} has no process`);
  return {
    url,
    pid,
    cpuMicros: () => cpuMicros(pid),
    residentBytes: () => residentBytes(pid),
    [Symbol.asyncDispose]: async () => {
      if (child.exitCode !== null) return;
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
}

async function readUrl(child: ChildProcess, ready: RegExp, script: string): Promise<string> {
  if (child.stdout === null) throw new Error(`${script} has no output`);
  for await (const line of createInterface({ input: child.stdout })) {
    const url = ready.exec(line)?.[1];
    if (url !== undefined) {
      child.stdout.resume();
      return url;
    }
  }
  throw new Error(`${script} exited before it listened`);
}

/** Reads the scheduler's figures, in nanoseconds: a clock tick is longer than most requests. Threads that have ended are not included. */
function cpuMicros(pid: number): number {
  const nanos = readdirSync(`/proc/${pid}/task`).map((thread) =>
    Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]),
  );
  return nanos.reduce((sum, each) => sum + each, 0) / 1000;
}

function residentBytes(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024;
}
