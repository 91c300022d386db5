import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { formatContests, runContests } from './peers.ts';
import { plot } from './plot.ts';
import { path } from './product.ts';
import type { Measured, Section } from './section.ts';
import { calls } from './sections/calls.ts';
import { cpu } from './sections/cpu.ts';
import { growth } from './sections/growth.ts';
import { parallel } from './sections/parallel.ts';
import { hung, trace } from './sections/trace.ts';
import { type Table, toMarkdown, toText } from './table.ts';

const sections: Readonly<Record<string, Section>> = { cpu, calls, growth, parallel, hung, trace, kernel };

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

if (options.help) {
  console.log(`npm run bench [-- --quick] [--only ${Object.keys(sections).join('|')}] [--minutes N] [--json FILE]

--quick measures with small sizes; only a whole run writes docs/benchmarks.md and docs/benchmarks.svg.`);
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
  const all: Measured[] = [];
  for (const [name, section] of Object.entries(sections)) {
    if (only !== undefined && only !== name) continue;
    const measured = await section({ quick, minutes, redisServer });
    for (const table of measured.tables) console.log(`${toText(table)}\n`);
    all.push(measured);
  }
  const tables = all.flatMap((measured) => measured.tables);
  if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify({ tables }, null, 2)}\n`);
  if (only === undefined && !quick) writePage(tables, all);
}

/** The kernel beside what could be used instead of it. */
async function kernel({ quick }: Parameters<Section>[0]): Promise<Measured> {
  const contests = await runContests(path('benchmarks/peers'), quick ? 1 : 5);
  return { tables: [{ title: 'The kernel beside its peers', rows: formatContests(contests) }], lines: [] };
}

function writePage(tables: readonly Table[], all: readonly Measured[]): void {
  const lines = all.flatMap((measured) => measured.lines);
  const [processor] = cpus();
  const page = [
    '# Benchmarks',
    '',
    '<!-- Written by `npm run bench`; change what measures, not this page. -->',
    '',
    `Measured with Node ${process.version} on ${cpus().length} × ${processor?.model ?? 'an unknown processor'}, the load on the same cores. Times move between runs; ratios in one run hold.`,
    '',
    ...(lines.length === 0 ? [] : ['![How the cost of a request grows with the group](benchmarks.svg)', '']),
    tables.map(toMarkdown).join('\n\n'),
    '',
  ];
  writeFileSync(path('docs/benchmarks.md'), page.join('\n'));
  if (lines.length > 0)
    writeFileSync(path('docs/benchmarks.svg'), plot('CPU per request in µs, by members of the group', lines));
}
