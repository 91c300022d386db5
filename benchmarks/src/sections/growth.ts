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
  /** Where it is a removal, it happens past the gateway: it would fill the gateway's memory with Collate's long answers, for the next to clear. */
  readonly undo?: Step | 'remove past the gateway';
  readonly first?: Step;
}

const requests = [
  'PATCH add 1',
  'PATCH remove 1',
  'GET without members',
  'PUT with one difference',
  'PUT without a difference',
] as const;
type Request = (typeof requests)[number];

type Step = readonly [method: 'GET' | 'PUT' | 'PATCH', path: string, body?: unknown];

/** Pairs of a request and what undoes it, so that each repetition finds what the first found. */
function stepsOn({ name, team, members, stranger }: Ground): Readonly<Record<Request, Pair>> {
  const path = `/Groups/${team}`;
  const add: Step = ['PATCH', path, adding([stranger])];
  const remove: Step = ['PATCH', path, removing(stranger)];
  const past = 'remove past the gateway';
  const put = (ids: readonly string[]): Step => ['PUT', `${path}?excludedAttributes=members`, groupOf(name, ids)];
  return {
    'PATCH add 1': { step: add, undo: past },
    'PATCH remove 1': { first: add, step: remove, undo: add },
    'PUT with one difference': { first: remove, step: put([...members, stranger]), undo: past },
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
  const grounds: Ground[] = [];
  for (const [index, size] of sizes.entries()) {
    const name = `group-${String(index + 1).padStart(5, '0')}`;
    const team = state.teams.find((one) => one.name === name)?.id ?? '';
    const present = state.memberships.filter((one) => one.teamId === team).map((one) => one.userId);
    const members = people.slice(0, size);
    const ground = { gateway, client, collate, name, team, members, stranger: people.at(-1) ?? '' };
    await prepare(ground, present);
    grounds.push(ground);
  }
  const rows = [['request', 'members', 'status', 'upstream calls', 'CPU', 'against a group of 1', 'bar', '']];
  const lines: Line[] = [];
  for (const what of requests) {
    const costs = await compare(what, grounds, what.startsWith('PUT') ? 3 : 7);
    const smallest = costs[0]?.micros ?? Number.NaN;
    rows.push(...costs.map((cost) => toRow(what, cost, smallest)));
    lines.push({ name: what, points: costs.map(({ size, micros }) => [size, micros]) });
  }
  return {
    tables: [{ title: 'Growth with the group, newest era, store in memory, medians of rounds in turns', rows }],
    lines,
  };
};

/** What one request costs at one size. */
interface Cost {
  readonly size: number;
  readonly statuses: ReadonlySet<number>;
  readonly calls: number;
  readonly micros: number;
}

/** Measures one request at all sizes, in turns, so that what else the machine does meets all alike. */
async function compare(what: Request, grounds: readonly Ground[], rounds: number): Promise<readonly Cost[]> {
  const contests = grounds.map((ground) => ({
    ground,
    pair: stepsOn(ground)[what],
    statuses: new Set<number>(),
    samples: [] as number[],
    calls: 0,
  }));
  // The first must not pay for the compiler.
  const [smallest] = contests;
  if (smallest !== undefined) for (let each = 0; each < 8; each += 1) await measure(smallest.pair, smallest.ground, 50);
  for (let round = 0; round < rounds; round += 1) {
    for (const contest of contests) {
      const { ground, pair, samples } = contest;
      const measured = await measure(pair, ground, repetitions(what, ground));
      samples.push(measured.micros);
      contest.calls = measured.calls;
      for (const status of measured.statuses) contest.statuses.add(status);
    }
  }
  return contests.map(({ ground, statuses, calls, samples }) => {
    return { size: ground.members.length, statuses, calls, micros: Math.max(1, median(samples)) };
  });
}

/** What carries the whole group, there or back, takes its time at large ones. What does not is measured as often at each size. */
function repetitions(what: Request, { members }: Ground): number {
  const isLong = what.startsWith('PUT') || what === 'PATCH remove 1';
  if (!isLong) return 30;
  return members.length > 10_000 ? 1 : 5;
}

function toRow(what: string, { size, statuses, calls, micros }: Cost, smallest: number): string[] {
  const ratio = micros / smallest;
  const bar = what === 'PATCH add 1' && size === 100_000 ? ['≤ 1.5 ×', ratio <= 1.5 ? 'met' : 'MISSED'] : ['', ''];
  return [
    what,
    size.toLocaleString('en'),
    [...statuses].join(', '),
    String(calls),
    `${micros.toFixed(0)} µs`,
    `${ratio.toFixed(2)} ×`,
    ...bar,
  ];
}

/** Gives the group these members and no other; the first PUT settles whatever else it changes. */
async function prepare({ name, client, collate, team, members }: Ground, present: readonly string[]) {
  for (const id of present) await client.send('PATCH', `/Groups/${team}`, removing(id));
  await collate.fill(name, members);
  await client.send('PUT', `/Groups/${team}?excludedAttributes=members`, groupOf(name, members));
}

/** Processor time of the gateway per request, without what undoes it. */
async function measure(
  { step, undo, first }: Pair,
  { gateway, client, collate, team, stranger }: Ground,
  repetitions: number,
) {
  const statuses = new Set<number>();
  let calls = 0;
  let spent = 0;
  if (first !== undefined) await client.send(...first);
  for (let each = 0; each < repetitions; each += 1) {
    await collate.takeCalls();
    const before = gateway.cpuMicros();
    statuses.add((await client.send(...step)).status);
    spent += gateway.cpuMicros() - before;
    calls = (await collate.takeCalls()).length;
    if (undo === 'remove past the gateway') await collate.remove(team, stranger);
    else if (undo !== undefined) await client.send(...undo);
  }
  return { micros: spent / repetitions, calls, statuses };
}
