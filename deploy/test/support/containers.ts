import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

/** The repository's folder. */
export const repository: string = fileURLToPath(new URL('../../../', import.meta.url));

/** The storage of images and containers, which stays for the next run. */
const state = join(repository, 'node_modules', '.cache', 'scim-gateway-containers');

/** Is a program on PATH? */
export function hasProgram(name: string): boolean {
  return spawnSync('sh', ['-c', 'command -v "$1"', 'sh', name]).status === 0;
}

/** Can images be built and run? CI fails without. */
export const hasContainers: boolean =
  process.env['CI'] === 'true' || (process.getuid?.() === 0 && hasProgram('buildah') && hasProgram('podman'));

/** The output and the exit code of a program. */
export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Settings for machines without systemd, without crun's cgroups and without the right to raise limits. */
const settings = `[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
[containers]
default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
log_driver = "k8s-file"
[network]
network_backend = "netavark"
network_config_dir = "${join(state, 'networks')}"
`;

const storage = `[storage]
driver = "overlay"
graphroot = "${join(state, 'storage')}"
runroot = "${join(state, 'run')}"
`;

/** The environment that makes buildah and podman use the storage of the tests. */
export function containerEnvironment(): NodeJS.ProcessEnv {
  mkdirSync(state, { recursive: true });
  writeFileSync(join(state, 'containers.conf'), settings);
  writeFileSync(join(state, 'storage.conf'), storage);
  return {
    ...process.env,
    CONTAINERS_CONF: join(state, 'containers.conf'),
    CONTAINERS_STORAGE_CONF: join(state, 'storage.conf'),
    BUILDAH_ISOLATION: 'chroot',
  };
}

/** Runs buildah or podman, and waits for its end. */
export function run(program: 'buildah' | 'podman', args: readonly string[], input = ''): Outcome {
  const done: SpawnSyncReturns<string> = spawnSync(program, args, {
    env: containerEnvironment(),
    encoding: 'utf8',
    input,
    maxBuffer: 64 << 20,
  });
  if (done.error !== undefined) throw done.error;
  return { code: done.status, stdout: done.stdout, stderr: done.stderr };
}

/** Runs a program and returns its output. @throws Error when the program fails */
export function must(program: 'buildah' | 'podman', args: readonly string[], input = ''): string {
  const { code, stdout, stderr } = run(program, args, input);
  if (code !== 0)
    throw new Error(`${program} ${args.join(' ')} ended with ${code}:\n${stdout}\n${stderr}`.slice(-6_000));
  return stdout.trim();
}

/** A running container. */
export interface Container extends AsyncDisposable {
  readonly name: string;
  /** The output so far. */
  logs(): string;
  /** Runs a command inside. */
  exec(...command: readonly string[]): Outcome;
  /** Sends SIGTERM and resolves with the exit code. */
  stop(): Promise<number>;
}

/** The options of every container in tests: no capabilities, no writable folder. */
export const hardened: readonly string[] = [
  '--read-only',
  '--read-only-tmpfs=false',
  '--cap-drop=ALL',
  '--security-opt=no-new-privileges',
  '--memory=256m',
  '--network=host',
];

/** Starts a container without waiting for its program. */
export function startContainer(
  image: string,
  options: readonly string[] = [],
  command: readonly string[] = [],
): Container {
  const name = `scim-gateway-test-${process.pid}-${counter.next()}`;
  // The engine's timer for health checks needs systemd, so the tests run the health checks.
  must('podman', ['run', '--detach', `--name=${name}`, '--health-interval=disable', ...options, image, ...command]);
  const kill = async (signal: string) => {
    if (exitOf(name) === undefined) run('podman', ['kill', `--signal=${signal}`, name]);
    return untilExited(name);
  };
  return {
    name,
    logs: () => {
      const { stdout, stderr } = run('podman', ['logs', name]);
      return `${stdout}${stderr}`;
    },
    exec: (...inside) => run('podman', ['exec', name, ...inside]),
    stop: () => kill('TERM'),
    [Symbol.asyncDispose]: async () => {
      await kill('KILL');
      must('podman', ['rm', name]);
    },
  };
}

/** Runs a container and waits for its end. */
export async function runContainer(
  image: string,
  options: readonly string[],
  command: readonly string[],
): Promise<Outcome> {
  await using container = startContainer(image, options, command);
  const code = await untilExited(container.name);
  return { ...run('podman', ['logs', container.name]), code };
}

/** Not `podman wait`, which waits until the machine's first process has reaped the container's monitor. */
async function untilExited(name: string): Promise<number> {
  for (let tries = 0; tries < 1_200; tries += 1) {
    const code = exitOf(name);
    if (code !== undefined) return code;
    await wait(50);
  }
  throw new Error(`The container ${name} does not exit`);
}

/** The exit code of a container that has exited. */
function exitOf(name: string): number | undefined {
  const [status, code] = must('podman', ['inspect', '--format={{.State.Status}} {{.State.ExitCode}}', name]).split(' ');
  return status === 'exited' || status === 'stopped' ? Number(code) : undefined;
}

const counter = {
  count: 0,
  next(): number {
    this.count += 1;
    return this.count;
  },
};
