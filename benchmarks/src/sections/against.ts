import { createCollate, seededUsers } from '../collate.ts';
import { measureCpu, type Subject } from '../cpu.ts';
import { cachedLookUp, changeGroup, findUserId, readUser, renameUser } from '../gateway-loads.ts';
import type { Load } from '../load.ts';
import { generations, path, playing, startGateway, startSimulator } from '../product.ts';
import { startRedis } from '../redis-process.ts';
import type { Section, SectionOptions } from '../section.ts';
import { createServerGroup, type ServerGroup } from '../server-group.ts';
import { countCalls } from './calls.ts';

/** The sections that compare the gateway of this checkout with that of another, measured in the same run. */
export function sectionsAgainst(checkout: string): Readonly<Record<string, Section>> {
  return {
    cpu: (options) => compareCpu(options, checkout),
    calls: (options) => compareCalls(options, checkout),
  };
}

/** A request whose processor time is compared. */
interface Comparison {
  readonly request: string;
  readonly before: Subject;
  readonly now: Subject;
}

async function compareCpu({ quick, redisServer }: SectionOptions, checkout: string) {
  await using servers = createServerGroup();
  const now = await startSubjects({ servers, redisServer, checkout: path('') });
  const before = await startSubjects({ servers, redisServer, checkout });
  const comparisons = now.map(({ request, subject }, index): Comparison => {
    return { request, now: subject, before: before[index]?.subject ?? subject };
  });
  const rows = [['request', 'CPU before', 'rounds', 'CPU now', 'rounds', 'ratio']];
  for (const { request, before: old, now: current } of comparisons) {
    const isWrite = current.load.patch !== undefined;
    const requests = (quick ? 400 : 4000) / (isWrite ? 8 : 1);
    const spent = await measureCpu([old, current], { requests, rounds: quick ? 5 : 15, warmUp: 2 * requests });
    const [oldSpent, nowSpent] = [spent.get(old.name), spent.get(current.name)];
    if (oldSpent === undefined || nowSpent === undefined) throw new Error(`${request} was not measured`);
    const cells = [oldSpent, nowSpent].flatMap(({ micros, least, most }) => [
      `${micros.toFixed(0)} µs`,
      `${least.toFixed(0)}–${most.toFixed(0)} µs`,
    ]);
    rows.push([request, ...cells, `${(nowSpent.micros / oldSpent.micros).toFixed(2)} ×`]);
  }
  return { tables: [{ title: 'CPU per request, this checkout and the other by turns', rows }], lines: [] };
}

interface Start {
  readonly servers: ServerGroup;
  readonly redisServer: string | undefined;
  readonly checkout: string;
}

/** The gateway of one checkout once for each request that is measured, over a simulated Collate of its own. */
async function startSubjects({ servers, redisServer, checkout }: Start) {
  const simulator = await servers.add(startSimulator('--users', '2000', '--groups', '10', ...playing('2.0')));
  const state = await createCollate(simulator).state();
  const users = seededUsers(state);
  const group = state.teams.find(({ name }) => name === 'group-00001')?.id ?? '';
  const start = (env: Readonly<Record<string, string>> = {}) =>
    servers.add(startGateway(simulator, { CACHE_TTL_MS: '3600000', ...env }, checkout));
  const subject = async (
    request: string,
    toLoad: (gateway: Awaited<ReturnType<typeof start>>) => Load | Promise<Load>,
    env: Readonly<Record<string, string>> = {},
  ) => {
    const server = await start(env);
    return { request, subject: { name: `${request} ${checkout}`, server, load: await toLoad(server) } };
  };
  const subjects = [
    await subject('cached userName eq, store in memory', cachedLookUp),
    await subject('GET user through upstream', async (gateway) => readUser(gateway, await findUserId(gateway))),
    await subject('PATCH displayName of a user', (gateway) => renameUser(gateway, users[1] ?? '')),
    await subject('PATCH one member in or out', (gateway) => changeGroup(gateway, group, users[2] ?? '')),
  ];
  if (redisServer === undefined) return subjects;
  const redis = { REDIS_URL: (await servers.add(startRedis(redisServer))).url };
  return [
    ...subjects,
    await subject('cached userName eq, store in Redis', cachedLookUp, redis),
    await subject('PATCH one member in or out, store in Redis', (to) => changeGroup(to, group, users[3] ?? ''), redis),
  ];
}

async function compareCalls({ quick }: SectionOptions, checkout: string) {
  const rows = [
    ['request', 'generation', 'status', 'calls before', 'calls now', 'writes before', 'writes now', 'ratio'],
  ];
  for (const generation of generations) {
    const users = quick ? 400 : 2000;
    const before = await countCalls({ generation, users, checkout });
    const now = await countCalls({ generation, users });
    for (const [index, cost] of now.entries()) {
      const old = before[index] ?? cost;
      const statuses = old.status === cost.status ? String(cost.status) : `${old.status}, now ${cost.status}`;
      const ratio = old.calls === cost.calls ? '1.00 ×' : `${(cost.calls / old.calls).toFixed(2)} ×`;
      const counts = [old.calls, cost.calls, old.writes, cost.writes].map(String);
      rows.push([cost.request, generation, statuses, ...counts, ratio]);
    }
  }
  return { tables: [{ title: 'Upstream calls, this checkout and the other', rows }], lines: [] };
}
