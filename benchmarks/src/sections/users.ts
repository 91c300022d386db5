import { type Collate, createCollate } from '../collate.ts';
import { median } from '../median.ts';
import { playing, startGateway, startSimulator } from '../product.ts';
import { createScimClient, type ScimClient } from '../scim-client.ts';
import type { Section } from '../section.ts';
import type { ServerProcess } from '../server-process.ts';
import type { Table } from '../table.ts';

const latencyMs = 20;
const parallelRequests = 50;

/** A gateway in front of a simulated Collate of one size. */
interface Setup {
  readonly gateway: ServerProcess;
  readonly client: ScimClient;
  readonly collate: Collate;
}

/** How the cost of look-ups grows with the number of users and of groups, with a cold and with a warm index. */
export const users: Section = async ({ quick }) => ({
  tables: [await growUsers(quick ? [1000, 5000] : [1000, 10_000, 100_000]), await growGroups(quick ? 1000 : 10_000)],
  lines: [],
});

async function growUsers(sizes: readonly number[]): Promise<Table> {
  const rows = [['look-up by userName', 'users', 'status', 'upstream calls', 'wall', 'CPU', 'RSS', 'bar', '']];
  for (const size of sizes) {
    await withSetup(['--users', String(size)], async (setup) => {
      const count = size.toLocaleString('en');
      const cold = await startCold(setup, (index) => byUserName(`absent${index}@elsewhere.example`));
      rows.push(['50 at once without a match, index cold', count, ...coldCells(cold, setup, '/api/v1/users', size)]);
      const number = (index: number) => String(index + 1).padStart(5, '0');
      const kinds: readonly (readonly [string, (index: number) => string])[] = [
        ['hit, first time, index warm', (index) => byUserName(`user${number(index)}@example.com`)],
        ['hit, again', () => byUserName(`user${number(0)}@example.com`)],
        ['miss, first time, index warm', (index) => byUserName(`missing${index}@elsewhere.example`)],
        ['miss, again', () => byUserName('missing0@elsewhere.example')],
      ];
      for (const [what, pathOf] of kinds) rows.push([what, count, ...(await measureWarm(setup, pathOf))]);
    });
  }
  return { title: `Growth with users, store in memory, upstream ${latencyMs} ms`, rows };
}

async function growGroups(size: number): Promise<Table> {
  const rows = [['look-up by displayName', 'groups', 'status', 'upstream calls', 'wall', 'CPU', 'RSS', 'bar', '']];
  await withSetup(['--users', '10', '--groups', String(size)], async (setup) => {
    const groups = size.toLocaleString('en');
    const cold = await startCold(setup, (index) => byDisplayName(`absent ${index}`));
    rows.push(['50 at once without a match, index cold', groups, ...coldCells(cold, setup, '/api/v1/teams', size)]);
    const kinds: readonly (readonly [string, (index: number) => string])[] = [
      ['hit, first time, index warm', (index) => byDisplayName(`group-${String(index + 1).padStart(5, '0')}`)],
      ['miss, first time, index warm', (index) => byDisplayName(`missing ${index}`)],
    ];
    for (const [what, pathOf] of kinds) rows.push([what, groups, ...(await measureWarm(setup, pathOf))]);
  });
  return { title: `Growth with groups, store in memory, upstream ${latencyMs} ms`, rows };
}

async function withSetup(args: readonly string[], work: (setup: Setup) => Promise<void>): Promise<void> {
  await using simulator = await startSimulator(...playing('2.0'), '--latency', String(latencyMs), ...args);
  await using gateway = await startGateway(simulator, { CACHE_TTL_MS: '3600000' });
  await using client = createScimClient(gateway.url);
  await work({ gateway, client, collate: createCollate(simulator) });
}

/** Sends parallel look-ups to a gateway that has built no index yet. */
async function startCold({ gateway, client, collate }: Setup, pathOf: (index: number) => string) {
  await client.send('GET', '/Users?count=1');
  await collate.takeCalls();
  const before = gateway.cpuMicros();
  const begin = performance.now();
  const answers = await Promise.all(
    Array.from({ length: parallelRequests }, (_, index) => client.send('GET', pathOf(index))),
  );
  const millis = performance.now() - begin;
  const micros = gateway.cpuMicros() - before;
  return { millis, micros, answers, made: await collate.takeCalls() };
}

/** The cells of a row about a cold index. A scan reads pages of 1,000 users; each look-up may make one call by name before the scan. */
function coldCells(
  { millis, micros, answers, made }: Awaited<ReturnType<typeof startCold>>,
  { gateway }: Setup,
  collection: string,
  size: number,
): readonly string[] {
  const pages = made.filter(({ path }) => path.startsWith(`${collection}?`)).length;
  // Pages contain bots and the organisation too.
  const onePass = Math.ceil((size + 10) / 1000);
  const statuses = [...new Set(answers.map(({ status, retries }) => (retries > 0 ? 503 : status)))];
  const isMet = pages <= onePass && millis < 60_000 && statuses.every((status) => status === 200);
  return [
    statuses.join(', '),
    `${made.length}, ${pages} of them pages`,
    `${(millis / 1000).toFixed(2)} s`,
    `${(micros / 1000).toFixed(0)} ms in all`,
    megabytes(gateway.residentBytes()),
    `one scan (${onePass}), < 60 s`,
    isMet ? 'met' : 'MISSED',
  ];
}

/** Measures 100 look-ups, one after the other. */
async function measureWarm({ gateway, client, collate }: Setup, pathOf: (index: number) => string) {
  const statuses = new Set<number>();
  const costs: { calls: number; millis: number; micros: number }[] = [];
  for (let index = 0; index < 100; index += 1) {
    await collate.takeCalls();
    const before = gateway.cpuMicros();
    const { status, millis } = await client.send('GET', pathOf(index));
    const micros = gateway.cpuMicros() - before;
    statuses.add(status);
    costs.push({ millis, micros, calls: (await collate.takeCalls()).length });
  }
  return [
    [...statuses].join(', '),
    median(costs.map(({ calls }) => calls)).toFixed(0),
    `${median(costs.map(({ millis }) => millis)).toFixed(1)} ms`,
    `${median(costs.map(({ micros }) => micros)).toFixed(0)} µs`,
    megabytes(gateway.residentBytes()),
    '',
    '',
  ];
}

function byUserName(name: string): string {
  return `/Users?filter=${encodeURIComponent(`userName eq "${name}"`)}`;
}

function byDisplayName(name: string): string {
  return `/Groups?filter=${encodeURIComponent(`displayName eq "${name}"`)}`;
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20)} MB`;
}
