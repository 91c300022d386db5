import { writeFileSync } from 'node:fs';
import type { Reporter, TestModule } from 'vitest/node';

/** Counts the tests of a run, and writes the totals to TOTALS_FILE, or to standard output when that is not set. */
export default class TotalsReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const totals = { passed: 0, failed: errors.length, skipped: 0 };
    for (const module of modules) {
      totals.failed += failuresOutsideTests(module);
      for (const test of module.children.allTests()) {
        const state = test.result().state;
        totals[state === 'passed' || state === 'failed' ? state : 'skipped'] += 1;
      }
    }
    const line = `${totals.passed} passed, ${totals.failed} failed${totals.skipped > 0 ? `, ${totals.skipped} skipped` : ''}`;
    const file = process.env['TOTALS_FILE'];
    if (file === undefined) process.stdout.write(`\n${line}\n`);
    else writeFileSync(file, `${line}\n`);
  }
}

/** Modules that cannot be loaded, and hooks that failed. Their tests count as skipped, so count them here: the run must not pass. */
function failuresOutsideTests(module: TestModule): number {
  const suites = [...module.children.allSuites()].filter((suite) => suite.errors().length > 0);
  return suites.length + (module.errors().length > 0 ? 1 : 0);
}
