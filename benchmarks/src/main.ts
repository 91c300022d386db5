import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { formatContests, runContests } from './kernel-contests.ts';
import { circumstances, renderPage } from './page.ts';
import { plot } from './plot.ts';
import { path } from './product.ts';
import { mergeResult, observe, type Results } from './results.ts';
import type { Measured, Section } from './section.ts';
import { sectionsAgainst } from './sections/against.ts';
import { calls } from './sections/calls.ts';
import { cpu } from './sections/cpu.ts';
import { growth } from './sections/growth.ts';
import { parallel } from './sections/parallel.ts';
import { peers } from './sections/peers.ts';
import { hung, trace } from './sections/trace.ts';
import { users } from './sections/users.ts';
import { toText } from './table.ts';

const sections: Readonly<Record<string, Section>> = {
  cpu,
  calls,
  growth,
  users,
  parallel,
  hung,
  trace,
  peers,
  kernel,
};

const { values: options } = parseArgs({
  options: {
    json: { type: 'string' },
    only: { type: 'string' },
    quick: { type: 'boolean', default: false },
    minutes: { type: 'string' },
    against: { type: 'string' },
    'redis-server': { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

const resultsFile = path('benchmarks/results.json');

if (options.help) {
  console.log(`npm run bench [-- --quick] [--only ${Object.keys(sections).join('|')}] [--minutes N] [--json FILE]
npm run bench -- --against DIR [--quick] [--only cpu|calls] [--json FILE]

--quick measures with small sizes. The results of each section are stored in benchmarks/results.json when the section
ends, and docs/benchmarks.md and docs/benchmarks.svg are rendered from there. A quick result never replaces a full one.
--against compares this gateway with the one in DIR, a checkout of another commit that has been built. Both run by turns,
and each row has the ratio of now to before. These results are only printed.
--json writes the results of this run to a file.`);
} else {
  await run();
}

async function run(): Promise<void> {
  const { quick, only, against } = options;
  const offered = against === undefined ? sections : sectionsAgainst(resolve(against));
  if (only !== undefined && !(only in offered)) {
    throw new Error(`--only must be one of ${Object.keys(offered).join(', ')}, not "${only}".`);
  }
  const minutes = Number(options.minutes ?? (quick ? 0.25 : 10));
  const redisServer = options['redis-server'];
  const measured: Record<string, Results[string]> = {};
  for (const [name, section] of Object.entries(offered)) {
    if (only !== undefined && only !== name) continue;
    const result = await observe({ quick }, () => section({ quick, minutes, redisServer }));
    measured[name] = result;
    for (const table of result.tables) console.log(`${toText(table)}\n`);
    console.log(`${circumstances(name, result).trim()}\n`);
    if (against === undefined) store(name, result);
  }
  if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(measured, null, 2)}\n`);
}

function store(name: string, result: Results[string]): void {
  const results = mergeResult(resultsFile, name, result);
  if (results[name]?.at !== result.at) console.log(`The page keeps the full result of ${results[name]?.at}.\n`);
  writePage(results);
}

/** Compares the kernel with libraries that do the same work. */
async function kernel({ quick }: Parameters<Section>[0]): Promise<Measured> {
  const contests = await runContests(path('benchmarks/peers'), quick ? 1 : 5);
  return { tables: [{ title: 'The kernel beside its peers', rows: formatContests(contests) }], lines: [] };
}

function writePage(results: Results): void {
  writeFileSync(path('docs/benchmarks.md'), renderPage(Object.keys(sections), results));
  const lines = Object.values(results).flatMap((result) => result.lines);
  if (lines.length > 0) writeFileSync(path('docs/benchmarks.svg'), plot(lines));
}
