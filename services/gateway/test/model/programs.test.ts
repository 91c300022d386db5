import { afterAll, beforeAll, it } from 'vitest';
import { type Stand, startStand } from '../support/stand.ts';
import { runProgram } from './program.ts';

/** Moves in all, and the first program's seed: a failure names the seed that reproduces it, as the only program. */
const steps = Number(process.env['STEPS'] ?? 10_000);
const seed = Number(process.env['SEED'] ?? 1);

/** Long enough to meet people's second and third return, short enough to be read. */
const stepsOfOne = 250;

/** Programs that run at one time; most of the time they wait. */
const eras = ['released', 'main', 'released', 'main'] as const;

let stands: readonly Stand[] = [];

beforeAll(async () => {
  stands = await Promise.all(eras.map((era) => startStand({ era })));
});

afterAll(async () => {
  for (const stand of stands) await stand[Symbol.asyncDispose]();
});

it(
  `after ${steps} random moves of providers and people, with trouble upstream, Collate and SCIM hold what was decided`,
  async () => {
    const programs = Array.from({ length: Math.ceil(steps / stepsOfOne) }, (_, index) => seed + index);
    const failures: string[] = [];
    const work = async (stand: Stand, which: number) => {
      for (const [index, program] of programs.entries()) {
        if (failures.length > 0) return;
        if (index % stands.length !== which) continue;
        const failure = await runProgram(program, Math.min(stepsOfOne, steps - index * stepsOfOne), stand);
        if (failure !== undefined) failures.push(`${stand.simulator.era}: ${failure}`);
      }
    };
    await Promise.all(stands.map(work));
    // As a text of its own: a diff of two would hide the program.
    if (failures.length > 0) throw new Error(failures.join('\n\n'));
  },
  60_000 + steps * 30,
);
