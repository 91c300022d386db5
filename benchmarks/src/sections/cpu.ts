import { type Bar, isMet } from '../bars.ts';
import { measureCpu, type Subject } from '../cpu.ts';
import { listening, path, scimToken, startGateway, startProxy, startSimulator } from '../product.ts';
import { startRedis } from '../redis-process.ts';
import type { Section } from '../section.ts';
import { type ServerProcess, startServer } from '../server-process.ts';

const users = 2000;
const userName = 'user00001@example.com';
const authorized = { authorization: `Bearer ${scimToken}` };

/** Processor time per request, each beside the least that any server would need for the same. */
export const cpu: Section = async ({ quick, redisServer }) => {
  const kept: AsyncDisposable[] = [];
  await using _everything = {
    [Symbol.asyncDispose]: async () => {
      for (const one of kept.reverse()) await one[Symbol.asyncDispose]();
    },
  };
  const keep = async <T extends AsyncDisposable>(starting: Promise<T>): Promise<T> => {
    const started = await starting;
    kept.push(started);
    return started;
  };
  const simulator = await keep(startSimulator('--users', String(users), '--groups', '10'));
  const redisUrl = redisServer === undefined ? undefined : (await keep(startRedis(redisServer))).url;
  const gateway = (env: Readonly<Record<string, string>>) =>
    keep(startGateway(simulator, { CACHE_TTL_MS: '3600000', ...env }));
  const floor = (name: string, ...args: readonly string[]) =>
    keep(startServer(path(`benchmarks/dist/floors/${name}.js`), args, listening));
  const inMemory = await gateway({});
  const id = await findUserId(inMemory);
  const subjects: Subject[] = [
    {
      name: 'fastify',
      server: await floor('bare-fastify'),
      load: { ...cachedLoad(''), staysAwake: true },
    },
    {
      name: 'proxy',
      server: await keep(startProxy(simulator)),
      load: readLoad('', id),
    },
    { name: 'cached', server: inMemory, load: { ...cachedLoad(''), staysAwake: true } },
    // Of its own, as each floor has one: another load's garbage is not this one's cost.
    { name: 'read', server: await gateway({}), load: readLoad('', id) },
  ];
  if (redisUrl !== undefined) {
    const redisGet = await floor('redis-get', redisUrl);
    const inRedis = await gateway({ REDIS_URL: redisUrl });
    subjects.push(
      { name: 'redis-get', server: redisGet, load: cachedLoad('') },
      { name: 'cached-redis', server: inRedis, load: cachedLoad('') },
    );
  }
  const placed = subjects.map((subject) => ({ ...subject, load: { ...subject.load, origin: subject.server.url } }));
  const micros = await measureCpu(placed, { requests: quick ? 1500 : 4000, rounds: quick ? 5 : 11 });
  const at = (name: string) => micros.get(name)?.micros ?? Number.NaN;
  const spread = (name: string) => {
    const spent = micros.get(name);
    return spent === undefined ? '' : `${spent.least.toFixed(0)}–${spent.most.toFixed(0)} µs`;
  };
  const bar = (what: string, name: string, floor: string, floorName: string, maxRatio: number): Bar[] =>
    micros.has(name)
      ? [{ what, floor, measuredMicros: at(name), floorMicros: at(floorName), spread: spread(name), maxRatio }]
      : [];
  const bars = [
    ...bar('cached userName eq, store in memory', 'cached', 'bare Fastify answer', 'fastify', 4),
    ...bar('cached userName eq, store in Redis', 'cached-redis', 'bare Fastify with one Redis GET', 'redis-get', 4),
    ...bar('GET user through upstream', 'read', 'bare translate proxy', 'proxy', 1.8),
  ];
  const rows = bars.map((one) => [
    one.what,
    `${one.measuredMicros.toFixed(0)} µs`,
    one.spread,
    one.floor,
    `${one.floorMicros.toFixed(0)} µs`,
    `${(one.measuredMicros / one.floorMicros).toFixed(2)} ×`,
    `≤ ${one.maxRatio} ×`,
    isMet(one) ? 'met' : 'MISSED',
  ]);
  const head = ['request', 'CPU', 'rounds', 'floor', 'CPU', 'ratio', 'bar', ''];
  const tables = [
    {
      title: 'CPU per request, medians of rounds in turns; that in memory under a load that never sleeps',
      rows: [head, ...rows],
    },
  ];
  return { tables, lines: [] };
};

async function findUserId(gateway: ServerProcess): Promise<string> {
  const answer = await fetch(`${gateway.url}${cachedLoad('').path}`, { headers: authorized });
  const list = (await answer.json()) as { Resources?: { id: string }[] };
  const id = list.Resources?.[0]?.id;
  if (id === undefined) throw new Error(`${userName} was not found through the gateway (status ${answer.status})`);
  return id;
}

function cachedLoad(origin: string) {
  return {
    origin,
    path: `/scim/v2/Users?filter=${encodeURIComponent(`userName eq "${userName}"`)}`,
    headers: authorized,
  };
}

function readLoad(origin: string, id: string) {
  return { origin, path: `/scim/v2/Users/${id}`, headers: authorized };
}
