import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { startGateway, startSimulator, scimToken as token } from '../product.ts';
import { fuzzHttp } from './http.ts';
import { type Finding, runCase } from './kernel.ts';

// Heap sizes are read after a full garbage collection.
setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

const usage = `npm run fuzz [-- --cases N] [--http N] [--seed N]

Sends malformed and random input to the protocol kernel and to a running gateway. A finding is a result that is neither an
answer nor an error of the client (4xx). It is printed with the seed that reproduces it (--cases 1 --http 0 --seed SEED).
`;

const { values: options } = parseArgs({
  options: {
    cases: { type: 'string', default: '980000' },
    http: { type: 'string', default: '20000' },
    seed: { type: 'string', default: '1' },
    help: { type: 'boolean', default: false },
  },
});

if (options.help) console.log(usage);
else process.exitCode = (await run()) === 0 ? 0 : 1;

async function run(): Promise<number> {
  const seed = Number(options.seed);
  const kernel = fuzzKernel(Number(options.cases), seed);
  const http = Number(options.http) > 0 ? await fuzzGateway(Number(options.http), seed) : [];
  const findings = [...kernel, ...http];
  for (const { seed: shown, what, error } of findings.slice(0, 20)) console.log(`seed ${shown}, ${what}\n  ${error}\n`);
  console.log(`${Number(options.cases) + Number(options.http)} cases, ${findings.length} findings`);
  return findings.length;
}

function fuzzKernel(cases: number, seed: number): readonly Finding[] {
  const findings: Finding[] = [];
  const heaps: number[] = [];
  const start = process.hrtime.bigint();
  for (let index = 0; index < cases; index += 1) {
    const finding = runCase(seed + index);
    if (finding !== undefined) findings.push(finding);
    if (index % Math.max(1, Math.floor(cases / 10)) === 0) heaps.push(heapMb());
  }
  heaps.push(heapMb());
  const seconds = Number(process.hrtime.bigint() - start) / 1e9;
  console.log(
    `kernel: ${cases} cases in ${seconds.toFixed(0)} s, ${findings.length} findings, heap after collection ${heaps.join(', ')} MB`,
  );
  return findings;
}

async function fuzzGateway(cases: number, seed: number): Promise<readonly Finding[]> {
  await using simulator = await startSimulator('--users', '20', '--groups', '3', '--race', '0');
  await using gateway = await startGateway(simulator);
  const answer = await fetch(`${gateway.url}/scim/v2/Users?count=1`, { headers: { authorization: `Bearer ${token}` } });
  const list = (await answer.json()) as { Resources: { id: string }[] };
  const target = { origin: gateway.url, token, userId: list.Resources[0]?.id ?? '' };
  await fuzzHttp(target, Math.min(cases, 1_000), seed);
  const before = gateway.residentBytes();
  const findings = await fuzzHttp(target, cases, seed + 1_000);
  const megabytes = [before, gateway.residentBytes()].map((bytes) => Math.round(bytes / 2 ** 20));
  console.log(`gateway: ${cases} requests, ${findings.length} findings, resident ${megabytes.join(' to ')} MB`);
  return findings;
}

function heapMb(): number {
  collectGarbage();
  return Math.round(process.memoryUsage().heapUsed / 2 ** 20);
}
