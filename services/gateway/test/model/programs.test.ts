import { afterAll, beforeAll, it } from 'vitest';
import { startStand } from '../support/stand.ts';
import { runProgram, type World } from './program.ts';

/** Moves in all, and the first program's seed: a failure names the seed that reproduces it, as the only program. */
const steps = Number(process.env['STEPS'] ?? 10_000);
const seed = Number(process.env['SEED'] ?? 1);

/** Long enough to meet people's second and third return, short enough to be read. */
const stepsOfOne = 250;

/** Programs that run at one time; most of the time they wait. */
const kinds = [
  { era: 'released', keepsLookups: true },
  { era: 'main', keepsLookups: true },
  { era: 'released', keepsLookups: false },
  { era: 'main', keepsLookups: false },
] as const;

let worlds: readonly World[] = [];

beforeAll(async () => {
  worlds = await Promise.all(
    kinds.map(async ({ era, keepsLookups }) => ({ stand: await startStand({ era }), keepsLookups })),
  );
});

afterAll(async () => {
  for (const { stand } of worlds) await stand[Symbol.asyncDispose]();
});

it(
  `after ${steps} random moves of providers and people, with trouble upstream, Collate and SCIM hold what was decided`,
  async () => {
    const programs = Array.from({ length: Math.ceil(steps / stepsOfOne) }, (_, index) => seed + index);
    const failures: string[] = [];
    const work = async (world: World, which: number) => {
      for (const [index, program] of programs.entries()) {
        if (failures.length > 0) return;
        if (program % worlds.length !== which) continue;
        const failure = await runProgram(program, Math.min(stepsOfOne, steps - index * stepsOfOne), world);
        if (failure !== undefined) failures.push(`${world.stand.simulator.era}: ${failure}`);
      }
    };
    await Promise.all(worlds.map(work));
    // As a text of its own: a diff of two would hide the program.
    if (failures.length > 0) throw new Error(failures.join('\n\n'));
  },
  60_000 + steps * 30,
);
