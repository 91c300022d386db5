import type { Fault } from '@scim-gateway/collate-simulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Constellation, type ScimAnswer, startConstellation } from '../journeys/constellation.ts';

const patch = (...operations: unknown[]) => ({
  schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
  Operations: operations,
});
const user = (name: string) => ({
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
  userName: `${name}@example.com`,
  displayName: name,
  active: true,
});
const group = (displayName: string, ...members: string[]) => ({
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
  displayName,
  members: members.map((value) => ({ value })),
});

/** The ways in which Collate can fail; each strikes every call until it is cleared. */
const faults: Readonly<Record<string, Omit<Fault, 'match'>>> = {
  'answers 500': { when: 'before', status: 500 },
  'answers 500 after the effect': { when: 'after', status: 500 },
  'answers 429 with Retry-After': { when: 'before', status: 429, headers: { 'retry-after': '7' } },
  'answers 502 with HTML': { when: 'before', status: 502, headers: { 'content-type': 'text/html' } },
  hangs: { when: 'before', delay: 4000 },
  'resets the connection': { when: 'before', reset: true },
  'resets the connection after the effect': { when: 'after', reset: true },
  'breaks off its answer': { when: 'after', truncate: true },
};

interface Known {
  readonly userId: string;
  readonly groupId: string;
}

type Send = (known: Known) => readonly [method: string, path: string, body?: unknown];

/** Every operation that a provider uses. */
const operations: Readonly<Record<string, Send>> = {
  'create a user': () => ['POST', '/Users', user('fresh')],
  'read a user': ({ userId }) => ['GET', `/Users/${userId}`],
  'list users': () => ['GET', '/Users?startIndex=1&count=5'],
  'look a user up': () => ['GET', '/Users?filter=userName+eq+%22nobody%40example.com%22'],
  'replace a user': ({ userId }) => ['PUT', `/Users/${userId}`, { ...user('ada'), displayName: 'Ada by PUT' }],
  'rename a user': ({ userId }) => [
    'PATCH',
    `/Users/${userId}`,
    patch({ op: 'replace', path: 'displayName', value: 'Ada by PATCH' }),
  ],
  'deactivate a user': ({ userId }) => [
    'PATCH',
    `/Users/${userId}`,
    patch({ op: 'replace', path: 'active', value: false }),
  ],
  'delete a user': ({ userId }) => ['DELETE', `/Users/${userId}`],
  'create a group': ({ userId }) => ['POST', '/Groups', group('Fresh', userId)],
  'read a group': ({ groupId }) => ['GET', `/Groups/${groupId}`],
  'look a group up': () => ['GET', '/Groups?excludedAttributes=members&filter=displayName+eq+%22Nobody%22'],
  'replace a group': ({ groupId }) => ['PUT', `/Groups/${groupId}`, group('Finance')],
  'add a member': ({ groupId, userId }) => [
    'PATCH',
    `/Groups/${groupId}`,
    patch({ op: 'add', path: 'members', value: [{ value: userId }] }),
  ],
  'delete a group': ({ groupId }) => ['DELETE', `/Groups/${groupId}`],
};

/** Fits whatever a fault leaves to say: try again, in whole seconds. */
function expectTryAgain(answer: ScimAnswer): void {
  expect([429, 503]).toContain(answer.status);
  expect(answer.headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
  expect(answer.headers.get('content-type')).toMatch(/^application\/scim\+json/);
  expect(answer.body).toMatchObject({
    schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
    status: String(answer.status),
  });
}

describe.each(Object.entries(faults))('when Collate %s', (_name, fault) => {
  let constellation: Constellation;

  beforeAll(async () => {
    const env = { REQUEST_DEADLINE_MS: '1500', CACHE_NEGATIVE_TTL_MS: '1', LOG_LEVEL: 'error' };
    constellation = await startConstellation({ env });
  });
  afterAll(() => constellation[Symbol.asyncDispose]());

  it.each(Object.entries(operations))(
    'a provider that wants to %s is told to try again, and trying again ends as asked',
    async (_operation, toRequest) => {
      const { simulator, request } = constellation;
      simulator.reset();
      const ada = await request('POST', '/Users', user('ada'));
      const finance = await request('POST', '/Groups', group('Finance', ada.body.id));
      const send = () => request(...toRequest({ userId: ada.body.id, groupId: finance.body.id }));
      simulator.arm([{ match: '*', ...fault }]);
      const refused = await send();
      simulator.clearFaults();
      if (refused.status >= 400) expectTryAgain(refused);
      await expect.poll(async () => (await send()).status, { timeout: 10_000, interval: 250 }).not.toBe(503);
    },
  );
});
