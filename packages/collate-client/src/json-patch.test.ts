import { describe, expect, test } from 'vitest';
import { assertSendable, clearMember, removeItems, replaceList, setMember, toPointer } from './json-patch.ts';

describe('a pointer', () => {
  test('escapes what has a meaning in pointers', () => {
    expect(toPointer(['extension', 'a/b~c', 0])).toBe('/extension/a~1b~0c/0');
    expect(toPointer(['~1'])).toBe('/~01');
  });
});

describe('a change', () => {
  test('of a member adds it, whether it is there or not', () => {
    expect(setMember(['displayName'], 'Ada')).toEqual({ op: 'add', path: '/displayName', value: 'Ada' });
  });

  test('can take a member away and put a list in the place of another', () => {
    expect(clearMember(['displayName'])).toEqual({ op: 'remove', path: '/displayName' });
    expect(replaceList(['teams'], [1])).toEqual({ op: 'replace', path: '/teams', value: [1] });
  });

  test('takes items away from the end, after testing all of them', () => {
    const items = [
      { index: 2, id: 'b' },
      { index: 10, id: 'c' },
      { index: 0, id: 'a' },
    ];
    expect(removeItems(['users'], items)).toEqual([
      { op: 'test', path: '/users/10/id', value: 'c' },
      { op: 'test', path: '/users/2/id', value: 'b' },
      { op: 'test', path: '/users/0/id', value: 'a' },
      { op: 'remove', path: '/users/10' },
      { op: 'remove', path: '/users/2' },
      { op: 'remove', path: '/users/0' },
    ]);
  });
});

describe('a patch', () => {
  test.each([
    ['is empty', []],
    ['only tests', [{ op: 'test', path: '/version', value: 0.1 }]],
    ['adds to and removes from one list', [setMember(['users', '-'], {}), clearMember(['users', 0])]],
    ['inserts into and removes from one list', [setMember(['users', 3], {}), clearMember(['users', 0])]],
    ['replaces a list that it removes from', [clearMember(['users', 0]), replaceList(['users'], [])]],
    ['removes a list that it adds to', [clearMember(['users']), setMember(['users', '-'], {})]],
  ] as const)('is refused when it %s', (_name, patch) => {
    expect(() => assertSendable(patch)).toThrow(TypeError);
  });

  test.each([
    ['one member', [setMember(['displayName'], 'x')]],
    ['members besides a list', [setMember(['displayName'], 'x'), clearMember(['description'])]],
    ['a list by removals', removeItems(['users'], [{ index: 1, id: 'a' }])],
    ['two lists', [setMember(['users', '-'], {}), clearMember(['parents', 0])]],
    ['a list at once', [replaceList(['teams'], [])]],
  ] as const)('may change %s', (_name, patch) => {
    expect(() => assertSendable(patch)).not.toThrow();
  });
});
