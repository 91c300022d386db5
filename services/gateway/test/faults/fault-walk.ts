import type { SimulatorOptions } from '@scim-gateway/collate-simulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Stand, startStand } from '../support/stand.ts';
import { operations } from './operations.ts';
import { cut, type Habits, rehearse, troubles } from './walk.ts';

/** One kind of Collate, and how the provider in front of it behaves. */
export interface World {
  readonly name: string;
  readonly simulator: SimulatorOptions;
  readonly habits: Habits;
  /** Of each call's troubles every so manieth is tried, beginning with the world's own; 1 tries all. */
  readonly stride: number;
  readonly offset: number;
}

/** Cuts that are under way at one time; most of them wait. */
const parallel = 10;

/** Walks every upstream call of every operation and makes trouble there, each kind that is its turn. */
export function describeFaultWalk({ name, simulator, habits, stride, offset }: World): void {
  describe(`trouble at any call to a Collate that is ${name}`, () => {
    let stands: Stand[] = [];
    let walked = 0;
    let missed = 0;

    beforeAll(async () => {
      stands = await Promise.all(Array.from({ length: parallel }, () => startStand(simulator)));
    });
    afterAll(async () => {
      for (const stand of stands) await stand[Symbol.asyncDispose]();
      process.stdout.write(
        `fault walk, ${name}: ${walked} cuts in ${operations.length} operations (${missed} calls not made)\n`,
      );
    });

    it.each(operations)(
      'when a provider wants to $name, the end is as if nothing had happened',
      // Deadlines of 300 ms: a machine that is busy with something else now and then misses one that no trouble was made for.
      { timeout: 120_000, retry: 1 },
      async (operation) => {
        const [first] = stands;
        if (first === undefined) throw new Error('no stand was started');
        const expected = await rehearse(operation, habits, first);
        const cuts = expected.calls.flatMap((path, call) =>
          troubles
            .filter((_, index) => (index + call + offset) % stride === 0)
            .map((trouble) => ({ path, call, trouble })),
        );
        const wrong: string[] = [];
        const run = async (stand: Stand) => {
          for (let next = cuts.shift(); next !== undefined; next = cuts.shift()) {
            const { call, trouble, path } = next;
            const found = await cut(operation, { call, trouble, habits }, expected, stand);
            if (found === undefined) missed += 1;
            else walked += 1;
            wrong.push(...(found ?? []).map((text) => `call ${call} (${path}) ${trouble.name}: ${text}`));
          }
        };
        await Promise.all(stands.map(run));
        expect(wrong).toEqual([]);
      },
    );
  });
}
