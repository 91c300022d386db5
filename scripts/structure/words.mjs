// Finds the words that mark a sentence a reader must read twice. CONTRIBUTING.md has the rules behind them.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { walk } from './source.mjs';

/** Patterns of words, each with what to write instead. A space in a pattern also matches a line break within a comment. */
const patterns = [
  ['who(?:so|m)?ever|whatever', 'name the user, client or value'],
  ['somebody|someone|nobody|anybody|everybody', 'name the user, member, client or operator'],
  ['people|persons?', 'user, member, or operator'],
  ['(?<!redis\\.mode )(?:is|are|was|were) none(?! of)', '"does not exist", "no …"'],
  ['such as (?:is|are|was|were|has|have)', 'name the thing'],
  ['(?:speaks?|spoke|spoken) of', '"names", "contains", "describes"'],
  ['says|said|tells|told', 'data contains, names, returns or requires; the documentation states'],
  ['(?:what|who|that|which) (?:is|are) held', 'name what is locked, stored or kept'],
  ['who (?:is|are) in', 'members of'],
  ['(?:take|takes|taking) turns', '"one at a time", "wait for the lock"'],
  ['put(?:s|ting)? off', 'pending membership change'],
  ['(?<!410 )gone', 'deleted, inactive, removed, closed'],
  ['for(?:get|gets|got|gotten|getting)', 'invalidate'],
  ['eras?', 'server generation'],
  ['twins?(?!\\saccounts?|-accounts?)', 'twin account'],
  ['queue keys?', 'lock key'],
];

const gap = '[ \\t*/#]*(?:\\n[ \\t*/#]*)?';
const words = new RegExp(
  `(?<![\\w./@$-])(?:${patterns.map(([pattern]) => pattern.replaceAll(' ', gap)).join('|')})(?![\\w/(]|-\\w|\\.\\w)`,
  'gi',
);

/** Words that are right where they are: the file, the words, and the reason. */
const exceptions = [
  {
    path: /^scripts\/structure\/words\.mjs$|^scripts\/test\/measures\.test\.ts$/,
    words: /./,
    reason: 'the list and its test',
  },
  { path: /^CONTRIBUTING\.md$/, words: /./, reason: 'quotes the words that it forbids' },
];

/** Files whose text has no reader, or another author: locked, recorded, licensed, or generated from files that are read. */
const skipped = [
  /(?:^|\/)(?:package-lock\.json|pnpm-lock\.yaml|LICENSE|NOTICE|CODE_OF_CONDUCT\.md)$/,
  /^packages\/collate-simulator\/(?:schemas|test\/recordings)\//,
  /^packages\/scim\/test\/vectors\//,
  /^benchmarks\/results\.json$/,
  /^openapi\/.+\.openapi\.json$/,
  /^deploy\/grafana\/dashboards\/|^charts\/scim-gateway\/files\/(?:dashboards\/|rules\.yaml$)/,
  /\.(?:jsonl|svg|png)$/,
];

/** Does this check read the file? */
export function isProse(path) {
  return !skipped.some((pattern) => pattern.test(path));
}

/** Tell-tale words in one file: in the comments and strings of code (given as `file`, parsed), in all of any other text. */
export function findWords(root, path, file) {
  return findWordsIn(path, file === undefined ? readFileSync(join(root, path), 'utf8') : proseOf(file));
}

function findWordsIn(path, text) {
  const found = [];
  for (const match of text.matchAll(words)) {
    if (isException(path, match[0])) continue;
    found.push({
      kind: 'words',
      path,
      line: text.slice(0, match.index).split('\n').length,
      text: `"${match[0].replace(/\s+/g, ' ')}" in: ${lineAround(text, match.index)}`,
    });
  }
  return found;
}

function isException(path, word) {
  return exceptions.some((exception) => exception.path.test(path) && exception.words.test(word));
}

function lineAround(text, index) {
  const start = text.lastIndexOf('\n', index) + 1;
  const end = text.indexOf('\n', index);
  return text
    .slice(start, end < 0 ? text.length : end)
    .replace(/[\0\s]+/g, ' ')
    .trim();
}

function proseOf(file) {
  const spans = [...file.comments];
  walk(file.program, (node) => {
    if (isText(node)) spans.push(node);
  });
  return keepSpans(file.text, spans);
}

/** A string of more than one word; a single word is a name or a value. */
function isText(node) {
  if (node.type === 'TemplateElement') return /\s/.test(node.value.raw);
  return node.type === 'Literal' && typeof node.value === 'string' && /\s/.test(node.value);
}

/** The text with everything outside the spans blotted out, but for its white space: offsets and lines stay. */
function keepSpans(text, spans) {
  const parts = [];
  let at = 0;
  for (const { start, end } of spans.sort((left, right) => left.start - right.start)) {
    parts.push(text.slice(at, start).replace(/\S/g, '\0'), text.slice(start, end));
    at = end;
  }
  parts.push(text.slice(at).replace(/\S/g, '\0'));
  return parts.join('');
}
