import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Prints how a file would change, as git shows it. */
export function printDiff(path, before, after) {
  const folder = mkdtempSync(join(tmpdir(), 'diff-'));
  try {
    writeFileSync(join(folder, 'before'), before);
    writeFileSync(join(folder, 'after'), after);
    const words = ['diff', '--no-index', '--no-color', '--unified=1', 'before', 'after'];
    const { stdout } = spawnSync('git', words, { cwd: folder, encoding: 'utf8' });
    const hunks = stdout.slice(stdout.indexOf('@@'));
    if (stdout !== '') process.stdout.write(`--- ${path}\n+++ ${path}\n${hunks}`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
