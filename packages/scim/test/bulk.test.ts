import { describe, expect, it } from 'vitest';
import { findBulkIds, partUnresolved, resolveData, resolvePath } from '../src/bulk/references.ts';
import { invalidValue, messageUrn, parseBulkRequest, toBulkResponse } from '../src/index.ts';

const limits = { maxOperations: 3 };
const parse = (Operations: unknown, extra: object = {}) =>
  parseBulkRequest({ schemas: [messageUrn.bulkRequest], Operations, ...extra }, limits);

describe('parseBulkRequest', () => {
  it('reads member names in any case', () => {
    const body = {
      SCHEMAS: [messageUrn.bulkRequest],
      operations: [{ Method: 'post', BULKID: 'a', Path: '/Users', Data: { userName: 'a' } }],
      FailOnErrors: 1,
    };
    expect(parseBulkRequest(body, limits)).toEqual({
      failOnErrors: 1,
      operations: [{ kind: 'operation', method: 'POST', bulkId: 'a', path: '/Users', data: { userName: 'a' } }],
    });
  });

  it('returns the data of a PUT as sent', () => {
    const put = { method: 'PUT', path: '/Users/1', data: { userName: 'a' } };
    expect(parse([put]).operations).toEqual([{ kind: 'operation', ...put }]);
  });

  it('reads an absent, null or zero failOnErrors as no limit', () => {
    for (const failOnErrors of [undefined, null, 0]) {
      expect(parse([], { failOnErrors }).failOnErrors).toBeUndefined();
    }
  });

  it('completes the data of a PATCH that is a bare list or lacks schemas', () => {
    const list = [{ op: 'remove', path: 'title' }];
    const operation = { method: 'PATCH', path: '/Users/1', version: 'W/"1"' };
    const whole = { ...operation, data: { schemas: [messageUrn.patchOp], Operations: list } };
    const read = { kind: 'operation', ...whole };
    expect(parse([{ ...operation, data: list }]).operations).toEqual([read]);
    expect(parse([{ ...operation, data: { Operations: list } }]).operations).toEqual([read]);
    expect(parse([whole]).operations).toEqual([read]);
    expect(parse([{ ...operation, data: 7 }]).operations).toEqual([{ ...read, data: 7 }]);
  });

  it.each([
    ['no object', []],
    ['no schemas', { Operations: [] }],
    ['another schema', { schemas: [messageUrn.patchOp], Operations: [] }],
    ['no operations', { schemas: [messageUrn.bulkRequest] }],
    ['a fraction as failOnErrors', { schemas: [messageUrn.bulkRequest], Operations: [], failOnErrors: 1.5 }],
    ['a negative failOnErrors', { schemas: [messageUrn.bulkRequest], Operations: [], failOnErrors: -1 }],
  ])('throws invalidSyntax for %s', (_, body) => {
    expect(() => parseBulkRequest(body, limits)).toThrow(expect.objectContaining({ scimType: 'invalidSyntax' }));
  });

  it('throws 413 when there are more operations than maxOperations', () => {
    expect(() => parse([1, 2, 3, 4])).toThrow(expect.objectContaining({ status: 413 }));
  });

  it('returns a malformed operation in its position, with its error, method and bulkId', () => {
    const malformed = (operation: unknown) => parse([operation]).operations[0];
    expect(malformed(null)).toMatchObject({ kind: 'malformed', sent: {}, error: { scimType: 'invalidSyntax' } });
    expect(malformed({ method: 'GET', bulkId: 'x' })).toMatchObject({ sent: { method: 'GET', bulkId: 'x' } });
    expect(malformed({ method: 'POST', bulkId: 'x' })).toMatchObject({ error: { scimType: 'invalidSyntax' } });
    expect(malformed({ method: 'PUT', path: '/Users/1' })).toMatchObject({ error: { scimType: 'invalidSyntax' } });
    expect(malformed({ method: 'POST', path: '/Users', data: {} })).toMatchObject({
      error: { scimType: 'invalidValue' },
    });
    expect(malformed({ method: 'POST', path: '/Users', data: {}, bulkId: '' })).toMatchObject({
      error: { scimType: 'invalidValue' },
    });
    const twice = { method: 'POST', path: '/Users', data: {}, bulkId: 'x' };
    expect(parse([twice, twice]).operations[1]).toMatchObject({ error: { scimType: 'invalidValue' } });
  });
});

describe('bulkId references', () => {
  const ids = new Map([['a', '1']]);

  it('are found in the path and the data of an operation', () => {
    const data = { members: [{ value: 'bulkId:b', x: 1 }], displayName: 'bulkId', other: null };
    expect(findBulkIds({ path: '/Groups/bulkId:a', data })).toEqual(new Set(['a', 'b']));
    expect(findBulkIds({ path: '/Groups' })).toEqual(new Set());
  });

  it('are replaced by ids where the id is known', () => {
    expect(resolvePath('/Users/bulkId:a', ids)).toBe('/Users/1');
    expect(resolvePath('/Users/bulkId:b', ids)).toBe('/Users/bulkId:b');
    expect(resolveData({ m: ['bulkId:a', 'bulkId:b', 'a', 3, null] }, ids)).toEqual({
      m: ['1', 'bulkId:b', 'a', 3, null],
    });
  });

  it('split a resource into attributes with and without unresolved references', () => {
    const urn = 'urn:example:User';
    const data = {
      userName: 'x',
      members: [{ value: 'bulkId:b' }],
      [urn]: { d: 'bulkId:a', m: 'bulkId:b' },
      'urn:x': 'bulkId:b',
    };
    expect(partUnresolved(data, ids)).toEqual({
      now: { userName: 'x', [urn]: { d: 'bulkId:a' } },
      later: { members: [{ value: 'bulkId:b' }], [urn]: { m: 'bulkId:b' }, 'urn:x': 'bulkId:b' },
    });
  });
});

describe('toBulkResponse', () => {
  it('has the status and location or error of each operation', () => {
    expect(
      toBulkResponse([
        { method: 'POST', bulkId: 'a', location: 'l', version: 'v', status: 201 },
        { status: 400, error: invalidValue('no') },
      ]),
    ).toEqual({
      schemas: [messageUrn.bulkResponse],
      Operations: [
        { method: 'POST', bulkId: 'a', location: 'l', version: 'v', status: '201' },
        {
          status: '400',
          response: { schemas: [messageUrn.error], status: '400', scimType: 'invalidValue', detail: 'no' },
        },
      ],
    });
  });
});
