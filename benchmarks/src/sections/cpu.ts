import { type Bar, isMet } from '../bars.ts';
import { measureCpu, type Spent, type Subject } from '../cpu.ts';
import { cachedLookUp, findUserId, readUser } from '../gateway-loads.ts';
import { listening, path, startGateway, startProxy, startSimulator } from '../product.ts';
import { startRedis } from '../redis-process.ts';
import type { Section } from '../section.ts';
import { createServerGroup, type ServerGroup } from '../server-group.ts';
import { startServer } from '../server-process.ts';
import type { Table } from '../table.ts';

const users = 2000;

/** Processor time per request, beside the least that any server needs for the same answer. */
export const cpu: Section = async ({ quick, redisServer }) => {
  await using servers = createServerGroup();
  const subjects = await startSubjects(servers, redisServer);
  const spent = await measureCpu(subjects, { requests: quick ? 1500 : 4000, rounds: quick ? 5 : 11 });
  return { tables: [toTable(spent)], lines: [] };
};

/** Each load has a gateway of its own, as each floor is a server of its own: the garbage of one load is not the cost of another. */
async function startSubjects(servers: ServerGroup, redisServer: string | undefined): Promise<readonly Subject[]> {
  const simulator = await servers.add(startSimulator('--users', String(users), '--groups', '10'));
  const gateway = (env: Readonly<Record<string, string>> = {}) =>
    servers.add(startGateway(simulator, { CACHE_TTL_MS: '3600000', ...env }));
  const floor = (name: string, ...args: readonly string[]) =>
    servers.add(startServer(path(`benchmarks/dist/floors/${name}.js`), args, listening));
  const fastify = await floor('bare-fastify');
  const proxy = await servers.add(startProxy(simulator));
  const cached = await gateway();
  const read = await gateway();
  const id = await findUserId(cached);
  const subjects: Subject[] = [
    { name: 'fastify', server: fastify, load: { ...cachedLookUp(fastify), staysAwake: true } },
    { name: 'proxy', server: proxy, load: readUser(proxy, id) },
    { name: 'cached', server: cached, load: { ...cachedLookUp(cached), staysAwake: true } },
    { name: 'read', server: read, load: readUser(read, id) },
  ];
  if (redisServer === undefined) return subjects;
  const { url } = await servers.add(startRedis(redisServer));
  const redisGet = await floor('redis-get', url);
  const cachedInRedis = await gateway({ REDIS_URL: url });
  return [
    ...subjects,
    { name: 'redis-get', server: redisGet, load: cachedLookUp(redisGet) },
    { name: 'cached-redis', server: cachedInRedis, load: cachedLookUp(cachedInRedis) },
  ];
}

/** What is compared: the name of a subject, the name of its floor, and the highest ratio. */
const comparisons = [
  { what: 'cached userName eq, store in memory', name: 'cached', floor: 'fastify', maxRatio: 4 },
  { what: 'cached userName eq, store in Redis', name: 'cached-redis', floor: 'redis-get', maxRatio: 4 },
  { what: 'GET user through upstream', name: 'read', floor: 'proxy', maxRatio: 1.8 },
] as const;

const floorTitles = {
  fastify: 'bare Fastify answer',
  'redis-get': 'bare Fastify with one Redis GET',
  proxy: 'bare translate proxy',
};

function toTable(spent: ReadonlyMap<string, Spent>): Table {
  const bars = comparisons.flatMap(({ what, name, floor, maxRatio }): Bar[] => {
    const [measured, least] = [spent.get(name), spent.get(floor)];
    if (measured === undefined || least === undefined) return [];
    const spread = `${measured.least.toFixed(0)}–${measured.most.toFixed(0)} µs`;
    const [measuredMicros, floorMicros] = [measured.micros, least.micros];
    return [{ what, floor: floorTitles[floor], measuredMicros, floorMicros, spread, maxRatio }];
  });
  const rows = bars.map((bar) => [
    bar.what,
    `${bar.measuredMicros.toFixed(0)} µs`,
    bar.spread,
    bar.floor,
    `${bar.floorMicros.toFixed(0)} µs`,
    `${(bar.measuredMicros / bar.floorMicros).toFixed(2)} ×`,
    `≤ ${bar.maxRatio} ×`,
    isMet(bar) ? 'met' : 'MISSED',
  ]);
  return {
    title: 'CPU per request, medians of interleaved rounds; look-ups from memory under a load that never sleeps',
    rows: [['request', 'CPU', 'rounds', 'floor', 'CPU', 'ratio', 'bar', ''], ...rows],
  };
}
