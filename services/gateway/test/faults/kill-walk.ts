import { setTimeout as wait } from 'node:timers/promises';
import type { Fault } from '@scim-gateway/collate-simulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasRedis } from '../journeys/constellation.ts';
import { normalize, snapshotOf } from '../support/snapshot.ts';
import type { Answer, ScimRequest } from '../support/stand.ts';
import { groupLook, type KilledOperation, killedOperations, looksOf } from './killed-operations.ts';
import { type Station, startStation, writeTimeoutMs } from './killed-station.ts';
import { difference } from './walk.ts';

/** What becomes of the upstream call during which the gateway dies. */
interface Fate {
  readonly name: string;
  readonly fault: Omit<Fault, 'match'>;
}

/** Long enough to kill somebody meanwhile, and within the time that a call may take. */
const heldMs = writeTimeoutMs * 0.9;

const fates: readonly Fate[] = [
  { name: 'never arrives', fault: { when: 'before', delay: heldMs, reset: true } },
  { name: 'takes effect after the death', fault: { when: 'before', delay: heldMs } },
  { name: 'had taken effect', fault: { when: 'after', delay: heldMs } },
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

/** Stations that work at one time; mostly they wait for leases to run out. */
const parallel = 4;
let runs = 0;

/** Kills a gateway during each upstream write of the main operations, with all its fates or with one, the writes taking turns. */
export function describeKillWalk(tries: 'each fate' | 'one fate'): void {
  describe.skipIf(!hasRedis)('a gateway that is killed during a write to Collate', () => {
    let stations: readonly Station[] = [];
    beforeAll(async () => {
      stations = await Promise.all(Array.from({ length: parallel }, startStation));
    }, 60_000);
    afterAll(async () => {
      await Promise.all(stations.map((station) => station[Symbol.asyncDispose]()));
    });

    it('leaves what another completes when the provider repeats itself: nothing lost, nothing doubled', async () => {
      const [first] = stations;
      if (first === undefined) throw new Error('no station was started');
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
      const run = async (station: Station) => {
        for (let next = cuts.shift(); next !== undefined; next = cuts.shift())
          wrong.push(...(await kill(next, station)));
      };
      await Promise.all(stations.map(run));
      expect(wrong).toEqual([]);
    }, 900_000);
  });
}

/** Carries the operation out undisturbed. @returns its writes. */
async function rehearse(operation: KilledOperation, station: Station): Promise<readonly Omit<Cut, 'fate'>[]> {
  const tag = newTag();
  const request = await operation.prepare(station.scene, tag);
  station.simulator.clearCalls();
  const answer = await station.askVictim(request);
  if (answer === undefined || answer.status >= 300)
    throw new Error(`${operation.name}: ${answer?.status} ${JSON.stringify(answer?.body)}`);
  const writes = station.simulator.calls().filter(({ method }) => method !== 'GET');
  const expected = await observe(tag, station);
  return writes.map(({ method, path }, index) => {
    const nth = writes.slice(0, index).filter((earlier) => earlier.method === method).length;
    return { operation, write: { method, nth, path }, expected };
  });
}

/** @returns what was wrong, in words. */
async function kill({ operation, write, fate, expected }: Cut, station: Station): Promise<readonly string[]> {
  const tag = newTag();
  const { simulator } = station;
  const request = await operation.prepare(station.scene, tag);
  simulator.arm([{ ...fate.fault, match: `${write.method} /`, skip: write.nth, times: 1 }]);
  let ended = false;
  const cut = station.askVictim(request).finally(() => {
    ended = true;
  });
  while (simulator.struck() === 0 && !ended) await wait(2);
  await station.kill();
  simulator.clearFaults();
  const where = `${operation.name}, ${write.method} ${write.nth} (${write.path}) ${fate.name} (${tag})`;
  const early = await cut;
  if (early !== undefined) return [`${where}: the gateway answered ${early.status} before it could be killed`];
  const wrong: string[] = [];
  const former = groupLook(operation.formerName?.(tag) ?? '');
  for (const look of looksOf(tag).filter((each) => each !== former)) {
    const { status } = await station.askSurvivor(['GET', look]);
    if (status !== 200) wrong.push(`a look-up after the death was answered ${status}`);
  }
  const last = await repeat(request, station);
  if (last.status >= 300 && last.status !== operation.repeats)
    wrong.push(`the repetition was answered ${last.status} ${JSON.stringify(last.body)}`);
  const actual = await observe(tag, station);
  const differing = difference(actual, expected);
  if (differing !== '') wrong.push(`there is${differing}`);
  return wrong.map((text) => `${where}: ${text}`);
}

/** How often a provider tries again. */
const attempts = 5;

async function repeat(request: ScimRequest, station: Station): Promise<Answer> {
  for (let attempt = 1; ; attempt += 1) {
    const answer = await station.askSurvivor(request);
    if (answer.status !== 503 || attempt === attempts) return answer;
    await wait(Number(answer.retryAfter) * 1000);
  }
}

function newTag(): string {
  runs += 1;
  return `k${String(runs).padStart(4, '0')}`;
}

/** What there is of one run, in Collate and as SCIM shows it, with one word in the place of its tag. */
async function observe(tag: string, station: Station): Promise<Observed> {
  const dump = station.simulator.dump();
  const ofRun = Object.entries(snapshotOf(dump)).map(([kind, all]) => [
    kind,
    all.filter((each: unknown) => JSON.stringify(each).includes(tag)),
  ]);
  const scim: object[] = [];
  for (const look of looksOf(tag)) {
    const { status, body } = await station.askSurvivor(['GET', look]);
    scim.push({ look, status, ...normalize(body, dump) });
  }
  return JSON.parse(JSON.stringify({ collate: Object.fromEntries(ofRun), scim }).replaceAll(tag, 'TAG'));
}
