import type { SessionReport } from './play.ts';

/** A report as a person reads it: what failed first, then the count. */
export function formatReport(report: SessionReport): string {
  const { provider, variant, steps, passed, failed, skipped } = report;
  const failures = failed.map(({ id, phase, request, expected, actual }) =>
    [`✗ ${id}  (${phase})`, `    sent      ${request}`, `    expected  ${expected}`, `    got       ${actual}`].join(
      '\n',
    ),
  );
  const outcome = failed.length === 0 ? 'everything held' : `${failed.length} failed`;
  const total = `${provider} (${variant}): ${steps} steps, ${passed} assertions passed, ${failed.length} failed, ${skipped} skipped: ${outcome}.`;
  return [...failures, total].join('\n');
}
