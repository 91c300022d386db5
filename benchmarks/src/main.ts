import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type Bar, formatBars, isMet } from './bars.ts';
import { measureCpu, type Subject } from './cpu.ts';
import { type ContestResult, formatContests, runContests } from './peers.ts';
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

const collateToken = 'benchmark-collate-token';
const scimToken = 'benchmark-scim-token-of-sufficient-length';
const users = 2000;
const userName = 'user00001@example.com';
const listening = /^Listening: (\S+)$/;
const authorized = { authorization: `Bearer ${scimToken}` };

if (options.help) {
  console.log('npm run bench [-- --json FILE] [--requests N] [--rounds N] [--redis-url URL]');
} else {
  await run();
}

async function run(): Promise<void> {
  const servers: ServerProcess[] = [];
  const start = async (...args: Parameters<typeof startServer>) => {
    const server = await startServer(...args);
    servers.push(server);
    return server;
  };
  try {
    await measure(start);
  } finally {
    for (const server of servers.reverse()) await server[Symbol.asyncDispose]();
  }
}

async function measure(start: typeof startServer): Promise<void> {
  const simulator = await start(
    path('packages/collate-simulator/dist/main.js'),
    ['--port', '0', '--token', collateToken, '--users', String(users), '--groups', '10'],
    /(http:\/\/\S+)/,
  );
  const redisUrl = options['redis-url'];
  const gateway = (env: Readonly<Record<string, string>>) =>
    start(path('services/gateway/dist/main.js'), ['serve'], /^SCIM base URL: (\S+)\/scim\/v2$/, {
      HOST: '127.0.0.1',
      PORT: '0',
      MANAGEMENT_PORT: '0',
      COLLATE_URL: simulator.url,
      COLLATE_TOKEN: collateToken,
      SCIM_TOKEN: scimToken,
      LOG_LEVEL: 'error',
      CACHE_TTL_MS: '3600000',
      ...env,
    });
  const inMemory = await gateway({});
  const id = await findUserId(inMemory);
  const subjects: Subject[] = [
    {
      name: 'fastify',
      server: await start(path('benchmarks/dist/floors/bare-fastify.js'), [], listening),
      load: cachedLoad(''),
    },
    {
      name: 'proxy',
      server: await start(path('benchmarks/dist/floors/translate-proxy.js'), [simulator.url, collateToken], listening),
      load: readLoad('', id),
    },
    { name: 'cached', server: inMemory, load: cachedLoad('') },
    { name: 'read', server: inMemory, load: readLoad('', id) },
  ];
  if (redisUrl !== undefined) {
    const floor = await start(path('benchmarks/dist/floors/redis-get.js'), [redisUrl], listening);
    const inRedis = await gateway({ REDIS_URL: redisUrl });
    subjects.push(
      { name: 'redis-get', server: floor, load: cachedLoad('') },
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

function path(relative: string): string {
  return fileURLToPath(new URL(`../../${relative}`, import.meta.url));
}
