import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { usage } from '../../services/gateway/src/commands/usage.ts';
import { topics } from '../../services/gateway/src/config/variables.ts';
import {
  anchorsOf,
  codeSpansOf,
  linksOf,
  listDocuments,
  proseOf,
  sentencesOf,
  withoutBlocks,
} from './support/documents.ts';
import { listFiles, readText, root } from './support/repository.ts';

const documents = listDocuments();
const longestLine = 120;

const longestSentence = 30;

/** Documents that are generated from other rooms or quote the RFCs, and READMEs of folders. */
const withLongSentences = /^docs\/(?:benchmarks|configuration|conformance|metrics|overload)\.md$|^[^/]+\/.*README\.md$/;

/** Documents whose lines are longer as yet. */
const withLongLines: ReadonlySet<string> = new Set([
  'charts/scim-gateway/README.md',
  'docs/benchmarks.md',
  'docs/configuration.md',
  'docs/metrics.md',
]);

/** Documents that are not facts about the present: names in them may be of the past. */
const historical = new Set(['CHANGELOG.md']);

const present = documents.filter(({ path }) => !historical.has(path));

/** Folders that a document may take for granted when it names a file. */
const bases = [
  '',
  'services/gateway/src',
  'services/gateway',
  'packages/collate-client/src',
  'packages/collate-client/src/transport',
  'packages/cache/src',
  'packages/scim/src',
  'charts/scim-gateway',
  'deploy/image',
  'docs',
];

/** Whether a line has a space at which it can be broken: neither in code nor in a link, and not behind the mark of a list. */
function isBreakable(line: string): boolean {
  const text = line.replaceAll(/`[^`]*`|\[[^\]]*\]\([^)]*\)/g, 'x').replace(/^\s*(?:[-*>]|\d+\.)\s+/, '');
  return /\S\s+\S/.test(text);
}

function isPath(code: string): boolean {
  return (
    /^[\w.@-]+(?:\/[\w.@-]+)*\/?$/.test(code) &&
    /(?:\/|^(?!index)[\w-]+\.(?:ts|mjs|md|sh)$)/.test(code) &&
    !/^(?:application|text|http)\/|kubernetes\.io\//.test(code)
  );
}

describe.each(documents)('$path', (document) => {
  it.skipIf(withLongLines.has(document.path))(`has no line of prose over ${longestLine} characters`, () => {
    const long = proseOf(document).filter(({ line }) => line.length > longestLine && isBreakable(line));
    expect(long).toEqual([]);
  });

  it.skipIf(withLongSentences.test(document.path))(`has no sentence over ${longestSentence} words`, () => {
    const long = sentencesOf(document).filter(
      (text) => text.split(' ').filter((word) => /\w/.test(word)).length > longestSentence,
    );
    expect(long).toEqual([]);
  });

  it('links only to files and headings that exist', () => {
    const broken = linksOf(document).filter(({ target, anchor }) => {
      if (!existsSync(join(root, target))) return true;
      return anchor !== '' && !anchorsOf(readText(target)).includes(anchor);
    });
    expect(broken).toEqual([]);
  });
});

describe.each(present)('the facts of $path', (document) => {
  it('name only files and folders that exist', () => {
    const missing = codeSpansOf(document)
      .filter(isPath)
      .filter(
        (path) =>
          ![...bases, ...['', '..', 'src'].map((part) => join(dirname(document.path), part))].some((base) =>
            existsSync(join(root, base, path)),
          ),
      );
    expect(missing).toEqual([]);
  });

  it('name only settings that exist', () => {
    const unknown = codeSpansOf(document)
      .flatMap((code) => code.match(/(?<![\w.$-])[A-Z][A-Z0-9]+(?:_[A-Z0-9]+)+(?![\w*…-])/g) ?? [])
      .filter((name) => !knownVariables.has(name));
    expect(unknown).toEqual([]);
  });

  it('name only commands of scim-gateway that exist', () => {
    const commands = [...document.text.matchAll(/`scim-gateway ([a-z]+)/g)].map(([, command = '']) => command);
    expect(commands.filter((command) => !new RegExp(`^  ${command} `, 'm').test(usage))).toEqual([]);
  });

  it('name only npm scripts that exist', () => {
    const scripts = Object.keys(JSON.parse(readText('package.json')).scripts);
    const named = [...document.text.matchAll(/\bnpm run ([a-z][\w:-]*)/g)].map(([, script = '']) => script);
    expect(named.filter((script) => !scripts.includes(script))).toEqual([]);
  });

  it('name only metrics that exist', () => {
    const known = readText('docs/metrics.md');
    const names = withoutBlocks(document.text).match(/(?<![\w:])scim_gateway_\w*[a-z](?![\w*])/g) ?? [];
    const unknown = names.filter((name) => !known.includes(`\`${name.replace(/_(?:bucket|sum|count)$/, '')}\``));
    expect(unknown.filter((name) => !known.includes(`\`${name}\``))).toEqual([]);
  });
});

/** Settings of the gateway, variables of the image, of the composition, and of the scripts that run tests. */
const knownVariables: ReadonlySet<string> = new Set([
  // Stands for the name of any secret.
  'NAME_FILE',
  ...Object.values(topics).flatMap((variables) =>
    Object.entries(variables).flatMap(([name, { secret }]) => (secret === true ? [name, `${name}_FILE`] : [name])),
  ),
  ...['deploy/Dockerfile', 'deploy/compose.yaml'].flatMap(
    (path) => readText(path).match(/\b[A-Z]+(?:_[A-Z]+)+\b/g) ?? [],
  ),
  ...listFiles()
    .filter((path) => /^(?:services\/gateway\/test|benchmarks)\/.*\.ts$/.test(path))
    .flatMap((path) => [...readText(path).matchAll(/process\.env\.([A-Z_]+)|process\.env\['([A-Z_]+)'\]/g)])
    .map(([, dotted, quoted]) => dotted ?? quoted ?? ''),
]);

describe('docs/adr/README.md', () => {
  const records = documents.filter(({ path }) => /^docs\/adr\/\d{4}-/.test(path));
  const rows = readText('docs/adr/README.md')
    .split('\n')
    .filter((line) => line.startsWith('| ['));

  it('lists every record with its title, status and date', () => {
    const expected = records.map(({ path, text }) => {
      const [, number = '', title = ''] = /^# (\d+)\. (.+)$/m.exec(text) ?? [];
      const [, status = ''] = /^- Status: (.+)$/m.exec(text) ?? [];
      const [, date = ''] = /^- Date: (\d{4}-\d\d-\d\d)$/m.exec(text) ?? [];
      return `| [${number.padStart(4, '0')}](${path.slice('docs/adr/'.length)}) | ${title} | ${status} | ${date} |`;
    });
    expect(rows).toEqual(expected.toSorted());
  });

  it('is not the only page that links to a record', () => {
    const linked = new Set(
      documents
        .filter(({ path }) => !path.startsWith('docs/adr/'))
        .flatMap((document) => linksOf(document).map(({ target }) => target)),
    );
    expect(records.map(({ path }) => path).filter((path) => !linked.has(path))).toEqual([]);
  });
});
