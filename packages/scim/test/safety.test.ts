import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  evaluateFilter,
  groupResourceType,
  type JsonValue,
  messageUrn,
  parseFilter,
  parsePatch,
  parseProjection,
  parseResource,
  projectResource,
  schemaUrn,
  userResourceType,
} from '../src/index.ts';
import {
  ada,
  groupOf,
  growth,
  matches,
  memberIds,
  patchBody,
  patchGroup,
  patchUser,
  tolerant,
} from './support/examples.ts';

const invalidFilter = expect.objectContaining({ status: 400, scimType: 'invalidFilter' });

function parse(text: string) {
  return parseFilter(text, userResourceType, { tolerance: tolerant });
}

function ids(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `2819c223-7f76-453a-919d-${String(index).padStart(12, '0')}`);
}

/**
 * The accepted factor of time for ten times the input: linear time takes ten times as long, and more on a busy
 * machine; quadratic time takes a hundred times as long.
 */
const linear = 40;

describe('SEC-R4: parseFilter', () => {
  it.each([
    ['parentheses', `${'('.repeat(5000)}title pr${')'.repeat(5000)}`],
    ['open parentheses', '('.repeat(100_000)],
    ['negations', `${'not ('.repeat(5000)}title pr${')'.repeat(5000)}`],
    ['brackets', 'emails['.repeat(1000)],
    ['parentheses in brackets', `emails[${'('.repeat(5000)}type pr${')'.repeat(5000)}]`],
    ['terms', `title pr${' or title pr'.repeat(10_001)}`],
    ['characters', `title eq "${'x'.repeat(131_072)}"`],
  ])('rejects a filter of too many %s before it parses them', (_what, text) => {
    expect(() => parse(text)).toThrow(invalidFilter);
  });

  it('has the same limits for a filter in a path', () => {
    const path = `emails[${'('.repeat(5000)}type pr${')'.repeat(5000)}]`;
    expect(() => patchUser([{ op: 'remove', path }])).toThrow(invalidFilter);
  });

  it.each<readonly [string, (size: number) => string]>([
    ['alternatives', (size) => `id eq "u1"${' or id eq "zzz"'.repeat(size)}`],
    ['alternatives in brackets', (size) => `emails[type eq "u1"${' or type eq "zzz"'.repeat(size)}]`],
    ['literals', (size) => `title eq "${'x'.repeat(size * 20)}"`],
    ['escapes', (size) => `title eq "${'\\\\'.repeat(size * 10)}"`],
    ['blanks', (size) => `title eq${' '.repeat(size * 20)}"x"`],
    [
      'nested chains',
      (size) => `${'(title pr or '.repeat(200)}title pr${' or title pr)'.repeat(200)}${' '.repeat(size)}`,
    ],
  ])('takes time linear in the length of %s', (_what, toText) => {
    const ratio = growth([500, 5000], (size) => {
      const text = toText(size);
      return () => evaluateFilter(parse(text), ada);
    });
    expect(ratio).toBeLessThan(linear);
  });

  it('takes linear time for a filter that it rejects', () => {
    const ratio = growth([3000, 30_000], (size) => () => {
      const texts = [
        'title eq "\\"'.padEnd(size, '\\"'),
        'a'.repeat(size),
        '('.repeat(size),
        `title ${' '.repeat(size)}`,
      ];
      for (const text of texts) expect(() => parse(text)).toThrow(invalidFilter);
    });
    expect(ratio).toBeLessThan(linear);
  });
});

describe('PATCH of many members takes linear time', () => {
  const operations = (count: number): readonly JsonValue[] =>
    ids(count).map((id, index) =>
      index % 2 === 0
        ? { op: 'remove', path: `members[value eq "${id}"]` }
        : { op: 'add', path: 'members', value: [{ value: `new-${id}` }] },
    );

  it('in the length of the group', () => {
    const changes = operations(256);
    const ratio = growth([5000, 50_000], (size) => {
      const group = groupOf(...ids(size));
      return () => patchGroup(changes, group);
    });
    expect(ratio).toBeLessThan(linear);
  });

  it('in the number of operations, and of values in one', () => {
    const group = groupOf(...ids(5000));
    const ratio = growth([1000, 10_000], (size) => {
      const changes = operations(size);
      return () => patchGroup(changes, group);
    });
    expect(ratio).toBeLessThan(linear);
    const values = growth([2000, 20_000], (size) => {
      const value = ids(size).map((id) => ({ value: id }));
      return () =>
        patchGroup(
          [
            { op: 'add', path: 'members', value },
            { op: 'remove', path: 'members', value },
            { op: 'replace', path: 'members', value },
          ],
          group,
        );
    });
    expect(values).toBeLessThan(linear);
  });

  it('in the number of alternatives of a path', () => {
    const ratio = growth([400, 4000], (size) => {
      const filter = ids(size / 4).map((id) => `value eq "${id}"`);
      const group = groupOf(...ids(size));
      return () => patchGroup([{ op: 'remove', path: `members[${filter.join(' or ')}]` }], group);
    });
    expect(ratio).toBeLessThan(linear);
  });

  it('when a whole group is parsed or projected', () => {
    const ratio = growth([3000, 30_000], (size) => {
      const group = groupOf(...ids(size));
      const projection = parseProjection({ attributes: 'members.value' }, groupResourceType);
      return () => projectResource(parseResource(group, groupResourceType, tolerant), groupResourceType, projection);
    });
    expect(ratio).toBeLessThan(linear);
  });
});

describe('names of Object.prototype', () => {
  const hostile: { readonly [name: string]: JsonValue } = JSON.parse(
    '{"__proto__": {"active": true, "polluted": 1}, "constructor": {"prototype": {"polluted": 1}}, "toString": "x", "hasOwnProperty": 1}',
  );

  it('are unknown attributes like any other', () => {
    const body = {
      schemas: [schemaUrn.user],
      userName: 'ada',
      ...hostile,
      name: hostile,
      emails: [{ ...hostile, value: 'x' }],
    };
    Object.defineProperty(body, '__proto__', { value: hostile, enumerable: true });
    const parsed = parseResource(body, userResourceType, tolerant);
    expect(Object.keys(parsed)).toEqual(['schemas', 'userName', 'emails']);
    expect(parsed['emails']).toEqual([{ value: 'x' }]);
    expect(parsed['active']).toBeUndefined();
    expect(parsePatch(patchBody({ op: 'replace', value: hostile }), userResourceType, tolerant)).toEqual([]);
    expect(patchUser([{ op: 'add', path: 'roles[type eq "x"]', value: { ...hostile, value: 'y' } }])['roles']).toEqual([
      { type: 'x', value: 'y' },
    ]);
    expect(Object.prototype).not.toHaveProperty('polluted');
  });

  it('are not read from the prototype of a body', () => {
    const inherited: object = Object.create({ schemas: [schemaUrn.user], userName: 'eve' });
    expect(() => parseResource(inherited, userResourceType, tolerant)).toThrow(
      expect.objectContaining({ scimType: 'invalidValue' }),
    );
    const operations = [{ op: 'remove', path: 'title' }];
    const inheritedPatch: object = Object.create({ schemas: [messageUrn.patchOp], operations });
    expect(() => parsePatch(inheritedPatch, userResourceType, tolerant)).toThrow(
      expect.objectContaining({ scimType: 'invalidSyntax' }),
    );
  });

  it.each(['__proto__', 'constructor', 'toString', '__proto__.polluted', 'name.__proto__'])(
    '%s names no attribute',
    (name) => {
      const operation = { op: 'add', path: name, value: 'x' };
      // No attribute name begins with an underscore.
      const isPath = !name.startsWith('_');
      if (isPath) expect(parsePatch(patchBody(operation), userResourceType, tolerant)).toEqual([]);
      expect(() =>
        parsePatch(patchBody(operation), userResourceType, { profile: isPath ? 'strict' : 'tolerant' }),
      ).toThrow(expect.objectContaining({ scimType: 'invalidPath' }));
      expect(() => parse(`${name} pr`)).toThrow(invalidFilter);
      expect(() => parse(`emails[${name} pr]`)).toThrow(invalidFilter);
      expect(parseProjection({ attributes: name }, userResourceType)).toEqual({ attributes: [] });
    },
  );

  it('are ids like any other', () => {
    const add = { op: 'add', path: 'members', value: [{ value: '__proto__' }, { value: 'constructor' }] };
    const group = patchGroup([add], groupOf('toString'));
    expect(memberIds(group)).toEqual(['toString', '__proto__', 'constructor']);
    expect(memberIds(patchGroup([{ op: 'remove', path: 'members[value eq "__proto__"]' }], group))).toEqual([
      'toString',
      'constructor',
    ]);
  });
});

describe('filter literals', () => {
  it.each(['%', '_', '.*', "x' OR '1'='1", '\\', '$&', '\0'])('%j has no special meaning', (literal) => {
    expect(matches(`userName eq ${JSON.stringify(literal)}`)).toBe(false);
    expect(matches(`userName co ${JSON.stringify(literal)}`, { userName: `a${literal}b` })).toBe(true);
    expect(matches(`userName co ${JSON.stringify(literal)}`, { userName: 'ab' })).toBe(false);
  });
});

describe('the kernel', () => {
  const root = new URL('../src/', import.meta.url);
  const sources = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));

  it.each(sources)(
    'SEC-R24: %s builds no code or pattern from input, and uses no clock, randomness or environment',
    (name) => {
      const source = readFileSync(new URL(name, root), 'utf8');
      expect(source).not.toMatch(
        /\bnew RegExp\b|\beval\(|\bnew Function\b|\bDate\.now\b|\bnew Date\b|\bMath\.random\b|\bprocess\.|\bfrom '[^.]/,
      );
    },
  );
});
