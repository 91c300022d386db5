// Writes what the comments of values.yaml say about each value into the chart's README.md and values.schema.json.
// node charts/test/chart-docs.mjs [--write]; without it, exits with 1 when a file does not say the same.
import { readFileSync, writeFileSync } from 'node:fs';
import { parse } from 'yaml';

const chart = new URL('../scim-gateway/', import.meta.url);
const read = (name) => readFileSync(new URL(name, chart), 'utf8');
const comments = read('values.yaml');
const values = parse(comments);

const follow = (node, path, step) => path.split('.').reduce((inner, name) => step(inner, name), node);
const defaultOf = (path) =>
  follow(values, path, (node, name) => {
    if (node?.[name] === undefined) throw new Error(`values.yaml describes ${path}, which it does not have.`);
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
  if (parts.length !== 2) throw new Error('README.md has no place between <!-- values --> and <!-- end of values -->.');
  return parts.join(`\n${renderTable()}\n\n`);
}

function renderSchema() {
  const schema = JSON.parse(read('values.schema.json'));
  for (const [, path, text] of comments.matchAll(/^## @param (\S+) (.+)$/gm)) {
    const leaf = follow(schema, path, (node, name) => node?.properties?.[name]);
    if (leaf === undefined) throw new Error(`values.schema.json does not know ${path}.`);
    leaf.description = text;
  }
  return schema;
}

const readme = renderReadme();
const schema = renderSchema();
if (process.argv.includes('--write')) {
  writeFileSync(new URL('README.md', chart), readme);
  writeFileSync(new URL('values.schema.json', chart), `${JSON.stringify(schema, null, 2)}\n`);
} else {
  const stale = [
    ...(readme === read('README.md') ? [] : ['README.md']),
    ...(JSON.stringify(schema) === JSON.stringify(JSON.parse(read('values.schema.json')))
      ? []
      : ['values.schema.json']),
  ];
  if (stale.length > 0) {
    console.error(`${stale.join(' and ')} must be made anew: node charts/test/chart-docs.mjs --write`);
    process.exitCode = 1;
  }
}
