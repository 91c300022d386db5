import type { SessionReport } from './play.ts';

/** A report as text: the failures first, then the counts. */
export function formatReport(report: SessionReport): string {
  const { provider, variant, steps, passed, failed, skipped } = report;
  const failures = failed.map(({ id, phase, request, expected, actual }) =>
    [`✗ ${id}  (${phase})`, `    sent      ${request}`, `    expected  ${expected}`, `    got       ${actual}`].join(
      '\n',
    ),
  );
  const outcome = failed.length === 0 ? 'all assertions hold' : `${failed.length} failed`;
  const total = `${provider} (${variant}): ${steps} steps, ${passed} assertions passed, ${failed.length} failed, ${skipped} skipped: ${outcome}.`;
  return [...failures, total].join('\n');
}
