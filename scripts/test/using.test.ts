import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Our sources, without tests, and without what is built and installed. */
function sourcesOf(folder: string): readonly string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.includes('src/') && path.endsWith('.ts') && !/node_modules|dist\/|\.test\./.test(path))
    .map((path) => join(folder, path));
}

/**
 * Where something that is being used is given back too early: a function that returns a promise which it does not await ends, and with
 * it what `using` holds, before that promise does.
 */
function findEarlyReleases(source: string): readonly string[] {
  const found: string[] = [];
  /** How far the blocks are indented that use something. */
  let blocks: number[] = [];
  for (const statement of source.split(/(?<=[;{}])\n/)) {
    const line = statement.trimStart().replace(/^(?:\/\/.*\n\s*)+/, '');
    const indentation = /^\n*( *)/.exec(statement)?.[1]?.length ?? 0;
    blocks = blocks.filter((block) => indentation >= block);
    if (/^(?:await )?using /.test(line)) blocks.push(indentation);
    const returned = /(?:^|\) )return (.+)/s.exec(line)?.[1];
    if (blocks.length > 0 && returned !== undefined && callsWithoutAwait(returned)) found.push(line.trim());
  }
  return found;
}

/** Each branch of what is returned may be a promise of its own. */
function callsWithoutAwait(expression: string): boolean {
  if (expression.startsWith('{') || expression.startsWith('await (')) return false;
  return expression.split(/ \?\? | \? | : /).some((branch) => /\w\(/.test(branch) && !branch.includes('await '));
}

describe('what is held', () => {
  it('is held until the end', () => {
    const found = [...sourcesOf('services'), ...sourcesOf('packages')].flatMap((path) =>
      findEarlyReleases(readFileSync(join(root, path), 'utf8')).map((line) => `${path}: ${line}`),
    );
    expect(found).toEqual([]);
  });

  it.each([
    '  return change(state);\n',
    '  if (isNew) return make(state);\n',
    '  return changed ? read(id) : state;\n',
    '  return (await find(id)) ?? make(id);\n',
    '  return change(\n    state,\n    after,\n  );\n',
    '  for (const id of ids) {\n    return make(id);\n  }\n',
  ])('is seen to end too early in %j', (line) => {
    const before = 'async function work() {\n  using _held = await hold();\n';
    expect(findEarlyReleases(`${before}${line}}\n`)).toHaveLength(1);
    expect(findEarlyReleases(`${before}}\n\nfunction other() {\n${line}}\n`)).toEqual([]);
  });
});
