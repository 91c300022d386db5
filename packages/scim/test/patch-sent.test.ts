import { describe, expect, it } from 'vitest';
import { patchOperationsOf } from '../src/index.ts';
import { patchBody } from './support/examples.ts';

describe('patchOperationsOf', () => {
  it('reads members in any case and leaves values as they were sent', () => {
    const body = { OPERATIONS: [{ OP: 'Replace', Path: 'ACTIVE', value: 'False' }] };
    expect(patchOperationsOf(body)).toEqual([{ op: 'Replace', path: 'ACTIVE', value: 'False' }]);
  });

  it('returns an operation without members for an entry that is not an object', () => {
    expect(patchOperationsOf(patchBody(7, { op: 'remove' }))).toEqual([{}, { op: 'remove' }]);
  });

  it.each([undefined, null, 'x', [], {}, { Operations: {} }, { Operations: null }])(
    'returns no operations for %j',
    (body) => {
      expect(patchOperationsOf(body)).toEqual([]);
    },
  );

  it('reads a body with a long list of operations once', () => {
    const body = patchBody(...Array.from({ length: 64 }, () => ({ op: 'remove', path: 'title' })));
    expect(patchOperationsOf(body)).toBe(patchOperationsOf(body));
  });
});
