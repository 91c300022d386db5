// Copies the descriptions in the comments of values.yaml into the chart's README.md and values.schema.json, and the rules and
// dashboards of deploy/ into the chart, since a chart cannot contain files from outside its folder.
// node charts/test/chart-docs.mjs [--write]; without --write, exits with 1 when a file differs.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { parse } from 'yaml';

const chart = new URL('../scim-gateway/', import.meta.url);
const read = (name) => readFileSync(new URL(name, chart), 'utf8');
const comments = read('values.yaml');
const values = parse(comments);

const follow = (node, path, step) => path.split('.').reduce((inner, name) => step(inner, name), node);
const defaultOf = (path) =>
  follow(values, path, (node, name) => {
    if (node?.[name] === undefined) throw new Error(`values.yaml describes ${path}, which does not exist.`);
    return node[name];
  });

const cell = (text) => text.replaceAll('|', '\\|');

function renderTable() {
  const lines = [];
  for (const [, kind, name, text] of comments.matchAll(/^## @(section|param) (\S+) ?(.*)$/gm)) {
    if (kind === 'section')
      lines.push('', `### ${`${name} ${text}`.trim()}`, '', '| value | meaning | default |', '|---|---|---|');
    else lines.push(`| \`${name}\` | ${cell(text)} | \`${cell(JSON.stringify(defaultOf(name)))}\` |`);
  }
  return lines.join('\n').trim();
}

function renderReadme() {
  const parts = read('README.md').split(/(?<=<!-- values -->\n)[\s\S]*(?=<!-- end of values -->)/);
  if (parts.length !== 2) throw new Error('README.md lacks <!-- values --> and <!-- end of values -->.');
  return parts.join(`\n${renderTable()}\n\n`);
}

function renderSchema() {
  const schema = JSON.parse(read('values.schema.json'));
  for (const [, path, text] of comments.matchAll(/^## @param (\S+) (.+)$/gm)) {
    const leaf = follow(schema, path, (node, name) => node?.properties?.[name]);
    if (leaf === undefined) throw new Error(`values.schema.json does not know ${path}.`);
    leaf.description = text;
  }
  return `${JSON.stringify(schema, null, 2)}\n`;
}

const deploy = new URL('../../deploy/', import.meta.url);
const listed = (folder) => (existsSync(folder) ? readdirSync(folder) : []);
/** Files of the chart and the folders whose files they are copies of. */
const copies = [
  ['rules.yaml', new URL('prometheus/rules/', deploy), 'scim-gateway.yaml'],
  ...listed(new URL('grafana/dashboards/', deploy)).map((name) => [
    `dashboards/${name}`,
    new URL('grafana/dashboards/', deploy),
    name,
  ]),
].filter(([, folder]) => existsSync(folder));

/** The text of each file of the chart that is made from another. */
const made = new Map([
  ['README.md', renderReadme()],
  ['values.schema.json', renderSchema()],
  ...copies.map(([copy, folder, name]) => [`files/${copy}`, readFileSync(new URL(name, folder), 'utf8')]),
]);
const isSame = (name, text) =>
  existsSync(new URL(name, chart)) &&
  (name.endsWith('.json')
    ? JSON.stringify(JSON.parse(read(name))) === JSON.stringify(JSON.parse(text))
    : read(name) === text);

const stale = [...made].filter(([name, text]) => !isSame(name, text));
if (process.argv.includes('--write')) {
  for (const [name, text] of stale) writeFileSync(new URL(name, chart), text);
} else if (stale.length > 0) {
  console.error(
    `To be made anew by node charts/test/chart-docs.mjs --write: ${stale.map(([name]) => name).join(', ')}`,
  );
  process.exitCode = 1;
}
