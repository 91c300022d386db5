import { spawnSync } from 'node:child_process';

/** Commits up to this one are older than the rules for their messages, and older than the first section of the changelog. */
export const baseCommit = '9c63405d94819909bb43c1e5e50a75c60152e5ef';

const types = ['feat', 'fix', 'perf', 'refactor', 'docs', 'test', 'build', 'ci', 'chore', 'style', 'bench', 'revert'];
const form = new RegExp(
  `^(?<type>${types.join('|')})(?:\\((?<scope>[a-z0-9][a-z0-9,/-]*)\\))?(?<breaking>!)?: (?<text>\\S.*)$`,
);

/** A subject of the Conventional Commits form as its parts; undefined for any other. */
export function parseSubject(subject) {
  return form.exec(subject)?.groups;
}

/** Whether the commit is known here and an ancestor of HEAD; neither holds in a shallow clone. */
export function isAncestor(commit, folder) {
  return git(folder, 'merge-base', '--is-ancestor', commit, 'HEAD').status === 0;
}

/** The commits of a range, newest first, merges left out. */
export function listCommits(range, folder) {
  const { status, stdout, stderr } = git(folder, 'log', '--no-merges', '--format=%H%x00%s%x00%b%x01', range);
  if (status !== 0) throw new Error(`git log ${range}: ${stderr.trim()}`);
  return stdout
    .split('\x01')
    .map((entry) => entry.trim().split('\x00'))
    .filter(([hash]) => hash !== '')
    .map(([hash, subject, body]) => ({ hash, subject, body: body.trim() }));
}

/** Runs git in a folder. */
export function git(folder, ...words) {
  return spawnSync('git', words, { cwd: folder, encoding: 'utf8', maxBuffer: 2 ** 28 });
}
