import type { SimulatorOptions } from '@scim-gateway/collate-simulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ReplicasHarness, startReplicasHarness } from '../support/replicas-harness.ts';
import { operations } from './operations.ts';
import { cut, type Habits, rehearse, troubles } from './walk.ts';

/** A fault walk: a kind of Collate server, the habits of the provider, and the troubles to try. */
export interface FaultWalk {
  readonly name: string;
  readonly simulator: SimulatorOptions;
  readonly habits: Habits;
  /** Tries one in `stride` of each call's troubles, starting at `offset`; 1 tries all. */
  readonly stride: number;
  readonly offset: number;
}

/** The number of cuts at one time; most of them wait. */
const parallel = 10;

/** Walks every upstream call of every operation and injects the selected troubles there. */
export function describeFaultWalk({ name, simulator, habits, stride, offset }: FaultWalk): void {
  describe(`a gateway whose calls to a Collate server ${name} fail`, () => {
    let harnesses: ReplicasHarness[] = [];
    let walked = 0;
    let missed = 0;

    beforeAll(async () => {
      harnesses = await Promise.all(Array.from({ length: parallel }, () => startReplicasHarness(simulator)));
    });
    afterAll(async () => {
      for (const harness of harnesses) await harness[Symbol.asyncDispose]();
      process.stdout.write(
        `fault walk, ${name}: ${walked} cuts in ${operations.length} operations (${missed} calls were not made)\n`,
      );
    });

    it.each(operations)(
      'reaches the state of an undisturbed run when a provider repeats the request to $name',
      { timeout: 300_000 },
      async (operation) => {
        const [first] = harnesses;
        if (first === undefined) throw new Error('no harness was started');
        const expected = await rehearse(operation, habits, first);
        const cuts = expected.calls.flatMap((path, call) =>
          troubles
            .filter((_, index) => (index + call + offset) % stride === 0)
            .map((trouble) => ({ path, call, trouble })),
        );
        const wrong: string[] = [];
        const run = async (harness: ReplicasHarness) => {
          for (let next = cuts.shift(); next !== undefined; next = cuts.shift()) {
            const { call, trouble, path } = next;
            const found = await cut(operation, { call, trouble, habits }, expected, harness);
            if (found === undefined) missed += 1;
            else walked += 1;
            wrong.push(...(found ?? []).map((text) => `call ${call} (${path}) ${trouble.name}: ${text}`));
          }
        };
        await Promise.all(harnesses.map(run));
        expect(wrong).toEqual([]);
      },
    );
  });
}
