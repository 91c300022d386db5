import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
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

describe('an answer of Collate', () => {
  const cases: readonly (readonly [name: string, answer: Reply, operation: Operation, kind: CollateErrorKind])[] = [
    ['refuses our credential', reply(401, { code: 401, message: 'Expired token!' }), findById, 'unauthorized'],
    ['denies a right', reply(403, { code: 403, message: 'not allowed' }), findById, 'forbidden'],
    ['knows no such entity', reply(404, { code: 404, message: 'user instance for x not found' }), find, 'not-found'],
    ['has the name already', reply(409, { code: 409, message: 'Entity already exists' }), create, 'conflict'],
    ['presumes another version', reply(412, { code: 412, message: 'modified' }), patch, 'precondition-failed'],
    ['saw a test of a patch fail', reply(500, testFails), patch, 'precondition-failed'],
    ['failed while reading, whatever it says', reply(500, testFails), findById, 'unavailable'],
    ['refuses a body', reply(400, { code: 400, message: '[name must match "x"]' }), create, 'rejected'],
    ['refuses malformed JSON in plain text', reply(400, 'Unexpected character'), create, 'rejected'],
    [
      'cannot show a row that breaks its own rules',
      reply(400, { code: 400, message: '[email size]' }),
      findById,
      'malformed',
    ],
    ['cannot take a path, in HTML', reply(400, '<html>Bad Request</html>'), find, 'rejected'],
    ['asks to slow down', reply(429, '', { 'retry-after': '3' }), create, 'rate-limited'],
    ['is out of quota', reply(429, { message: 'limit' }), create, 'quota'],
    ['asks a reader to slow down without a date', reply(429, ''), list, 'rate-limited'],
    ['is behind a broken proxy', reply(502, '<html>Bad Gateway</html>'), findById, 'unavailable'],
    ['is being restarted', reply(503, ''), create, 'unavailable'],
    ['broke', reply(500, { code: 500, message: 'NullPointerException' }), patch, 'unavailable'],
    ['is not implemented', reply(501, 'SCIM is not implemented'), list, 'unavailable'],
    ['took too long for its proxy', reply(408, ''), create, 'timeout'],
    ['is too large', reply(413, '<html>'), create, 'rejected'],
    ['sends us elsewhere', reply(302, '', { location: 'https://login.example' }), findById, 'malformed'],
  ];
  test.each(cases)('%s', async (_name, answer, operation, kind) => {
    const error = await judge(answer, operation);
    expect(error.kind).toBe(kind);
    expect(error.status).toBe(answer.status);
    expect(error.operation).toBe(operation.name);
  });

  test('passes when it is a success', async () => {
    const { transport } = script(reply(201, { id: 1 }));
    const judged = withVerdict(transport, { principal: { token: () => '', name: undefined }, clock: () => 0 });
    expect((await judged(callOf(create))).status).toBe(201);
  });

  test('tells how long to wait, in seconds or by a date', async () => {
    expect((await judge(reply(429, '', { 'retry-after': '7' }))).retryAfterMs).toBe(7000);
    expect((await judge(reply(503, '', { 'retry-after': 'Thu, 01 Jan 2026 00:00:09 GMT' }))).retryAfterMs).toBe(9000);
    expect((await judge(reply(503, '', { 'retry-after': 'soon' }))).retryAfterMs).toBeUndefined();
  });
});

describe('an endpoint that is not there', () => {
  test.each([
    ['500 of an old server', reply(500, unknown404)],
    ['500 of an old server for the method', reply(500, unknown405)],
    ['404 of a new server', reply(404, { code: 404, message: 'HTTP 404 Not Found' })],
    ['405 of a new server', reply(405, { code: 405, message: 'HTTP 405 Method Not Allowed' })],
  ])('is told from an entity that is not there: %s', async (_name, answer) => {
    const error = await judge(answer, documentsOperations.find);
    expect([error.kind, error.unknownRoute]).toEqual(['malformed', true]);
  });

  test('cannot be claimed by a text that a user typed', async () => {
    const message =
      'An exception with message [\'{"displayName":"HTTP 404 Not Found"}\' contains no value] was thrown.';
    const error = await judge(reply(500, { responseMessage: message }), patch);
    expect([error.kind, error.unknownRoute]).toEqual(['unavailable', false]);
  });

  test.each([
    ['an ingress without backend', reply(404, 'default backend - 404')],
    ['a web server', reply(404, '<html>404 Not Found</html>')],
    ['nobody', reply(404, '')],
    ['something that speaks JSON', reply(404, [])],
  ])('is not what a 404 of %s means, and neither is a missing entity', async (_name, answer) => {
    const error = await judge(answer);
    expect([error.kind, error.unknownRoute]).toEqual(['malformed', false]);
  });
});

describe('a 404 that names the caller', () => {
  const gone = (name: string) => reply(404, { code: 404, message: `user instance for ${name} not found` });

  test('is a refused credential once the name is known', async () => {
    expect((await judge(gone('scim-gateway'), teamsOperations.list, { name: 'scim-gateway' })).kind).toBe(
      'unauthorized',
    );
    expect((await judge(gone('somebody'), find, { name: 'scim-gateway' })).kind).toBe('not-found');
  });

  test('is recognised by the subject of the token before the name is known', async () => {
    const token = () => tokenOf('Scim-Gateway');
    expect((await judge(gone('scim-gateway'), teamsOperations.list, { token })).kind).toBe('unauthorized');
    expect((await judge(gone('Scim-Gateway'), teamsOperations.list, { token })).kind).toBe('unauthorized');
    expect((await judge(gone('else'), teamsOperations.list, { token })).kind).toBe('not-found');
  });

  test('is judged by the name and not by the subject when the two differ', async () => {
    const principal = { token: () => tokenOf('ada'), name: 'scim-gateway' };
    expect((await judge(gone('ada'), find, principal)).kind).toBe('not-found');
  });

  test('is not seen in tokens that are none', async () => {
    expect((await judge(gone('x'), find, { token: () => 'a.b.c' })).kind).toBe('not-found');
    expect(
      (await judge(gone('x'), find, { token: () => `a.${Buffer.from('"x"').toString('base64url')}.c` })).kind,
    ).toBe('not-found');
  });

  test('needs no name where the caller asked who it is', async () => {
    expect((await judge(gone('whoever'), systemOperations.loggedInUser)).kind).toBe('unauthorized');
  });
});

test('SEC-R17: no error repeats what Collate said', async () => {
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
