// Prints the last line of a test run: totals.mjs FAILED ALL FILE… FAILED of ALL checks beside the tests failed; each FILE has the
// totals of one run of vitest. The exit code is 1 when a check or a test failed, or a run did not finish.
import { existsSync, readFileSync } from 'node:fs';

const [, , failedChecks = '0', allChecks = '0', ...files] = process.argv;
const sum = { passed: Number(allChecks) - Number(failedChecks), failed: Number(failedChecks), skipped: 0 };
for (const file of files) {
  const totals = /^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?/.exec(
    existsSync(file) ? readFileSync(file, 'utf8') : '',
  );
  if (totals === null) {
    console.log('The tests did not finish.');
    sum.failed += 1;
    continue;
  }
  const [passed = 0, failed = 0, skipped = 0] = totals.slice(1).map((count) => Number(count ?? 0));
  sum.passed += passed;
  sum.failed += failed;
  sum.skipped += skipped;
}
const line = `${sum.passed} passed, ${sum.failed} failed`;
console.log(sum.skipped > 0 ? `${line}, ${sum.skipped} skipped` : line);
process.exit(sum.failed > 0 ? 1 : 0);
