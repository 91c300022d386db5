import { describe, expect, it } from 'vitest';
import {
  type BulkOperation,
  conflict,
  internal,
  type JsonValue,
  messageUrn,
  type Performed,
  parseBulkRequest,
  runBulk,
  ScimError,
} from '../src/index.ts';

const urn = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

/**
 * Runs operations. The ids of created resources are `id-` and the bulkId; `respond` may throw or return another
 * outcome.
 */
async function run(
  operations: readonly JsonValue[],
  respond: (operation: BulkOperation) => Performed | undefined = () => undefined,
  failOnErrors = 0,
) {
  const performed: BulkOperation[] = [];
  const body = { schemas: [messageUrn.bulkRequest], failOnErrors, Operations: operations };
  const results = await runBulk(parseBulkRequest(body, { maxOperations: 100 }), {
    async perform(operation) {
      performed.push(operation);
      const { method, path, bulkId } = operation;
      return respond(operation) ?? { status: method === 'POST' ? 201 : 200, id: `id-${bulkId}`, location: path };
    },
    toScimError: (error) => (error instanceof ScimError ? error : internal('unexpected')),
  });
  return { performed, results, statuses: results.map(({ status }) => status) };
}

const post = (bulkId: string, data: JsonValue = {}) => ({ method: 'POST', path: '/Users', bulkId, data });
const patch = (path: string, data: JsonValue = { schemas: [messageUrn.patchOp] }) => ({ method: 'PATCH', path, data });

describe('runBulk', () => {
  it('performs operations in the order of the request and returns their results in that order', async () => {
    const { performed, results } = await run([
      { method: 'DELETE', path: '/Users/1', bulkId: 'd', version: 'W/"1"' },
      post('a'),
    ]);
    expect(performed).toMatchObject([
      { method: 'DELETE', version: 'W/"1"' },
      { method: 'POST', bulkId: 'a' },
    ]);
    expect(results).toEqual([
      { method: 'DELETE', bulkId: 'd', status: 200, location: '/Users/1' },
      { method: 'POST', bulkId: 'a', status: 201, location: '/Users' },
    ]);
  });

  it('performs an operation after the POSTs that it refers to, with their ids in its path and data', async () => {
    const { performed, statuses } = await run([
      patch('/Groups/bulkId:g', { members: ['bulkId:a', 'bulkId:b'] }),
      patch('/Users/bulkId:a'),
      post('g', { members: ['bulkId:a'] }),
      post('a'),
      post('b'),
    ]);
    expect(performed.map(({ bulkId, path }) => bulkId ?? path)).toEqual(['a', '/Users/id-a', 'g', 'b', '/Groups/id-g']);
    expect(performed[2]?.data).toEqual({ members: ['id-a'] });
    expect(performed[4]?.data).toEqual({ schemas: [messageUrn.patchOp], members: ['id-a', 'id-b'] });
    expect(statuses).toEqual([200, 200, 201, 201, 201]);
  });

  it('creates POSTs that refer to each other without the references, then adds them by PATCH', async () => {
    const { performed, results } = await run(
      [post('a', { name: 'x', [urn]: { department: 'd', manager: 'bulkId:b' } }), post('b', { manager: 'bulkId:a' })],
      ({ method }) => (method === 'PATCH' ? { status: 200, version: 'W/"2"' } : undefined),
    );
    expect(performed).toMatchObject([
      { bulkId: 'a', data: { name: 'x', [urn]: { department: 'd' } } },
      { bulkId: 'b', data: { manager: 'id-a' } },
      {
        method: 'PATCH',
        path: '/Users/id-a',
        data: { schemas: [messageUrn.patchOp], Operations: [{ op: 'add', value: { [urn]: { manager: 'id-b' } } }] },
      },
    ]);
    expect(results).toMatchObject([{ status: 201, version: 'W/"2"' }, { status: 201 }]);
  });

  it('keeps other operations blocked while it breaks a circle of references', async () => {
    const { performed, statuses } = await run([
      post('b', { refs: ['bulkId:a'] }),
      post('a', { refs: ['bulkId:b'] }),
      patch('/Users/bulkId:a'),
      post('c', { refs: ['bulkId:a'] }),
    ]);
    expect(performed.map(({ bulkId, method, path }) => bulkId ?? `${method} ${path}`)).toEqual([
      'b',
      'a',
      'PATCH /Users/id-a',
      'c',
      'PATCH /Users/id-b',
    ]);
    expect(statuses).toEqual([201, 201, 200, 201]);
  });

  it('breaks a circle of references at its first POST in the order of the request', async () => {
    const { performed } = await run([
      post('p', { a: 'bulkId:a', m: 'bulkId:q' }),
      post('q', { m: 'bulkId:r' }),
      post('r', { m: 'bulkId:p' }),
      post('a'),
    ]);
    expect(performed.map(({ bulkId }) => bulkId)).toEqual(['a', 'p', 'r', 'q', undefined]);
  });

  it('deletes a resource that cannot be completed, and returns the reason', async () => {
    const { performed, results } = await run(
      [post('a', { m: 'bulkId:b' }), post('b', { m: 'bulkId:a' })],
      (operation) => {
        if (operation.method === 'PATCH') throw conflict('no');
        return undefined;
      },
    );
    expect(performed.at(-1)).toMatchObject({ method: 'DELETE', path: '/Users/id-a' });
    expect(results).toMatchObject([{ status: 409, error: { detail: 'no' } }, { status: 201 }]);
  });

  it('returns the error of the deletion when an incomplete resource cannot be deleted', async () => {
    const { statuses } = await run([post('a', { m: 'bulkId:b' }), post('b', { m: 'bulkId:a' })], (operation) => {
      if (operation.method !== 'POST') throw operation.method === 'PATCH' ? conflict('no') : new Error('down');
      return undefined;
    });
    expect(statuses).toEqual([500, 201]);
  });

  it('does not complete a resource that refers to a POST which failed', async () => {
    const { performed, statuses } = await run(
      [post('a', { m: 'bulkId:b' }), post('b', { m: 'bulkId:a' })],
      (operation) => {
        if (operation.bulkId === 'b') throw conflict('no');
        return undefined;
      },
    );
    expect(performed.map(({ method }) => method)).toEqual(['POST', 'POST', 'DELETE']);
    expect(statuses).toEqual([409, 409]);
  });

  it('fails the POSTs of a circle whose first POST fails', async () => {
    const { performed, statuses } = await run([post('a', { m: 'bulkId:b' }), post('b', { m: 'bulkId:a' })], () => {
      throw conflict('no');
    });
    expect(performed).toHaveLength(1);
    expect(statuses).toEqual([409, 409]);
  });

  it('performs a POST whose data is a list in a circle, and leaves its rejection to the performer', async () => {
    const { performed } = await run([post('a', ['bulkId:b']), post('b', ['bulkId:a'])]);
    expect(performed[0]?.data).toEqual(['bulkId:b']);
    expect(performed[1]?.data).toEqual(['id-a']);
    expect(performed).toHaveLength(2);
  });

  it.each([
    ['refers to a POST that failed', [post('a'), patch('/Users/bulkId:a')], 409, 'whose POST failed'],
    [
      'refers to a bulkId that no POST has',
      [post('x'), patch('/Users/bulkId:a')],
      400,
      'No POST in the request has the bulkId "a"',
    ],
    ['is malformed', [post('a'), { method: 'GET' }], 400, 'method must be POST'],
  ])('fails an operation that %s', async (_, operations, status, detail) => {
    const { results } = await run(operations, () => {
      throw conflict('no');
    });
    expect(results[1]).toMatchObject({ status, error: { detail: expect.stringContaining(detail) } });
  });

  it('fails what refers to a POST for which the performer returns no id', async () => {
    expect((await run([patch('/Users/bulkId:a'), post('a')], () => ({ status: 201 }))).statuses).toEqual([409, 201]);
  });

  it.each([
    ['independent operations', [post('a'), post('b'), post('c')]],
    ['a circle', [post('a'), post('b'), post('c', { m: 'bulkId:d' }), post('d', { m: 'bulkId:c' })]],
  ])('starts no further operation of %s after failOnErrors failures', async (_, operations) => {
    const { performed, results } = await run(
      operations,
      () => {
        throw conflict('no');
      },
      2,
    );
    expect(performed).toHaveLength(2);
    expect(results).toHaveLength(2);
  });
});
