import { type Candidate, candidates, type RunningCandidate } from '../candidates.ts';
import { measureCpu } from '../cpu.ts';
import { type Load, repeat } from '../load.ts';
import { median } from '../median.ts';
import { scimToken } from '../product.ts';
import { adding } from '../scim-client.ts';
import type { Section } from '../section.ts';
import type { Table } from '../table.ts';

const lookUp = `/scim/v2/Users?filter=${encodeURIComponent('userName eq "user00001@example.com"')}`;

/** This gateway beside the servers that could be used instead, all run the same way. */
export const peers: Section = async ({ quick }) => ({
  tables: [
    await compareLookUps(quick ? 500 : 1500, quick ? 3 : 7),
    await compareAdditions(quick ? 1000 : 10_000, quick ? 3 : 15),
    await compareStorms(50),
  ],
  lines: [],
});

/** Look-ups of one of many users by name: processor time, and resident memory afterwards. */
async function compareLookUps(roundMillis: number, rounds: number): Promise<Table> {
  const rows = [['userName eq at 2,000 users', 'store', 'CPU per request', 'rounds', 'against ours', 'RSS afterwards']];
  let ours = Number.NaN;
  for (const candidate of candidates) {
    await using running = await candidate.start({ users: 2000, members: 3, latencyMs: 0 });
    const load = { origin: running.server.url, path: lookUp, headers: { authorization: `Bearer ${scimToken}` } };
    const subject = { name: candidate.name, server: running.server, load };
    const requests = Math.max(50, Math.round(roundMillis / (await warmUp(load, 4 * roundMillis))));
    const spent = (await measureCpu([subject], { requests, rounds, warmUp: requests })).get(candidate.name);
    if (spent === undefined) throw new Error(`${candidate.name} was not measured`);
    if (candidate.isOurs) ours = spent.micros;
    rows.push([
      candidate.name,
      candidate.store,
      `${spent.micros.toFixed(0)} µs`,
      `${spent.least.toFixed(0)}–${spent.most.toFixed(0)} µs`,
      `${(spent.micros / ours).toFixed(1)} ×`,
      megabytes(running.server.residentBytes()),
    ]);
  }
  return {
    title: 'Beside peers: a look-up',
    rows,
    note: 'The peers filter all users in their own memory. The gateway answers from its index and cache in memory; the users are in a simulated Collate.',
  };
}

/** Sends requests for `millis`. Returns the milliseconds per request of the last batch. */
async function warmUp(load: Load, millis: number): Promise<number> {
  const deadline = performance.now() + millis;
  const batch = 50;
  for (;;) {
    const begin = performance.now();
    await repeat(load, batch);
    const end = performance.now();
    if (end > deadline) return (end - begin) / batch;
  }
}

/** Adds single members to a large group, one request after the other. */
async function compareAdditions(members: number, repetitions: number): Promise<Table> {
  const size = members.toLocaleString('en');
  const rows = [
    [`PATCH add 1 at ${size} members`, 'store', 'status', 'CPU', 'CPU of the store', 'wall', 'RSS afterwards'],
  ];
  const practice = 200;
  for (const candidate of candidates) {
    await using running = await candidate.start({ users: members + practice + repetitions, members, latencyMs: 0 });
    const strangers = running.users.slice(members);
    // A limited warm-up: some peers take seconds for each request.
    const deadline = performance.now() + 5000;
    while (strangers.length > repetitions && performance.now() < deadline) await add(running, strangers);
    const costs: Awaited<ReturnType<typeof add>>[] = [];
    for (let each = 0; each < repetitions; each += 1) costs.push(await add(running, strangers));
    const middle = (of: (cost: (typeof costs)[number]) => number) => median(costs.map(of));
    rows.push([
      candidate.name,
      candidate.store,
      [...new Set(costs.map(({ status }) => status))].join(', '),
      `${(middle(({ micros }) => micros) / 1000).toFixed(1)} ms`,
      candidate.isOurs ? `${(middle(({ storeMicros }) => storeMicros) / 1000).toFixed(1)} ms` : 'included',
      `${middle(({ millis }) => millis).toFixed(1)} ms`,
      megabytes(running.server.residentBytes()),
    ]);
  }
  return {
    title: 'Beside peers: one more member',
    rows,
    note: 'The gateway calls a simulated Collate over HTTP; the processor time of Collate is in a column of its own. The gateway answers 204, the peers return the whole group.',
  };
}

async function add({ server, store, client, group }: RunningCandidate, strangers: string[]) {
  const stranger = strangers.shift() ?? '';
  const before = server.cpuMicros();
  const storeBefore = store?.cpuMicros() ?? 0;
  const { status, millis } = await client.send('PATCH', `/Groups/${group}`, adding([stranger]));
  const storeMicros = (store?.cpuMicros() ?? 0) - storeBefore;
  return { status, millis, micros: server.cpuMicros() - before, storeMicros };
}

/** Parallel additions over a store with latency: how many are answered with success, and how many members the group has afterwards. */
async function compareStorms(size: number): Promise<Table> {
  const latencyMs = 5;
  const head = [`${size} parallel adds of one member, store with ${latencyMs} ms`, 'store'];
  const rows = [[...head, 'answered 2xx', 'members kept', 'of them lost', 'wall', 'bar', '']];
  for (const candidate of candidates) rows.push(await storm(candidate, size, latencyMs));
  return {
    title: 'Beside peers: parallel changes',
    rows,
    note: 'The peers read the group from their store, change it and save it, as their manuals show: neither has a lock or a version check. Lost members were answered 2xx.',
  };
}

async function storm(candidate: Candidate, size: number, latencyMs: number): Promise<string[]> {
  await using running = await candidate.start({ users: size + 3, members: 3, latencyMs });
  const strangers = running.users.slice(3);
  const begin = performance.now();
  const answers = await Promise.all(
    strangers.map((id) => running.client.send('PATCH', `/Groups/${running.group}`, adding([id]))),
  );
  const seconds = (performance.now() - begin) / 1000;
  const present = await running.members();
  const kept = strangers.filter((id) => present.has(id)).length;
  const acknowledged = answers.filter(({ status }) => status >= 200 && status < 300).length;
  const lost = strangers.filter((id, index) => (answers[index]?.status ?? 500) < 300 && !present.has(id)).length;
  const verdict = candidate.isOurs ? [`${size} kept`, kept === size && lost === 0 ? 'met' : 'MISSED'] : ['', ''];
  return [
    candidate.name,
    candidate.store,
    String(acknowledged),
    `${kept} of ${size}`,
    String(lost),
    `${seconds.toFixed(2)} s`,
    ...verdict,
  ];
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20)} MB`;
}
