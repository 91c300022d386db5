import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { CHART, helm } from './helm.ts';

/** A chart that users upgrade from. */
export interface PreviousChart extends Disposable {
  readonly folder: string;
  /** A description of its source, for test titles. */
  readonly origin: string;
}

const REPOSITORY = join(CHART, '..', '..');
const IN_REPOSITORY = 'charts/scim-gateway';

function git(...args: readonly string[]): string | undefined {
  const { status, stdout } = spawnSync('git', args, { cwd: REPOSITORY, encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}

/** Reads the chart of a commit from the repository's history; undefined when the history does not contain it. */
function chartOf(commit: string, into: string): string | undefined {
  const archive = spawnSync('git', ['archive', '--format=tar', commit, IN_REPOSITORY], {
    cwd: REPOSITORY,
    maxBuffer: 64 << 20,
  });
  if (archive.status !== 0) return undefined;
  const { status } = spawnSync('tar', ['-x', '-C', into], { input: archive.stdout });
  return status === 0 ? join(into, IN_REPOSITORY) : undefined;
}

function lowered(into: string): string {
  const folder = join(into, basename(CHART));
  cpSync(CHART, folder, { recursive: true });
  const file = join(folder, 'Chart.yaml');
  writeFileSync(file, readFileSync(file, 'utf8').replace(/^version: .*$/m, 'version: 0.0.1'));
  return folder;
}

/**
 * The chart before its last change. In a shallow clone, or when that chart does not know these values, this chart with a
 * lower version.
 */
export async function previousChart(values: string): Promise<PreviousChart> {
  const into = mkdtempSync(join(tmpdir(), 'scim-gateway-previous-'));
  const changed = git('log', '-1', '--format=%H', '--', IN_REPOSITORY);
  const commit = changed ? git('rev-parse', '--verify', '--quiet', `${changed}~1`) : undefined;
  const dispose = { [Symbol.dispose]: () => rmSync(into, { recursive: true }) };
  const folder = commit ? chartOf(commit, into) : undefined;
  if (commit && folder) {
    const { status } = await helm(4, ['template', 'gw', folder, '--values', '-'], { input: values });
    if (status === 0) return { ...dispose, folder, origin: `the chart of commit ${commit.slice(0, 7)}` };
  }
  return { ...dispose, folder: lowered(into), origin: 'this chart with a lower version' };
}
