import { parseSubject } from './commits.mjs';

/** Which heading of Keep a Changelog a type of commit belongs to; other types concern no user. */
const headings = { feat: 'Added', perf: 'Changed', fix: 'Fixed', revert: 'Changed' };
const order = ['Added', 'Changed', 'Fixed'];
const longestLine = 120;

/** The entries of a release by heading, from its commits. */
export function toSection({ version, date, commits }) {
  const entries = new Map(order.map((heading) => [heading, []]));
  for (const { subject, body } of commits) {
    const parts = parseSubject(subject);
    const isBreaking = parts?.breaking !== undefined || /^BREAKING CHANGE: /m.test(body);
    const heading = isBreaking ? 'Changed' : headings[parts?.type];
    if (parts === undefined || heading === undefined) continue;
    const scope = parts.scope === undefined ? '' : `**${parts.scope}:** `;
    entries.get(heading).push(`- ${isBreaking ? '**Breaking.** ' : ''}${scope}${parts.text}`);
  }
  return { title: `## [${version}] - ${date}`, entries };
}

/** Chart.yaml with the release's entries as `artifacthub.io/changes`; without any entry it stays as it is. */
export function withChartChanges(chart, { entries }) {
  const changes = [...entries].flatMap(([heading, lines]) =>
    lines.map((line) => {
      const description = JSON.stringify(line.slice('- '.length).replaceAll('**', ''));
      return `    - kind: ${heading.toLowerCase()}\n      description: ${description}\n`;
    }),
  );
  const block = /(?<=artifacthub\.io\/changes: \|\n)(?: {4}.*\n)+/;
  return changes.length === 0 ? chart : chart.replace(block, () => changes.join(''));
}

/**
 * The changelog with the release below an empty `[Unreleased]`. Entries that stand under `[Unreleased]` become the release's; those of
 * commits follow them under the same headings.
 */
export function withSection(changelog, { title, entries }) {
  const marker = '## [Unreleased]\n';
  const start = changelog.indexOf(marker);
  if (start < 0) throw new Error('CHANGELOG.md has no section [Unreleased].');
  const from = start + marker.length;
  const next = changelog.indexOf('\n## [', from);
  const end = next < 0 ? changelog.length : next;
  const parts = new Map(splitByHeading(changelog.slice(from, end)));
  for (const [heading, lines] of entries) {
    if (lines.length === 0) continue;
    const written = parts.get(heading);
    parts.set(heading, [...(written === undefined ? [] : [written]), ...lines.map(wrap)].join('\n'));
  }
  const section = [...parts].map(([heading, text]) => `\n### ${heading}\n\n${text}\n`).join('');
  return `${changelog.slice(0, from)}\n${title}\n${section}${changelog.slice(end)}`;
}

function splitByHeading(text) {
  return text
    .split(/^### /m)
    .slice(1)
    .map((part) => {
      const line = part.indexOf('\n');
      return [part.slice(0, line).trim(), part.slice(line).trim()];
    });
}

function wrap(entry) {
  const lines = [''];
  for (const word of entry.split(' ')) {
    const last = lines.at(-1);
    const joined = last === '' ? word : `${last} ${word}`;
    if (joined.length <= longestLine) lines[lines.length - 1] = joined;
    else lines.push(`  ${word}`);
  }
  return lines.join('\n');
}
