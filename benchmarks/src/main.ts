import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { type Bar, formatBars, isMet } from './bars.ts';
import { measureCpu, type Subject } from './cpu.ts';
import { type ContestResult, formatContests, runContests } from './peers.ts';
import { listening, path, scimToken, startGateway, startProxy, startSimulator } from './product.ts';
import { type ServerProcess, startServer } from './server-process.ts';

const { values: options } = parseArgs({
  options: {
    json: { type: 'string' },
    requests: { type: 'string', default: '4000' },
    rounds: { type: 'string', default: '5' },
    'redis-url': { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

const users = 2000;
const userName = 'user00001@example.com';
const authorized = { authorization: `Bearer ${scimToken}` };

if (options.help) {
  console.log('npm run bench [-- --json FILE] [--requests N] [--rounds N] [--redis-url URL]');
} else {
  await run();
}

async function run(): Promise<void> {
  const servers: ServerProcess[] = [];
  const keep = async (starting: Promise<ServerProcess>) => {
    const server = await starting;
    servers.push(server);
    return server;
  };
  try {
    await measure(keep);
  } finally {
    for (const server of servers.reverse()) await server[Symbol.asyncDispose]();
  }
}

/** @param keep takes charge of a server, which is stopped in the end. */
async function measure(keep: (starting: Promise<ServerProcess>) => Promise<ServerProcess>): Promise<void> {
  const simulator = await keep(startSimulator('--users', String(users), '--groups', '10'));
  const redisUrl = options['redis-url'];
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
      load: cachedLoad(''),
    },
    {
      name: 'proxy',
      server: await keep(startProxy(simulator)),
      load: readLoad('', id),
    },
    { name: 'cached', server: inMemory, load: cachedLoad('') },
    { name: 'read', server: inMemory, load: readLoad('', id) },
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
  const cpu = await measureCpu(placed, { requests: Number(options.requests), rounds: Number(options.rounds) });
  const contests = await runContests(path('benchmarks/peers'), Number(options.rounds));
  report(cpu, contests, { memoryResidentMb: Math.round(inMemory.residentBytes() / 2 ** 20) });
}

function report(
  cpu: ReadonlyMap<string, number>,
  contests: readonly ContestResult[],
  facts: Readonly<Record<string, number>>,
): void {
  const at = (name: string) => cpu.get(name) ?? Number.NaN;
  const bar = (what: string, name: string, floor: string, floorName: string, maxRatio: number): Bar[] =>
    cpu.has(name) ? [{ what, floor, measuredMicros: at(name), floorMicros: at(floorName), maxRatio }] : [];
  const bars = [
    ...bar('cached userName eq, store in memory', 'cached', 'bare Fastify answer', 'fastify', 4),
    ...bar('cached userName eq, store in Redis', 'cached-redis', 'bare Fastify with one Redis GET', 'redis-get', 4),
    ...bar('GET user through upstream', 'read', 'bare translate proxy', 'proxy', 1.8),
  ];
  console.log(
    `${formatBars(bars)}\n\nresident memory of the gateway afterwards: ${facts['memoryResidentMb']} MB (store in memory, ${users} users upstream)`,
  );
  console.log(`\nThe kernel beside what else could be used, time per run:\n${formatContests(contests)}`);
  if (!cpu.has('cached-redis')) console.log('Redis: not measured, no Redis server was given');
  if (options.json !== undefined)
    writeFileSync(
      options.json,
      `${JSON.stringify({ bars: bars.map((one) => ({ ...one, met: isMet(one) })), contests, facts }, null, 2)}\n`,
    );
}

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
