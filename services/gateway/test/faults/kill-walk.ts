import { setTimeout as wait } from 'node:timers/promises';
import type { Fault } from '@scim-gateway/collate-simulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasRedis } from '../journeys/process-harness.ts';
import type { Answer, ScimRequest } from '../support/replicas-harness.ts';
import { normalize, snapshotOf } from '../support/snapshot.ts';
import { type KillHarness, startKillHarness, writeTimeoutMs } from './kill-harness.ts';
import { groupLook, type KilledOperation, killedOperations, looksOf } from './killed-operations.ts';
import { difference } from './walk.ts';

/** The fate of the upstream call during which the gateway is killed. */
interface Fate {
  readonly name: string;
  readonly fault: Omit<Fault, 'match'>;
}

/** Long enough to kill the gateway meanwhile, and shorter than the timeout of the call. */
const delayMs = writeTimeoutMs * 0.9;

const fates: readonly Fate[] = [
  { name: 'never arrives', fault: { when: 'before', delay: delayMs, reset: true } },
  { name: 'takes effect after the kill', fault: { when: 'before', delay: delayMs } },
  { name: 'had taken effect', fault: { when: 'after', delay: delayMs } },
];

/** One upstream write of an operation: the `nth` (from 0) call of its method. */
interface Write {
  readonly method: string;
  readonly nth: number;
  readonly path: string;
}

interface Observed {
  readonly collate: object;
  readonly scim: readonly object[];
}

interface Cut {
  readonly operation: KilledOperation;
  readonly write: Write;
  readonly fate: Fate;
  readonly expected: Observed;
}

/** The number of harnesses at one time; mostly they wait for leases to expire. */
const parallel = 4;
let runs = 0;

/** Kills a gateway during each upstream write of the main operations, with every fate or with one fate per write in rotation. */
export function describeKillWalk(tries: 'each fate' | 'one fate'): void {
  describe.skipIf(!hasRedis)('a gateway that is killed during a write to Collate', () => {
    let harnesses: readonly KillHarness[] = [];
    beforeAll(async () => {
      harnesses = await Promise.all(Array.from({ length: parallel }, startKillHarness));
    }, 60_000);
    afterAll(async () => {
      await Promise.all(harnesses.map((harness) => harness[Symbol.asyncDispose]()));
    });

    it('leaves a state that another gateway completes without loss or duplicates when the provider repeats the request', async () => {
      const [first] = harnesses;
      if (first === undefined) throw new Error('no harness was started');
      const writes: Omit<Cut, 'fate'>[] = [];
      for (const operation of killedOperations) writes.push(...(await rehearse(operation, first)));
      const cuts: Cut[] = writes.flatMap((write, turn) =>
        fates
          .filter((_, index) => tries === 'each fate' || index === turn % fates.length)
          .map((fate) => ({ ...write, fate })),
      );
      process.stdout.write(
        `kill walk: ${cuts.length} cuts at ${writes.length} writes of ${killedOperations.length} operations\n`,
      );
      const wrong: string[] = [];
      const run = async (harness: KillHarness) => {
        for (let next = cuts.shift(); next !== undefined; next = cuts.shift())
          wrong.push(...(await kill(next, harness)));
      };
      await Promise.all(harnesses.map(run));
      expect(wrong).toEqual([]);
    }, 900_000);
  });
}

/** Executes the operation undisturbed. @returns its writes. */
async function rehearse(operation: KilledOperation, harness: KillHarness): Promise<readonly Omit<Cut, 'fate'>[]> {
  const tag = newTag();
  const request = await operation.prepare(harness.fixtures, tag);
  harness.simulator.clearCalls();
  const answer = await harness.askVictim(request);
  if (answer === undefined || answer.status >= 300)
    throw new Error(`${operation.name}: ${answer?.status} ${JSON.stringify(answer?.body)}`);
  const writes = harness.simulator.calls().filter(({ method }) => method !== 'GET');
  const expected = await observe(tag, harness);
  return writes.map(({ method, path }, index) => {
    const nth = writes.slice(0, index).filter((earlier) => earlier.method === method).length;
    return { operation, write: { method, nth, path }, expected };
  });
}

/** @returns the differences from the undisturbed run, as text. */
async function kill({ operation, write, fate, expected }: Cut, harness: KillHarness): Promise<readonly string[]> {
  const tag = newTag();
  const { simulator } = harness;
  const request = await operation.prepare(harness.fixtures, tag);
  simulator.arm([{ ...fate.fault, match: `${write.method} /`, skip: write.nth, times: 1 }]);
  let ended = false;
  const cut = harness.askVictim(request).finally(() => {
    ended = true;
  });
  while (simulator.struck() === 0 && !ended) await wait(2);
  await harness.kill();
  simulator.clearFaults();
  const where = `${operation.name}, ${write.method} ${write.nth} (${write.path}) ${fate.name} (${tag})`;
  const early = await cut;
  if (early !== undefined) return [`${where}: the gateway answered ${early.status} before it could be killed`];
  const wrong: string[] = [];
  const former = groupLook(operation.formerName?.(tag) ?? '');
  for (const look of looksOf(tag).filter((each) => each !== former)) {
    const { status } = await harness.askSurvivor(['GET', look]);
    if (status !== 200) wrong.push(`a look-up after the kill answered ${status}`);
  }
  const last = await repeat(request, harness);
  if (last.status >= 300 && last.status !== operation.repeats)
    wrong.push(`the repetition answered ${last.status} ${JSON.stringify(last.body)}`);
  const actual = await observe(tag, harness);
  const differing = difference(actual, expected);
  if (differing !== '') wrong.push(`there is${differing}`);
  return wrong.map((text) => `${where}: ${text}`);
}

/** The attempts of a provider. */
const attempts = 5;

async function repeat(request: ScimRequest, harness: KillHarness): Promise<Answer> {
  for (let attempt = 1; ; attempt += 1) {
    const answer = await harness.askSurvivor(request);
    if (answer.status !== 503 || attempt === attempts) return answer;
    await wait(Number(answer.retryAfter) * 1000);
  }
}

function newTag(): string {
  runs += 1;
  return `k${String(runs).padStart(4, '0')}`;
}

/** The state of one run, in Collate and as SCIM shows it, with a fixed word in place of its tag. */
async function observe(tag: string, harness: KillHarness): Promise<Observed> {
  const dump = harness.simulator.dump();
  const ofRun = Object.entries(snapshotOf(dump)).map(([kind, all]) => [
    kind,
    all.filter((each: unknown) => JSON.stringify(each).includes(tag)),
  ]);
  const scim: object[] = [];
  for (const look of looksOf(tag)) {
    const { status, body } = await harness.askSurvivor(['GET', look]);
    scim.push({ look, status, ...normalize(body, dump) });
  }
  return JSON.parse(JSON.stringify({ collate: Object.fromEntries(ofRun), scim }).replaceAll(tag, 'TAG'));
}
