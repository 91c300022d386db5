import { type Collate, createCollate, seededUsers } from '../collate.ts';
import { median } from '../median.ts';
import type { Line } from '../plot.ts';
import { playing, startGateway, startSimulator } from '../product.ts';
import { adding, createScimClient, groupOf, removing, type ScimClient } from '../scim-client.ts';
import type { Section } from '../section.ts';
import type { ServerProcess } from '../server-process.ts';

/** A group of one size, and the servers that requests about it go through. */
interface SizedGroup {
  readonly gateway: ServerProcess;
  readonly client: ScimClient;
  readonly collate: Collate;
  readonly team: string;
  readonly name: string;
  readonly members: readonly string[];
  /** The id of a user who is not a member. */
  readonly stranger: string;
}

/** A request that is measured, the request that undoes it, and a preparation that is needed once. */
interface Pair {
  readonly step: Step;
  /** A removal bypasses the gateway: Collate's long answers would fill the gateway's memory, and the next request would pay for the collection. */
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

/** Pairs of a request and its reversal, so that every repetition starts from the same state. */
function stepsOn({ name, team, members, stranger }: SizedGroup): Readonly<Record<Request, Pair>> {
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

/** How the cost of a request grows with the size of its group. Store in memory, newest server generation. */
export const growth: Section = async ({ quick }) => {
  const sizes = quick ? [1, 100, 1000] : [1, 100, 10_000, 100_000];
  const largest = sizes.at(-1) ?? 1;
  await using simulator = await startSimulator(
    ...playing('2.0'),
    '--users',
    String(largest + 1),
    '--groups',
    String(sizes.length),
  );
  await using gateway = await startGateway(simulator, { CACHE_TTL_MS: '3600000' });
  await using client = createScimClient(gateway.url);
  const collate = createCollate(simulator);
  const state = await collate.state();
  const users = seededUsers(state);
  const groups: SizedGroup[] = [];
  for (const [index, size] of sizes.entries()) {
    const name = `group-${String(index + 1).padStart(5, '0')}`;
    const team = state.teams.find((one) => one.name === name)?.id ?? '';
    const present = state.memberships.filter((one) => one.teamId === team).map((one) => one.userId);
    const members = users.slice(0, size);
    const group = { gateway, client, collate, name, team, members, stranger: users.at(-1) ?? '' };
    await prepare(group, present);
    groups.push(group);
  }
  const rows = [['request', 'members', 'status', 'upstream calls', 'CPU', 'against a group of 1', 'bar', '']];
  const lines: Line[] = [];
  for (const what of requests) {
    const costs = await compare(what, groups, what.startsWith('PUT') ? 3 : 7);
    const smallest = costs[0]?.micros ?? Number.NaN;
    rows.push(...costs.map((cost) => toRow(what, cost, smallest)));
    lines.push({ name: what, points: costs.map(({ size, micros }) => [size, micros]) });
  }
  return {
    tables: [
      {
        title: 'Growth with the group, newest server generation, store in memory, medians of interleaved rounds',
        rows,
      },
    ],
    lines,
  };
};

/** The cost of a request at one size. */
interface Cost {
  readonly size: number;
  readonly statuses: ReadonlySet<number>;
  readonly calls: number;
  readonly micros: number;
}

/** Measures one request at all sizes in interleaved rounds, so that other work on the machine affects all sizes alike. */
async function compare(what: Request, groups: readonly SizedGroup[], rounds: number): Promise<readonly Cost[]> {
  const contests = groups.map((group) => ({
    group,
    pair: stepsOn(group)[what],
    statuses: new Set<number>(),
    samples: [] as number[],
    calls: 0,
  }));
  // Warm up: the first size must not pay for the JIT compiler.
  const [smallest] = contests;
  if (smallest !== undefined) for (let each = 0; each < 8; each += 1) await measure(smallest.pair, smallest.group, 50);
  for (let round = 0; round < rounds; round += 1) {
    for (const contest of contests) {
      const { group, pair, samples } = contest;
      const measured = await measure(pair, group, repetitions(what, group));
      samples.push(measured.micros);
      contest.calls = measured.calls;
      for (const status of measured.statuses) contest.statuses.add(status);
    }
  }
  return contests.map(({ group, statuses, calls, samples }) => {
    return { size: group.members.length, statuses, calls, micros: Math.max(1, median(samples)) };
  });
}

/** Requests that carry the whole group are slow for large groups, so repeat them less. Repeat the others equally often at each size. */
function repetitions(what: Request, { members }: SizedGroup): number {
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

/** Makes the group's members exactly these. The PUT adopts the team, so that no measured request pays for that. */
async function prepare({ name, client, collate, team, members }: SizedGroup, present: readonly string[]) {
  for (const id of present) await client.send('PATCH', `/Groups/${team}`, removing(id));
  await collate.fill(name, members);
  await client.send('PUT', `/Groups/${team}?excludedAttributes=members`, groupOf(name, members));
}

/** Processor time of the gateway per request, without the reversal. */
async function measure(
  { step, undo, first }: Pair,
  { gateway, client, collate, team, stranger }: SizedGroup,
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
