import { spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { must, repository, run } from './containers.ts';

/** A substitute for the base without a shell: this machine's Node and its libraries, at the paths of the base. */
export const runtimeBase = 'localhost/scim-gateway-test/runtime-base:latest';
/** A substitute for the base of the build, with this machine's /usr. */
const buildBase = 'localhost/scim-gateway-test/build-base:latest';

/** The targets of the Dockerfile that tests run. */
export type Target = 'gateway' | 'simulator';

/** Builds a target of the real Dockerfile on bases made from this machine, and returns the image's name. Repeated builds are cached. */
export function buildImage(target: Target): string {
  makeBases();
  const image = `localhost/scim-gateway-test/${target}:latest`;
  must('buildah', [
    'bud',
    '--layers',
    '--format=docker',
    '--pull-never',
    '--isolation=chroot',
    `--file=${join(repository, 'deploy/Dockerfile')}`,
    `--target=${target}`,
    `--build-arg=NODE_IMAGE=${buildBase}`,
    `--build-arg=RUNTIME_IMAGE=${runtimeBase}`,
    '--build-arg=REVISION=of-the-test',
    '--volume=/usr:/usr:ro',
    `--volume=${pnpmStore()}:/pnpm-store:rw`,
    `--tag=${image}`,
    repository,
  ]);
  return image;
}

/** Builds an image of one program of this machine and its libraries, once. */
export function makeProgramImage(name: string, program: string): string {
  const image = `localhost/scim-gateway-test/${name}:latest`;
  if (!isMade(image)) makeBase(image, (root) => placeProgram(root, program, program), `--entrypoint=["${program}"]`);
  return image;
}

/** Builds the bases once: they change only with this machine. */
function makeBases(): void {
  if (!isMade(runtimeBase)) {
    makeBase(runtimeBase, (root) => placeProgram(root, process.execPath, '/nodejs/bin/node'));
  }
  if (!isMade(buildBase)) {
    makeBase(buildBase, fillBuildBase, '--env=PATH=/opt/bin:/usr/bin', '--env=npm_config_store_dir=/pnpm-store');
  }
}

function isMade(image: string): boolean {
  return run('buildah', ['inspect', '--type=image', image]).code === 0;
}

function makeBase(image: string, fill: (root: string) => void, ...config: readonly string[]): void {
  const folder = mkdtempSync(join(tmpdir(), 'base-'));
  fill(folder);
  const container = must('buildah', ['from', 'scratch']);
  must('buildah', ['copy', container, folder, '/']);
  if (config.length > 0) must('buildah', ['config', ...config, container]);
  must('buildah', ['commit', '--rm', container, image]);
  rmSync(folder, { recursive: true });
}

/** A program, and every library that the loader needs. */
function placeProgram(root: string, program: string, to: string): void {
  place(root, program, to);
  for (const library of librariesOf(program)) place(root, library, library);
}

function place(root: string, from: string, to: string): void {
  mkdirSync(join(root, dirname(to)), { recursive: true });
  cpSync(realpathSync(from), join(root, to));
}

/** The libraries that a program is linked with, from `ldd`. */
function librariesOf(program: string): readonly string[] {
  const { stdout } = spawnSync('ldd', [program], { encoding: 'utf8' });
  return [...stdout.matchAll(/(?:=>\s+)?(\/\S+)\s+\(0x/g)].map(([, path]) => path ?? '');
}

/** A minimal system with all programs in /usr, and the pnpm of this repository. */
function fillBuildBase(root: string): void {
  for (const name of ['bin', 'sbin', 'lib', 'lib64']) symlinkSync(`usr/${name}`, join(root, name));
  for (const name of ['usr', 'etc', 'root', 'tmp', 'opt/bin', 'pnpm-store'])
    mkdirSync(join(root, name), { recursive: true });
  if (!process.execPath.startsWith('/usr/')) place(root, process.execPath, '/opt/bin/node');
  const pnpm = join(repository, 'node_modules', 'pnpm');
  cpSync(realpathSync(pnpm), join(root, 'opt/pnpm'), { recursive: true, dereference: true });
  const entry = JSON.parse(readFileSync(join(pnpm, 'package.json'), 'utf8')).bin.pnpm;
  writeFileSync(join(root, 'opt/bin/pnpm'), `#!/bin/sh\nexec node /opt/pnpm/${entry} "$@"\n`, { mode: 0o755 });
}

/** The path of pnpm's store with the installed packages, so that the build needs no registry. */
function pnpmStore(): string {
  const done = spawnSync(join(repository, 'node_modules/.bin/pnpm'), ['store', 'path'], {
    cwd: repository,
    encoding: 'utf8',
  });
  if (done.status !== 0) throw new Error(`pnpm store path failed: ${done.stderr}`);
  return dirname(done.stdout.trim());
}
