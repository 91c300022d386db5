import { afterAll, beforeAll, it } from 'vitest';
import { startReplicasHarness } from '../support/replicas-harness.ts';
import { type ProgramTarget, runProgram } from './program.ts';

/** The number of moves, and the seed of the first program. A failure names the seed that reproduces it. */
const steps = Number(process.env['STEPS'] ?? 10_000);
const seed = Number(process.env['SEED'] ?? 1);

/** Long enough for second and third reactivations, short enough to read. */
const stepsOfOne = 250;

/** The targets of the programs, which run at one time; mostly they wait. */
const kinds = [
  { generation: '1.12', keepsLookups: true, bot: 'full' },
  { generation: '2.0', keepsLookups: true, bot: 'full' },
  { generation: '1.12', keepsLookups: false, bot: 'default-role' },
  { generation: '2.0', keepsLookups: false, bot: 'full' },
] as const;

let targets: readonly ProgramTarget[] = [];

beforeAll(async () => {
  targets = await Promise.all(
    kinds.map(async ({ generation, keepsLookups, bot }) => ({
      harness: await startReplicasHarness({ generation, bot }),
      keepsLookups,
      renames: bot === 'full',
    })),
  );
});

afterAll(async () => {
  for (const { harness } of targets) await harness[Symbol.asyncDispose]();
});

it(
  `after ${steps} random moves of providers and users, with faults upstream, Collate and SCIM have the expected state`,
  async () => {
    const programs = Array.from({ length: Math.ceil(steps / stepsOfOne) }, (_, index) => seed + index);
    const failures: string[] = [];
    const work = async (target: ProgramTarget, which: number) => {
      for (const [index, program] of programs.entries()) {
        if (failures.length > 0) return;
        if (program % targets.length !== which) continue;
        const failure = await runProgram(program, Math.min(stepsOfOne, steps - index * stepsOfOne), target);
        if (failure !== undefined) failures.push(`${target.harness.simulator.generation}: ${failure}`);
      }
    };
    await Promise.all(targets.map(work));
    // An error of its own: the diff of an assertion would hide the program.
    if (failures.length > 0) throw new Error(failures.join('\n\n'));
  },
  60_000 + steps * 30,
);
