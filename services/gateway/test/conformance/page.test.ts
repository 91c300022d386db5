import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { findTests, readChecklist, renderPage } from './page.ts';

const page = new URL('../../../../docs/conformance.md', import.meta.url);
if (process.env['UPDATE'] === '1') writeFileSync(page, renderPage());

describe('docs/conformance.md', () => {
  it('is the page that the checklist and the tests generate', () => {
    expect(readFileSync(page, 'utf8')).toBe(renderPage());
  });

  it('has a test or a reason for every requirement, and every test has a known number', () => {
    const tests = findTests();
    const rows = readChecklist();
    const empty = rows.filter(({ id, untested }) => !tests.has(id) && untested === undefined).map(({ id }) => id);
    expect(empty).toEqual([]);
    const known = new Set(rows.map(({ id }) => id));
    expect([...tests.keys()].filter((id) => !known.has(id))).toEqual([]);
    expect(rows.map(({ id }) => id)).toEqual(
      Array.from({ length: 138 }, (_, index) => `R${String(index + 1).padStart(3, '0')}`),
    );
  });
});
