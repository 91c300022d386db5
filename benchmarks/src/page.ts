import { quietLoad, type Result, type Results } from './results.ts';
import { type Table, toMarkdown } from './table.ts';

/** The page of all results, sections in the order of their names. */
export function renderPage(names: readonly string[], results: Results): string {
  const present = names.flatMap((name) => {
    const result = results[name];
    return result === undefined ? [] : [{ name, result }];
  });
  const absent = names.filter((name) => results[name] === undefined);
  const tables = present.flatMap(({ result }) => result.tables);
  const hasPlot = present.some(({ result }) => result.lines.length > 0);
  const lines = [
    '# Benchmarks',
    '',
    '<!-- Written by `npm run bench` from benchmarks/results.json; change what measures, not this page. -->',
    '',
    'The load runs on the same processors as what is measured. Times move between runs; ratios in one run hold.',
    '`npm run bench -- --only NAME` measures a section anew and writes its part of this page.',
    '',
    ...summary(tables),
    ...(absent.length === 0 ? [] : [`Not measured yet: ${absent.join(', ')}.`, '']),
    ...(hasPlot ? ['![How the cost of a request grows with the group](benchmarks.svg)', ''] : []),
    ...present.flatMap(({ name, result }) => [...result.tables.map(toMarkdown), circumstances(name, result), '']),
  ];
  return lines
    .join('\n')
    .replaceAll(/\n(## )/g, '\n\n$1')
    .replaceAll(/\n{3,}/g, '\n\n');
}

/** When, where and how a section was measured. */
export function circumstances(name: string, { at, quick, node, machine, loadBefore, loadAfter }: Result): string {
  const day = `${at.slice(0, 16).replace('T', ' ')} UTC`;
  const load = `load average ${loadBefore.toFixed(1)} before, ${loadAfter.toFixed(1)} after`;
  const told = loadBefore > quietLoad ? `**the machine was busy with other work (${load})**` : load;
  return `\nSection \`${name}\`, ${quick ? '**quick: small sizes**' : 'whole'}, ${day}, Node ${node}, ${machine}; ${told}.`;
}

/** How many bars are met, and which are not. */
function summary(tables: readonly Table[]): readonly string[] {
  const judged = tables.flatMap(({ title, rows }) =>
    rows.flatMap((row) => {
      const verdict = row.at(-1);
      return verdict === 'met' || verdict === 'MISSED'
        ? [{ verdict, what: `${title}: ${row.slice(0, 2).join(', ')}` }]
        : [];
    }),
  );
  const missed = judged.filter(({ verdict }) => verdict === 'MISSED');
  const met = judged.length - missed.length;
  const told = missed.length === 0 ? 'none is missed.' : 'missed:';
  return [`Of ${judged.length} bars ${met} are met; ${told}`, '', ...missed.map(({ what }) => `- ${what}`), ''];
}
