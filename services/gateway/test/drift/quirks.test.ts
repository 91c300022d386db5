import { readFileSync } from 'node:fs';
import { quirkIds } from '@scim-gateway/scim';
import { describe, expect, it } from 'vitest';

const read = (path: string) => readFileSync(new URL(`../../../../${path}`, import.meta.url), 'utf8');

describe('docs/quirks.md', () => {
  it('has an entry with evidence for each quirk that the kernel takes, and no other', () => {
    const [tolerated = ''] = read('docs/quirks.md').split('## What needs no tolerance');
    const rows = [...tolerated.matchAll(/^\| `([a-z.-]+)` \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$/gm)];
    expect(rows.map(([, id]) => id).sort()).toEqual([...quirkIds].sort());
    for (const [, id, sent, done, evidence] of rows) {
      expect([id, sent, done, evidence]).toEqual([id, ...Array.from({ length: 3 }, () => expect.stringMatching(/\S/))]);
    }
  });

  it('lists only quirks that a test exercises', () => {
    const tests = ['patch-parse', 'patch-apply', 'patch-values', 'patch-members', 'resource', 'filter', 'path'].map(
      (name) => read(`packages/scim/test/${name}.test.ts`),
    );
    for (const id of quirkIds) expect([id, tests.some((text) => text.includes(`'${id}'`))]).toEqual([id, true]);
  });
});
