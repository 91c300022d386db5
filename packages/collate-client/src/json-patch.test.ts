import { describe, expect, it } from 'vitest';
import { assertSendable, replaceList, setMember } from './json-patch.ts';

const add = (path: string) => ({ op: 'add', path, value: {} }) as const;
const remove = (path: string) => ({ op: 'remove', path }) as const;

describe('setMember', () => {
  it('adds a value, whether the member exists or not', () => {
    expect(setMember('displayName', 'Ada')).toEqual({ op: 'add', path: '/displayName', value: 'Ada' });
  });

  it('removes the member when there is no value', () => {
    expect(setMember('displayName', undefined)).toEqual({ op: 'remove', path: '/displayName' });
  });
});

describe('replaceList', () => {
  it('replaces the whole list', () => {
    expect(replaceList('teams', [1])).toEqual({ op: 'replace', path: '/teams', value: [1] });
  });
});

describe('assertSendable', () => {
  it.each([
    ['is empty', []],
    ['only tests', [{ op: 'test', path: '/version', value: 0.1 }]],
    ['adds to and removes from one list', [add('/users/-'), remove('/users/0')]],
    ['inserts into and removes from one list', [add('/users/3'), remove('/users/0')]],
    ['replaces a list that it removes from', [remove('/users/0'), { op: 'replace', path: '/users', value: [] }]],
    ['removes a list that it adds to', [remove('/users'), add('/users/-')]],
  ] as const)('refuses a patch that %s', (_name, patch) => {
    expect(() => assertSendable(patch)).toThrow(TypeError);
  });

  it.each([
    ['one member', [setMember('displayName', 'x')]],
    ['members and a list', [setMember('displayName', 'x'), remove('/description')]],
    ['a list by removals', [{ op: 'test', path: '/users/1/id', value: 'a' }, remove('/users/1')]],
    ['two lists', [add('/users/-'), remove('/parents/0')]],
    ['a whole list', [replaceList('teams', [])]],
  ] as const)('accepts a patch that changes %s', (_name, patch) => {
    expect(() => assertSendable(patch)).not.toThrow();
  });
});
