import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listFiles, root } from './repository.ts';

/** A copy of the repository that is a repository of its own, in a temporary folder. */
export interface Fixture extends Disposable {
  readonly folder: string;
  read(path: string): string;
  /** Runs git, and throws when it fails. */
  git(...words: readonly string[]): string;
  commit(subject: string, body?: string): void;
  /** Undoes all commits, tags and changes. */
  reset(): void;
  /** Runs a script of `scripts/` with Node. */
  run(script: string, ...words: readonly string[]): { readonly status: number | null; readonly output: string };
}

const author = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com', '-c', 'commit.gpgsign=false'];

/** What the scripts of releases, commits and the repository's address read and write. */
const wanted =
  /^scripts\/(?:lib\/)?[\w-]+\.mjs$|package\.json$|^(?:README|CHANGELOG)\.md$|^docs\/image\.md$|^deploy\/(?:grafana|prometheus\/rules|Dockerfile)|^charts\/scim-gateway\/(?:Chart\.yaml|files\/)|^charts\/test\/cases\/pod-cases\.ts$|^openapi\/scim-gateway\.openapi\.json$/;

/** Copies what the scripts need; `reset` goes back to that state. */
export function createFixture(): Fixture {
  const folder = mkdtempSync(join(tmpdir(), 'repository-'));
  for (const path of listFiles().filter((each) => wanted.test(each)))
    cpSync(join(root, path), join(folder, path), { recursive: true });
  const git = (...words: readonly string[]) => {
    const { status, stdout, stderr } = spawnSync('git', [...author, ...words], { cwd: folder, encoding: 'utf8' });
    if (status !== 0) throw new Error(`git ${words.join(' ')}: ${stderr}`);
    return stdout;
  };
  git('init', '--quiet');
  git('add', '--all');
  git('commit', '--quiet', '--message', 'chore: begin', '--message', 'The state that the tests start from.');
  git('tag', 'beginning');
  return {
    folder,
    git,
    read: (path) => readFileSync(join(folder, path), 'utf8'),
    commit: (subject, body = 'Because.') =>
      void git('commit', '--quiet', '--allow-empty', '--message', subject, '--message', body),
    reset: () => {
      const tags = git('tag')
        .split('\n')
        .filter((tag) => !['', 'beginning'].includes(tag));
      if (tags.length > 0) git('tag', '--delete', ...tags);
      git('reset', '--quiet', '--hard', 'beginning');
    },
    run: (script, ...words) => {
      const { status, stdout, stderr } = spawnSync('node', [join(folder, 'scripts', script), ...words], {
        cwd: folder,
        encoding: 'utf8',
      });
      return { status, output: `${stdout}${stderr}` };
    },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true }),
  };
}
