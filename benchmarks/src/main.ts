import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { formatContests, runContests } from './kernel-contests.ts';
import { circumstances, renderPage } from './page.ts';
import { plot } from './plot.ts';
import { path } from './product.ts';
import { mergeResult, observe, type Results } from './results.ts';
import type { Measured, Section } from './section.ts';
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
    'redis-server': { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

const resultsFile = path('benchmarks/results.json');

if (options.help) {
  console.log(`npm run bench [-- --quick] [--only ${Object.keys(sections).join('|')}] [--minutes N] [--json FILE]

--quick measures with small sizes. Each section's results are kept in benchmarks/results.json as soon as it ends, and
docs/benchmarks.md and docs/benchmarks.svg are written from there; a quick result never replaces a whole one.
--json writes what this run measured to a file of its own.`);
} else {
  await run();
}

async function run(): Promise<void> {
  const { quick, only } = options;
  if (only !== undefined && !(only in sections)) {
    throw new Error(`--only is "${only}"; it must be one of ${Object.keys(sections).join(', ')}.`);
  }
  const minutes = Number(options.minutes ?? (quick ? 0.25 : 10));
  const redisServer = options['redis-server'];
  const measured: Record<string, Results[string]> = {};
  for (const [name, section] of Object.entries(sections)) {
    if (only !== undefined && only !== name) continue;
    const result = await observe(quick, () => section({ quick, minutes, redisServer }));
    measured[name] = result;
    for (const table of result.tables) console.log(`${toText(table)}\n`);
    console.log(`${circumstances(name, result).trim()}\n`);
    const kept = mergeResult(resultsFile, name, result);
    if (kept[name]?.at !== result.at) console.log(`The page keeps the whole result of ${kept[name]?.at}.\n`);
    writePage(kept);
  }
  if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(measured, null, 2)}\n`);
}

/** The kernel beside what could be used instead of it. */
async function kernel({ quick }: Parameters<Section>[0]): Promise<Measured> {
  const contests = await runContests(path('benchmarks/peers'), quick ? 1 : 5);
  return { tables: [{ title: 'The kernel beside its peers', rows: formatContests(contests) }], lines: [] };
}

function writePage(results: Results): void {
  writeFileSync(path('docs/benchmarks.md'), renderPage(Object.keys(sections), results));
  const lines = Object.values(results).flatMap((result) => result.lines);
  if (lines.length > 0) writeFileSync(path('docs/benchmarks.svg'), plot(lines));
}
