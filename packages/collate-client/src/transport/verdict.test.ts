import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { callOf, rejection, reply, script } from '../../test/support/scripted-transport.ts';
import type { CollateErrorKind } from '../model/index.ts';
import type { Operation } from '../operation.ts';
import { documentsOperations, systemOperations, teamsOperations, usersOperations } from '../operations.ts';
import type { Principal } from './principal.ts';
import type { Reply } from './transport.ts';
import { withVerdict } from './verdict.ts';

const { findById, create, patch, remove, list, find } = usersOperations;
const unknown404 = {
  responseMessage: 'An exception with message [HTTP 404 Not Found] was thrown while processing request.',
};
const unknown405 = { responseMessage: 'An exception with message [HTTP 405 Method Not Allowed] was thrown.' };
const testFails = {
  responseMessage: 'An exception with message [JsonPatch.Operation.TEST fails! Values are not equal] was thrown.',
};

function judge(answer: Reply, operation: Operation = findById, principal: Partial<Principal> = {}) {
  const { transport } = script(answer);
  const judged = withVerdict(transport, {
    principal: { token: () => 'opaque', name: undefined, ...principal },
    clock: () => Date.UTC(2026, 0, 1),
  });
  return rejection(judged(callOf(operation)));
}

function tokenOf(subject: string): string {
  return `e30.${Buffer.from(JSON.stringify({ sub: subject })).toString('base64url')}.signature`;
}

describe('withVerdict', () => {
  const cases: readonly (readonly [name: string, answer: Reply, operation: Operation, kind: CollateErrorKind])[] = [
    ['a refused credential', reply(401, { code: 401, message: 'Expired token!' }), findById, 'unauthorized'],
    ['a missing right', reply(403, { code: 403, message: 'not allowed' }), findById, 'forbidden'],
    ['a missing entity', reply(404, { code: 404, message: 'user instance for x not found' }), find, 'not-found'],
    ['a name that is taken', reply(409, { code: 409, message: 'Entity already exists' }), create, 'conflict'],
    ['another version of the entity', reply(412, { code: 412, message: 'modified' }), patch, 'precondition-failed'],
    ['a failed test of a patch', reply(500, testFails), patch, 'precondition-failed'],
    ['a failed read with the message of a failed test', reply(500, testFails), findById, 'unavailable'],
    ['a refused body', reply(400, { code: 400, message: '[name must match "x"]' }), create, 'rejected'],
    ['malformed JSON, refused in plain text', reply(400, 'Unexpected character'), create, 'rejected'],
    [
      'a row that breaks the server’s own rules',
      reply(400, { code: 400, message: '[email size]' }),
      findById,
      'malformed',
    ],
    ['a refused path, in HTML', reply(400, '<html>Bad Request</html>'), find, 'rejected'],
    ['a rate limit with a Retry-After', reply(429, '', { 'retry-after': '3' }), create, 'rate-limited'],
    ['an exhausted quota', reply(429, { message: 'limit' }), create, 'quota'],
    ['a rate limit on a read, without a Retry-After', reply(429, ''), list, 'rate-limited'],
    ['a broken proxy', reply(502, '<html>Bad Gateway</html>'), findById, 'unavailable'],
    ['a restart', reply(503, ''), create, 'unavailable'],
    ['an internal error', reply(500, { code: 500, message: 'NullPointerException' }), patch, 'unavailable'],
    ['a missing implementation', reply(501, 'SCIM is not implemented'), list, 'unavailable'],
    ['a timeout of a proxy', reply(408, ''), create, 'timeout'],
    ['a body that is too large', reply(413, '<html>'), create, 'rejected'],
    ['a redirect', reply(302, '', { location: 'https://login.example' }), findById, 'malformed'],
  ];
  it.each(cases)('recognises %s', async (_name, answer, operation, kind) => {
    const error = await judge(answer, operation);
    expect(error.kind).toBe(kind);
    expect(error.status).toBe(answer.status);
    expect(error.operation).toBe(operation.name);
  });

  it('passes a success on', async () => {
    const { transport } = script(reply(201, { id: 1 }));
    const judged = withVerdict(transport, { principal: { token: () => '', name: undefined }, clock: () => 0 });
    expect((await judged(callOf(create))).status).toBe(201);
  });

  it('reads a Retry-After in seconds or as a date', async () => {
    expect((await judge(reply(429, '', { 'retry-after': '7' }))).retryAfterMs).toBe(7000);
    expect((await judge(reply(503, '', { 'retry-after': 'Thu, 01 Jan 2026 00:00:09 GMT' }))).retryAfterMs).toBe(9000);
    expect((await judge(reply(503, '', { 'retry-after': 'soon' }))).retryAfterMs).toBeUndefined();
  });
});

describe('withVerdict, for a missing endpoint,', () => {
  it.each([
    ['500 of an old server', reply(500, unknown404)],
    ['500 of an old server for the method', reply(500, unknown405)],
    ['404 of a new server', reply(404, { code: 404, message: 'HTTP 404 Not Found' })],
    ['405 of a new server', reply(405, { code: 405, message: 'HTTP 405 Method Not Allowed' })],
  ])('distinguishes it from a missing entity: %s', async (_name, answer) => {
    const error = await judge(answer, documentsOperations.find);
    expect([error.kind, error.unknownRoute]).toEqual(['malformed', true]);
  });

  it('is not misled by a user’s text that a message quotes', async () => {
    const message =
      'An exception with message [\'{"displayName":"HTTP 404 Not Found"}\' contains no value] was thrown.';
    const error = await judge(reply(500, { responseMessage: message }), patch);
    expect([error.kind, error.unknownRoute]).toEqual(['unavailable', false]);
  });

  it.each([
    ['an ingress without a backend', reply(404, 'default backend - 404')],
    ['a web server', reply(404, '<html>404 Not Found</html>')],
    ['an empty body', reply(404, '')],
    ['a JSON array', reply(404, [])],
  ])('does not take a 404 of %s for one, nor for a missing entity', async (_name, answer) => {
    const error = await judge(answer);
    expect([error.kind, error.unknownRoute]).toEqual(['malformed', false]);
  });
});

describe('withVerdict, for a 404 that names the principal,', () => {
  const missing = (name: string) => reply(404, { code: 404, message: `user instance for ${name} not found` });

  it('reports a refused credential once the name is known', async () => {
    expect((await judge(missing('scim-gateway'), teamsOperations.list, { name: 'scim-gateway' })).kind).toBe(
      'unauthorized',
    );
    expect((await judge(missing('another'), find, { name: 'scim-gateway' })).kind).toBe('not-found');
  });

  it('recognises it by the subject of the token before the name is known', async () => {
    const token = () => tokenOf('Scim-Gateway');
    expect((await judge(missing('scim-gateway'), teamsOperations.list, { token })).kind).toBe('unauthorized');
    expect((await judge(missing('Scim-Gateway'), teamsOperations.list, { token })).kind).toBe('unauthorized');
    expect((await judge(missing('else'), teamsOperations.list, { token })).kind).toBe('not-found');
  });

  it('decides by the name and not by the subject when they differ', async () => {
    const principal = { token: () => tokenOf('ada'), name: 'scim-gateway' };
    expect((await judge(missing('ada'), find, principal)).kind).toBe('not-found');
  });

  it('finds no subject in a token that is not a JSON Web Token', async () => {
    expect((await judge(missing('x'), find, { token: () => 'a.b.c' })).kind).toBe('not-found');
    expect(
      (await judge(missing('x'), find, { token: () => `a.${Buffer.from('"x"').toString('base64url')}.c` })).kind,
    ).toBe('not-found');
  });

  it('needs no name when the call asked for the principal’s own account', async () => {
    expect((await judge(missing('unknown'), systemOperations.loggedInUser)).kind).toBe('unauthorized');
  });
});

it('SEC-R17: no error quotes an answer of Collate', async () => {
  const secret = 'ada.lovelace@example.com';
  for (const status of [302, 400, 401, 403, 404, 405, 408, 409, 412, 418, 429, 500, 502, 503]) {
    for (const operation of [findById, create, patch, remove]) {
      const message = `An exception with message ['{"email":"${secret}"}'] was thrown`;
      for (const body of [{ message }, { responseMessage: message }, message, `<html>${secret}</html>`]) {
        const error = await judge(reply(status, body, { 'x-secret': secret }), operation);
        const texts = [String(error), JSON.stringify(error), inspect(error, { depth: 9 }), error.stack];
        expect(texts.join()).not.toContain('lovelace');
      }
    }
  }
});
