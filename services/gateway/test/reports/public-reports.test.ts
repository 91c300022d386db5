import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ProcessHarness, startProcesses } from '../journeys/process-harness.ts';
import { replayCase } from './replay.ts';
import { readCases } from './report-case.ts';

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
    expect(await replayCase(report, harness)).toEqual([]);
  });
});

it('the file of public reports names each case once', () => {
  expect(new Set(cases.map(({ id }) => id)).size).toBe(cases.length);
});
