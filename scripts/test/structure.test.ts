import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { measure } from '../structure/measure.mjs';
import { targets } from '../structure/targets.mjs';

interface Finding {
  readonly kind: string;
  readonly path: string;
  readonly line: number;
  readonly text: string;
}

const { figures, findings, rooms } = measure(fileURLToPath(new URL('../..', import.meta.url)));

/** Findings of one kind, as lines of a report. */
function findingsOf(kind: string): readonly string[] {
  return findings
    .filter((finding: Finding) => finding.kind === kind)
    .map(({ path, line, text }: Finding) => `${path}:${line}: ${text}`);
}

describe('the structure of the code', () => {
  const limits: Readonly<Record<string, number>> = targets;
  const counted = Object.keys(targets).filter((figure) => figure !== 'words' && figure !== 'unusedExports');

  it.each(counted)('keeps %s within its limit', (figure) => {
    const details = figure.startsWith('room') ? JSON.stringify(rooms, null, 2) : findingsOf(figure).join('\n');
    expect(figures[figure], details).toBeLessThanOrEqual(limits[figure] ?? 0);
  });

  it('has no export that only tests of its own package use', () => {
    expect(findingsOf('unusedExports')).toEqual([]);
  });
});

describe('comments, strings and documents', () => {
  it('contain no word that marks a sentence to rewrite (scripts/structure/words.mjs)', () => {
    expect(findingsOf('words')).toEqual([]);
  });
});
