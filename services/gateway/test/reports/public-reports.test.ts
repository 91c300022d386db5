import type { Generation } from '@scim-gateway/collate-simulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ProcessHarness, startProcesses } from '../journeys/process-harness.ts';
import { replayCase } from './replay.ts';
import { readCases } from './report-case.ts';

/** Cases that the gateway does not pass yet: the test fails for one that passes, until its line is removed. */
const failing: Readonly<Record<string, readonly Generation[]>> = {
  'other-address-locks-out-another': ['1.12', '2.0'],
  'home-primary-create': ['1.1', '1.12', '2.0'],
  'leaver-unknown-extension': ['1.1', '1.12', '2.0'],
  'leaver-unknown-core-attribute': ['1.1', '1.12', '2.0'],
  'leaver-manager-filter': ['1.1', '1.12', '2.0'],
  'patch-wrong-message-urn': ['1.1', '1.12', '2.0'],
  'patch-old-array-of-values': ['1.1', '1.12', '2.0'],
  'number-where-text': ['1.1', '1.12', '2.0'],
  'post-group-unknown-members': ['1.1', '1.12', '2.0'],
  'group-nested-with-removal': ['1.1', '1.12', '2.0'],
  'person-names-joiners': ['1.1', '1.12', '2.0'],
  'group-name-blank': ['1.1', '1.12', '2.0'],
  'plus-with-percent-blanks': ['1.1', '1.12', '2.0'],
  'query-name-case': ['1.1', '1.12', '2.0'],
  'if-none-match-on-write': ['1.1', '1.12', '2.0'],
  'userName-other-than-email-old': ['1.1'],
  'group-inactive-member-added-old': ['1.1'],
};

const cases = readCases();

describe.each(['1.1', '1.12', '2.0'] as const)('public reports, replayed before Collate %s', (generation) => {
  let harness: ProcessHarness;
  beforeAll(async () => {
    harness = await startProcesses({ simulator: { generation } });
  });
  afterAll(() => harness[Symbol.asyncDispose]());

  const titled = cases.flatMap((report) =>
    report.generations.includes(generation) ? [[`${report.id} (${report.source})`, report] as const] : [],
  );
  it.each(titled)('%s', async (_title, report) => {
    const differences = await replayCase(report, harness);
    if (failing[report.id]?.includes(generation) === true)
      expect(differences, 'passes: remove it from the list').not.toEqual([]);
    else expect(differences).toEqual([]);
  });
});

it('the file of public reports names each case once', () => {
  expect(new Set(cases.map(({ id }) => id)).size).toBe(cases.length);
});
