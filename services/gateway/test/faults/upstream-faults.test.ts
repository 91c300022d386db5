import type { Fault, StateDump } from '@scim-gateway/collate-simulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ProcessHarness, type ScimAnswer, startProcesses } from '../journeys/process-harness.ts';
import { patchOf } from '../support/fixtures.ts';

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

/** The faults of Collate; each strikes every call until it is cleared. */
const faults: Readonly<Record<string, Omit<Fault, 'match'>>> = {
  'answers 500': { when: 'before', status: 500 },
  'answers 500 after the effect': { when: 'after', status: 500 },
  'answers 429 with Retry-After': { when: 'before', status: 429, headers: { 'retry-after': '7' } },
  'answers 502 with HTML': { when: 'before', status: 502, headers: { 'content-type': 'text/html' } },
  hangs: { when: 'before', delay: 4000 },
  'resets the connection': { when: 'before', reset: true },
  'resets the connection after the effect': { when: 'after', reset: true },
  'truncates its answer': { when: 'after', truncate: true },
};

interface Known {
  readonly userId: string;
  readonly otherId: string;
  readonly groupId: string;
}

interface Operation {
  readonly send: (known: Known) => readonly [method: string, path: string, body?: unknown];
  /** The statuses that the last repetition may have. */
  readonly ends: readonly number[];
  /** The condition on Collate's state after it. */
  readonly holds?: (state: StateDump) => boolean;
}

const userOf = (state: StateDump, email: string) => state.users.filter((one) => one['email'] === email);
const teamsOf = (state: StateDump, displayName: string) =>
  state.teams.filter((one) => one['displayName'] === displayName);
const membersOf = (state: StateDump, team: string) =>
  state.memberships.filter((one) => one.team === team).map((one) => one.user);

/** The operations of providers. A repeated creation whose first answer was lost may answer 409. */
const operations: Readonly<Record<string, Operation>> = {
  'create a user': {
    send: () => ['POST', '/Users', user('fresh')],
    ends: [201, 409],
    holds: (state) => userOf(state, 'fresh@example.com').length === 1,
  },
  'read a user': { send: ({ userId }) => ['GET', `/Users/${userId}`], ends: [200] },
  'list users': { send: () => ['GET', '/Users?startIndex=1&count=5'], ends: [200] },
  'look a user up': { send: () => ['GET', '/Users?filter=userName+eq+%22unknown%40example.com%22'], ends: [200] },
  'replace a user': {
    send: ({ userId }) => ['PUT', `/Users/${userId}`, { ...user('ada'), displayName: 'Ada by PUT' }],
    ends: [200],
    holds: (state) => userOf(state, 'ada@example.com')[0]?.['displayName'] === 'Ada by PUT',
  },
  'rename a user': {
    send: ({ userId }) => [
      'PATCH',
      `/Users/${userId}`,
      patchOf({ op: 'replace', path: 'displayName', value: 'Ada by PATCH' }),
    ],
    ends: [200],
    holds: (state) => userOf(state, 'ada@example.com')[0]?.['displayName'] === 'Ada by PATCH',
  },
  'deactivate a user': {
    send: ({ userId }) => ['PATCH', `/Users/${userId}`, patchOf({ op: 'replace', path: 'active', value: false })],
    ends: [200],
    holds: (state) =>
      userOf(state, 'ada@example.com')[0]?.['deleted'] === true && membersOf(state, 'finance').includes('ada'),
  },
  'delete a user': {
    send: ({ userId }) => ['DELETE', `/Users/${userId}`],
    ends: [204, 404],
    holds: (state) =>
      userOf(state, 'ada@example.com')[0]?.['deleted'] === true && membersOf(state, 'finance').length === 0,
  },
  'create a group': {
    send: ({ userId }) => ['POST', '/Groups', group('Fresh', userId)],
    ends: [201, 409],
    holds: (state) => teamsOf(state, 'Fresh').length === 1 && membersOf(state, 'fresh').join() === 'ada',
  },
  'read a group': { send: ({ groupId }) => ['GET', `/Groups/${groupId}`], ends: [200] },
  'look a group up': {
    send: () => ['GET', '/Groups?excludedAttributes=members&filter=displayName+eq+%22Unknown%22'],
    ends: [200],
  },
  'replace a group': {
    send: ({ groupId }) => ['PUT', `/Groups/${groupId}`, group('Finance')],
    ends: [200],
    holds: (state) => membersOf(state, 'finance').length === 0,
  },
  'add a member': {
    send: ({ groupId, otherId }) => [
      'PATCH',
      `/Groups/${groupId}`,
      patchOf({ op: 'add', path: 'members', value: [{ value: otherId }] }),
    ],
    ends: [204],
    holds: (state) => membersOf(state, 'finance').sort().join() === 'ada,bob',
  },
  'remove a member': {
    send: ({ groupId, userId }) => [
      'PATCH',
      `/Groups/${groupId}`,
      patchOf({ op: 'remove', path: `members[value eq "${userId}"]` }),
    ],
    ends: [204],
    holds: (state) => membersOf(state, 'finance').length === 0,
  },
  'delete a group': {
    send: ({ groupId }) => ['DELETE', `/Groups/${groupId}`],
    ends: [204, 404],
    holds: (state) => membersOf(state, 'finance').length === 0 && teamsOf(state, 'Finance')[0]?.['deleted'] === true,
  },
};

/** Expects 429 or 503 with Retry-After in whole seconds. */
function expectTryAgain(answer: ScimAnswer): void {
  expect([429, 503]).toContain(answer.status);
  expect(answer.headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
  expect(answer.headers.get('content-type')).toMatch(/^application\/scim\+json/);
  expect(answer.body).toMatchObject({
    schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
    status: String(answer.status),
  });
}

describe.each(Object.entries(faults))('a gateway whose Collate %s', (_name, fault) => {
  let harness: ProcessHarness;

  beforeAll(async () => {
    const env = { REQUEST_DEADLINE_MS: '1500', CACHE_NEGATIVE_TTL_MS: '1', LOG_LEVEL: 'error' };
    harness = await startProcesses({ env });
  });
  afterAll(() => harness[Symbol.asyncDispose]());

  it.each(Object.entries(operations))(
    'asks to retry the request to %s, and completes it when it is repeated',
    async (_operation, { send, ends, holds }) => {
      const { simulator, request } = harness;
      simulator.reset();
      const [ada, bob] = [await request('POST', '/Users', user('ada')), await request('POST', '/Users', user('bob'))];
      const finance = await request('POST', '/Groups', group('Finance', ada.body.id));
      const known = { userId: ada.body.id, otherId: bob.body.id, groupId: finance.body.id };
      simulator.arm([{ match: '*', ...fault }]);
      expectTryAgain(await request(...send(known)));
      simulator.clearFaults();
      const retry = async () => (await request(...send(known))).status;
      // Until the circuit breaker closes again, the answer stays 503.
      await expect.poll(retry, { timeout: 15_000, interval: 250 }).toSatisfy((status) => ends.includes(status));
      expect(holds?.(simulator.dump()) ?? true).toBe(true);
    },
  );
});
