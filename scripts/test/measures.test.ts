import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { measureCode } from '../structure/code.mjs';
import { findUnusedExports } from '../structure/exports.mjs';
import { measureRooms } from '../structure/rooms.mjs';
import { parseText } from '../structure/source.mjs';
import { findWords } from '../structure/words.mjs';

describe('measureCode', () => {
  const kindsIn = (code: string) => measureCode(parseText('probe.ts', code)).map(({ kind }: { kind: string }) => kind);
  const bodyOf = (lines: number) => `{\n${'  work();\n\n  // why\n'.repeat(lines)}}`;

  it.each([
    ['longParameterLists', 'const f = (a, b, c, d, e) => a;'],
    ['longParameterLists', 'interface Port { f(a: 1, b: 2, c: 3, d: 4, e: 5): void }'],
    ['booleanParameters', 'class A { constructor(private readonly a: boolean) {} }'],
    ['booleanParameters', 'function f(a?: boolean | undefined) {}'],
    ['booleanParameters', 'const f = (a = false) => a;'],
    ['booleanParameters', 'type F = (a: boolean) => void;'],
    ['casts', 'const a = b as unknown;'],
    ['casts', 'const a = <unknown>b;'],
    ['nonNullAssertions', 'const a = b!;'],
    ['anyTypes', 'let a: any[];'],
  ])('finds %s in %j', (kind, code) => {
    expect(kindsIn(code)).toEqual([kind]);
  });

  it.each([
    'const f = (a, b, c, d) => a;',
    'function f(options: { joins: boolean }) {}',
    'function f({ joins = true }) {}',
    'const a = [1] as const;',
    'const a = b satisfies unknown;',
  ])('finds nothing in %j', (code) => {
    expect(kindsIn(code)).toEqual([]);
  });

  it('counts the lines of a function without blank lines and comments', () => {
    expect(kindsIn(`function f() ${bodyOf(40)}`)).toEqual([]);
    expect(kindsIn(`function f() ${bodyOf(41)}`)).toEqual(['longFunctions']);
  });
});

describe('measureRooms', () => {
  const measure = (sources: Readonly<Record<string, string>>) =>
    measureRooms(
      Object.entries(sources).map(([path, code]) => parseText(`rooms/${path}`, code)),
      'rooms',
    );

  it('counts import statements between rooms, and the rooms of the longest chain', () => {
    const { imports, circles, layers } = measure({
      'top.ts': "import { a } from './a/one.ts';\nexport { b } from './b.ts';",
      'a/one.ts': "import type { Two } from './two.ts';\nimport { b } from '../b.ts';\nimport 'node:fs';",
      'a/two.ts': "import { b } from '../b.ts';",
      'b.ts': "import { outside } from '../outside.ts';",
    });
    expect({ imports, circles, layers }).toEqual({ imports: 4, circles: [], layers: 3 });
  });

  it('names the rooms of a circle', () => {
    const { circles } = measure({ 'a.ts': "import './b.ts';", 'b.ts': "import './c.ts';", 'c.ts': "import './b.ts';" });
    expect(circles).toEqual([['b.ts', 'c.ts']]);
  });
});

describe('findUnusedExports', () => {
  const find = (sources: Readonly<Record<string, string>>) => {
    const root = mkdtempSync(join(tmpdir(), 'exports-'));
    const manifest = { name: '@ours/kernel', exports: { '.': { source: './src/index.ts' } } };
    mkdirSync(dirname(join(root, 'packages/kernel/package.json')), { recursive: true });
    writeFileSync(join(root, 'packages/kernel/package.json'), JSON.stringify(manifest));
    const found = findUnusedExports(
      root,
      Object.entries(sources).map(([path, code]) => parseText(path, code)),
    );
    rmSync(root, { recursive: true });
    return found.map(({ path, text }: { path: string; text: string }) => `${path}#${text}`);
  };

  it('finds an export that only a test of its own package uses', () => {
    const found = find({
      'packages/kernel/src/index.ts': "export { a, b, type C } from './part.ts';",
      'packages/kernel/src/part.ts': 'export const a = 1;\nexport const b = 2;\nexport interface C {}',
      'packages/kernel/test/part.test.ts': "import { a, type C } from '../src/index.ts';",
      'services/gateway/src/main.ts': "import { b } from '@ours/kernel';",
    });
    const unused = ['index.ts#a', 'index.ts#C', 'part.ts#a', 'part.ts#C'];
    expect(found).toEqual(unused.map((name) => `packages/kernel/src/${name}`));
  });

  it('accepts an export that its own package uses, unless an entry point passes it on', () => {
    const found = find({
      'packages/kernel/src/index.ts': "export { a } from './part.ts';\nexport { use } from './use.ts';",
      'packages/kernel/src/part.ts': 'export const a = 1;\nexport const b = 2;\nexport const c = b;',
      'packages/kernel/src/use.ts': "import { a, c } from './part.ts';\nexport const use = [a, c];",
      'services/gateway/test/use.test.ts': "import { use } from '@ours/kernel';",
    });
    expect(found).toEqual(['packages/kernel/src/index.ts#a']);
  });
});

describe('findWords', () => {
  const wordsIn = (code: string) => findWords('', 'probe.ts', parseText('probe.ts', code)).length;

  it.each([
    '// Whoever is asked',
    '/** There is\n * none. */',
    "const title = 'does what nobody asked';",
    'const line = `the client says so`;',
  ])('finds a word in %j', (code) => {
    expect(wordsIn(code)).toBe(1);
  });

  it.each([
    "const state = 'gone';",
    'const nobody = forget(gone);',
    '// 410 Gone; none of them; the twin account',
    '// [page](./who-made-it.md)',
  ])('finds nothing in %j', (code) => {
    expect(wordsIn(code)).toBe(0);
  });
});
