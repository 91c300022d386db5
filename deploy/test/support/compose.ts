import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { containerEnvironment, type Outcome, repository } from './containers.ts';

/** The composition under test. */
export const composeFile: string = join(repository, 'deploy/compose.yaml');

/** A running composition, started by docker-compose on podman's socket. */
export interface Composition extends AsyncDisposable {
  run(...args: readonly string[]): Outcome;
}

/** Starts the named services with these values for the variables of the file. Prometheus scrapes each second. */
export async function startComposition(
  services: readonly string[],
  variables: Readonly<Record<string, string>>,
): Promise<Composition> {
  const folder = mkdtempSync(join(tmpdir(), 'compose-'));
  const socket = join(folder, 'podman.sock');
  const file = copyWithShortIntervals(join(folder, 'deploy'));
  const env = { ...containerEnvironment(), ...variables, DOCKER_HOST: `unix://${socket}` };
  const engine = spawn('podman', ['system', 'service', '--time=0', `unix://${socket}`], { env, stdio: 'ignore' });
  await untilThere(socket, engine);
  const compose = (...args: readonly string[]): Outcome => {
    const done = spawnSync('docker-compose', ['--project-name=scim-gateway-test', `--file=${file}`, ...args], {
      env,
      encoding: 'utf8',
    });
    if (done.error !== undefined) throw done.error;
    return { code: done.status, stdout: done.stdout, stderr: done.stderr };
  };
  const stop = async () => {
    const { code, stderr } = compose('down', '--volumes', '--timeout=5');
    engine.kill('SIGTERM');
    if (engine.exitCode === null && engine.signalCode === null) await once(engine, 'exit');
    rmSync(folder, { recursive: true });
    if (code !== 0) throw new Error(`docker-compose down ended with ${code}: ${stderr}`);
  };
  const { code, stdout, stderr } = compose('up', '--detach', '--no-build', '--no-deps', ...services);
  if (code !== 0) {
    await stop();
    throw new Error(`docker-compose up ended with ${code}: ${stdout}\n${stderr}`);
  }
  return { run: compose, [Symbol.asyncDispose]: stop };
}

function copyWithShortIntervals(folder: string): string {
  cpSync(join(repository, 'deploy'), folder, { recursive: true, filter: (path) => !path.includes('/deploy/test') });
  const scraping = join(folder, 'prometheus/prometheus.yml');
  const rules = join(folder, 'prometheus/rules/scim-gateway.yaml');
  for (const path of [scraping, rules]) {
    writeFileSync(path, readFileSync(path, 'utf8').replace(/interval: \d+[sm]$/gm, 'interval: 1s'));
  }
  const file = join(folder, 'compose.yaml');
  // Debian's docker-compose is too old for the top-level name of a project.
  writeFileSync(file, readFileSync(file, 'utf8').replace(/^name: .*$/m, ''));
  return file;
}

async function untilThere(socket: string, engine: ChildProcess): Promise<void> {
  for (let tries = 0; !existsSync(socket); tries += 1) {
    if (engine.exitCode !== null || tries > 500) throw new Error('podman does not open its socket');
    await wait(20);
  }
}
