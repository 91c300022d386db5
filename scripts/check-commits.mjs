// Checks the messages of commits: check-commits.mjs [RANGE]. Without a range: all commits of HEAD after the recorded base.
// A clone without that base, a shallow one for example, has nothing to check.
import { baseCommit, isAncestor, listCommits, parseSubject } from './lib/commits.mjs';

const longestSubject = 72;

function findProblems({ subject, body }) {
  const parts = parseSubject(subject);
  return [
    ...(parts === undefined ? ['the subject is not of the form "type(scope): text", see CONTRIBUTING.md'] : []),
    ...(subject.length > longestSubject
      ? [`the subject has ${subject.length} characters, at most ${longestSubject}`]
      : []),
    ...(subject.endsWith('.') ? ['the subject ends with a full stop'] : []),
    ...(body === '' ? ['the body is missing: state why'] : []),
  ];
}

function check(range) {
  const problems = listCommits(range, process.cwd()).flatMap((commit) =>
    findProblems(commit).map((problem) => `${commit.hash.slice(0, 10)} ${commit.subject}\n  ${problem}`),
  );
  for (const problem of problems) console.error(problem);
  process.exitCode = problems.length > 0 ? 1 : 0;
}

const [, , range] = process.argv;
if (range !== undefined) check(range);
else if (isAncestor(baseCommit, process.cwd())) check(`${baseCommit}..HEAD`);
else console.log('Skipped: the base commit is not part of this clone.');
