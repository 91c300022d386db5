import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from './containers.ts';

/** The folder of the tools for these tests, which have their own lock file. */
export const tools: string = join(repository, 'deploy/test/tools');

/** Installs the tools, unless they are installed for this lock file. */
export function installTools(): void {
  const lock = join(tools, 'package-lock.json');
  const stamp = join(tools, 'node_modules', '.installed-lock');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === readFileSync(lock, 'utf8')) return;
  const done = spawnSync('npm', ['ci', '--no-audit', '--no-fund', `--prefix=${tools}`], { encoding: 'utf8' });
  if (done.status !== 0) throw new Error(`Cannot install the tools:\n${done.stdout}\n${done.stderr}`);
  copyFileSync(lock, stamp);
}

/** Runs a file of the tools' folder with Node. */
export function runTool(
  file: string,
  args: readonly string[],
): { readonly code: number | null; readonly output: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(tools, file), ...args], {
    cwd: tools,
    encoding: 'utf8',
  });
  return { code: status, output: `${stdout}${stderr}`.trim() };
}
