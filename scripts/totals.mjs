// Prints the last line of a test run: vitest's totals plus the checks that ran beside it. Exit code 1 when anything failed or nothing ran.
import { readFileSync } from 'node:fs';

const [, , file, failedChecks = '0', allChecks = '0'] = process.argv;
const text = readFileSync(file, 'utf8');
const totals = /^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?/.exec(text);
if (totals === null) {
  console.log('The tests did not run to their end.\n0 passed, 1 failed');
  process.exit(1);
}
const [passed, failed, skipped] = totals.slice(1).map((count) => Number(count ?? 0));
const checksFailed = Number(failedChecks);
const line = `${passed + Number(allChecks) - checksFailed} passed, ${failed + checksFailed} failed`;
console.log(skipped > 0 ? `${line}, ${skipped} skipped` : line);
process.exit(failed + checksFailed > 0 ? 1 : 0);
