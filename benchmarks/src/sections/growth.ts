import { type Collate, createCollate, peopleOf } from '../collate.ts';
import { median } from '../median.ts';
import type { Line } from '../plot.ts';
import { startGateway, startSimulator } from '../product.ts';
import { adding, createScimClient, groupOf, removing, type ScimClient } from '../scim-client.ts';
import type { Section } from '../section.ts';
import type { ServerProcess } from '../server-process.ts';

/** What is measured at one size of a group. */
interface Ground {
  readonly gateway: ServerProcess;
  readonly client: ScimClient;
  readonly collate: Collate;
  readonly team: string;
  readonly name: string;
  readonly members: readonly string[];
  readonly stranger: string;
}

/** A request that is measured, what undoes it, and what it needs done first, once. */
interface Pair {
  readonly step: Step;
  readonly undo?: Step;
  readonly first?: Step;
}

type Step = readonly [method: 'GET' | 'PUT' | 'PATCH', path: string, body?: unknown];

/** Pairs of a request and what undoes it, so that each repetition finds what the first found. */
function stepsOn({ name, team, members, stranger }: Ground): Readonly<Record<string, Pair>> {
  const path = `/Groups/${team}`;
  const add: Step = ['PATCH', path, adding([stranger])];
  const remove: Step = ['PATCH', path, removing(stranger)];
  const put = (ids: readonly string[]): Step => ['PUT', `${path}?excludedAttributes=members`, groupOf(name, ids)];
  return {
    'PATCH add 1': { step: add, undo: remove },
    'PATCH remove 1': { first: add, step: remove, undo: add },
    'PUT with one difference': { first: remove, step: put([...members, stranger]), undo: remove },
    'PUT without a difference': { step: put(members) },
    'GET without members': { step: ['GET', `${path}?excludedAttributes=members`] },
  };
}

/** How the cost of one request grows with the group it is about. Store in memory, newest era. */
export const growth: Section = async ({ quick }) => {
  const sizes = quick ? [1, 100, 1000] : [1, 100, 10_000, 100_000];
  const largest = sizes.at(-1) ?? 1;
  await using simulator = await startSimulator(
    '--era',
    'main',
    '--users',
    String(largest + 1),
    '--groups',
    String(sizes.length),
  );
  await using gateway = await startGateway(simulator, { CACHE_TTL_MS: '3600000' });
  await using client = createScimClient(gateway.url);
  const collate = createCollate(simulator);
  const state = await collate.state();
  const people = peopleOf(state);
  const rows = [['request', 'members', 'status', 'upstream calls', 'CPU', 'against a group of 1', 'bar', '']];
  const costs = new Map<string, (readonly [number, number])[]>();
  for (const [index, size] of sizes.entries()) {
    const name = `group-${String(index + 1).padStart(5, '0')}`;
    const team = state.teams.find((one) => one.name === name)?.id ?? '';
    const present = state.memberships.filter((one) => one.teamId === team).map((one) => one.userId);
    const ground = {
      gateway,
      client,
      collate,
      name,
      team,
      members: people.slice(0, size),
      stranger: people.at(-1) ?? '',
    };
    await prepare(ground, present);
    const steps = Object.entries(stepsOn(ground));
    if (index === 0) await warmUp(steps, ground);
    for (const [what, pair] of steps) {
      const cost = await measure(pair, ground, size >= 10_000 ? 5 : 40);
      const known = costs.get(what) ?? [];
      costs.set(what, [...known, [size, cost.micros]]);
      rows.push(toRow(what, size, cost, known[0]?.[1] ?? cost.micros));
    }
  }
  const lines: Line[] = [...costs].map(([name, points]) => ({ name, points }));
  return { tables: [{ title: 'Growth with the group, newest era, store in memory', rows }], lines };
};

/** What is measured first must not pay for the compiler. */
async function warmUp(steps: readonly (readonly [string, Pair])[], ground: Ground) {
  for (const [, pair] of steps) await measure(pair, ground, 100);
}

type Cost = Awaited<ReturnType<typeof measure>>;

function toRow(what: string, size: number, { status, calls, micros }: Cost, smallest: number): string[] {
  const ratio = micros / smallest;
  const bar = what === 'PATCH add 1' && size === 100_000 ? ['≤ 1.5 ×', ratio <= 1.5 ? 'met' : 'MISSED'] : ['', ''];
  return [what, size.toLocaleString('en'), status, calls, `${micros.toFixed(0)} µs`, `${ratio.toFixed(2)} ×`, ...bar];
}

/** Gives the group these members and no other; the first PUT settles whatever else it changes. */
async function prepare({ name, client, collate, team, members }: Ground, present: readonly string[]) {
  for (const id of present) await client.send('PATCH', `/Groups/${team}`, removing(id));
  await collate.fill(name, members);
  await client.send('PUT', `/Groups/${team}?excludedAttributes=members`, groupOf(name, members));
}

async function measure({ step, undo, first }: Pair, ground: Ground, repetitions: number) {
  const { gateway, client, collate } = ground;
  const samples: number[] = [];
  const statuses = new Set<number>();
  let calls = 0;
  if (first !== undefined) await client.send(...first);
  // A sample sums several repetitions of the request, without what undoes it.
  for (let round = 0; round < 3; round += 1) {
    let spent = 0;
    for (let each = 0; each < repetitions; each += 1) {
      await collate.takeCalls();
      const before = gateway.cpuMicros();
      statuses.add((await client.send(...step)).status);
      spent += gateway.cpuMicros() - before;
      calls = (await collate.takeCalls()).length;
      if (undo !== undefined) await client.send(...undo);
    }
    samples.push(spent / repetitions);
  }
  return { micros: Math.max(1, median(samples)), calls: String(calls), status: [...statuses].join(', ') };
}
