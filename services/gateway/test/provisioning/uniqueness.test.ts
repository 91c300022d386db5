import type { Resource } from '@scim-gateway/scim';
import { describe, expect, it } from 'vitest';
import { patchOf, userSchema } from '../support/fixtures.ts';
import { type ProvisioningHarness, startProvisioning } from './provisioning-harness.ts';

const mail = (value: string) => [{ value, type: 'work', primary: true }];
const uniqueness = (detail: RegExp) => ({
  status: 409,
  scimType: 'uniqueness',
  message: expect.stringMatching(detail),
});

async function create(harness: ProvisioningHarness, userName: string, fields: Resource = {}): Promise<string> {
  return String((await harness.createUser({ userName, emails: mail(userName), ...fields }))['id']);
}

async function find(filter: string, { users, context }: ProvisioningHarness): Promise<readonly unknown[]> {
  const list = await users.list({ filter, startIndex: 1, count: 10, projection: {} }, context);
  return list.resources.map(({ id }) => id);
}

describe.each(['1.12', '2.0'] as const)('uniqueness on a server of generation %s', (generation) => {
  const start = (settings = {}) => startProvisioning({ simulator: { generation }, settings });

  it.each([
    ['PATCH of userName', 'userName', patchOf({ op: 'replace', path: 'userName', value: 'ADA@example.com' })],
    ['PATCH without a path', 'userName', patchOf({ op: 'replace', value: { userName: 'ada@example.com' } })],
    [
      'PATCH of the e-mail address',
      'emails',
      patchOf({ op: 'replace', path: 'emails[type eq "work"].value', value: 'ada@example.com' }),
    ],
    ['PATCH of emails', 'emails', patchOf({ op: 'replace', path: 'emails', value: mail('Ada@example.com') })],
    ['PATCH of emails without a path', 'emails', patchOf({ op: 'add', value: { emails: mail('ada@example.com') } })],
  ])("%s to another user's value is refused with the attribute and the other user's id", async (_, attribute, body) => {
    await using harness = await start();
    const ada = await create(harness, 'ada@example.com');
    const bob = await create(harness, 'bob@example.com');
    harness.writes();
    await expect(harness.users.patch(bob, body, {}, harness.context)).rejects.toMatchObject(
      uniqueness(new RegExp(`^${attribute}: user ${ada} `)),
    );
    expect(harness.writes()).toEqual([]);
  });

  it("PUT and POST with another user's userName or e-mail address are refused", async () => {
    await using harness = await start();
    const ada = await create(harness, 'ada@example.com');
    const bob = await create(harness, 'bob@example.com');
    for (const [attribute, fields] of [
      ['userName', { userName: 'ada@example.com', emails: mail('eve@example.com') }],
      ['emails', { userName: 'eve@example.com', emails: mail('ada@example.com') }],
    ] as const) {
      const refusal = uniqueness(new RegExp(`^${attribute}: user ${ada} `));
      await expect(harness.createUser(fields)).rejects.toMatchObject(refusal);
      const body = { schemas: [userSchema], ...fields };
      await expect(harness.users.replace(bob, body, {}, harness.context)).rejects.toMatchObject(refusal);
    }
  });

  it('of parallel PATCHes on two replicas that give two users one userName or e-mail address, one succeeds', async () => {
    await using harness = await start();
    const ids = [await create(harness, 'ada@example.com'), await create(harness, 'bob@example.com')];
    const replicas = [harness.users, harness.twin().users];
    for (const path of ['userName', 'emails[type eq "work"].value']) {
      const value = path === 'userName' ? 'eve@example.com' : 'mallory@example.com';
      const patches = ids.map((id, index) =>
        replicas[index]?.patch(id, patchOf({ op: 'replace', path, value }), {}, harness.context),
      );
      const outcomes = await Promise.allSettled(patches);
      expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
      const attribute = path === 'userName' ? 'userName' : 'emails.value';
      expect(await find(`${attribute} eq "${value}"`, harness)).toHaveLength(1);
    }
  });

  it("a PATCH that deactivates the user drops another user's e-mail address and userName", async () => {
    await using harness = await start();
    await create(harness, 'ada@example.com');
    const bob = await create(harness, 'bob@example.com');
    const body = patchOf(
      { op: 'replace', path: 'userName', value: 'ada@example.com' },
      { op: 'replace', path: 'active', value: false },
    );
    const { resource } = await harness.users.patch(bob, body, {}, harness.context);
    expect(resource).toMatchObject({ active: false, userName: 'bob@example.com' });
    expect(harness.notices).toContainEqual({ kind: 'email-change-dropped', userId: bob });
  });

  it('a renamed user frees the userName, but not the e-mail address of the account', async () => {
    await using harness = await start();
    const ada = await create(harness, 'ada@example.com');
    const rename = patchOf(
      { op: 'replace', path: 'userName', value: 'byron@example.com' },
      { op: 'replace', path: 'emails[type eq "work"].value', value: 'byron@example.com' },
    );
    await harness.users.patch(ada, rename, {}, harness.context);
    expect(await find('userName eq "ada@example.com"', harness)).toEqual([]);
    expect(await find('emails.value eq "ada@example.com"', harness)).toEqual([]);
    await expect(create(harness, 'ada@example.com')).rejects.toMatchObject(
      uniqueness(new RegExp(`^emails: the Collate account of user ${ada} keeps this address`)),
    );
    const next = await create(harness, 'ada@example.com', { emails: mail('ada.two@example.com') });
    expect(await find('userName eq "ada@example.com"', harness)).toEqual([next]);
  });

  // Generation 2.0 gives the account another name.
  it.runIf(generation === '1.12')(
    'POST whose login name another account has is refused with the id of that account',
    async () => {
      await using harness = await start();
      const { id } = harness.simulator.state().insertUser({ name: 'ada', email: 'ada@other.example' }, 'ada');
      await expect(create(harness, 'ada@example.com')).rejects.toMatchObject(
        uniqueness(new RegExp(`^Collate account ${id} already has the login name "ada"`)),
      );
    },
  );

  it('among several deleted users of one userName, POST restores the one of the same externalId', async () => {
    await using harness = await start();
    const ids: string[] = [];
    for (const [index, address] of ['ada@example.com', 'bob@example.com', 'cyd@example.com'].entries()) {
      const id = await create(harness, address, { externalId: `e-${index}` });
      const userName = patchOf({ op: 'replace', path: 'userName', value: 'ada@example.com' });
      await harness.users.patch(id, userName, {}, harness.context);
      await harness.users.remove(id, harness.context);
      ids.push(id);
    }
    expect(await create(harness, 'ada@example.com', { externalId: 'e-2' })).toBe(ids[2]);
    await harness.users.remove(String(ids[2]), harness.context);
    await expect(create(harness, 'ada@example.com', { externalId: 'e-9' })).rejects.toMatchObject(
      uniqueness(new RegExp(`id ${ids[0]}`)),
    );
    const other = await create(harness, 'ada@example.com', { externalId: 'e-9', emails: mail('dee@example.com') });
    expect(ids).not.toContain(other);
  });

  it('a deleted user neither hides a renamed one nor frees its userName for a third', async () => {
    await using harness = await start();
    await harness.users.remove(await create(harness, 'ada@example.com'), harness.context);
    const bob = await create(harness, 'bob@example.com');
    const cyd = await create(harness, 'cyd@example.com');
    const userName = patchOf({ op: 'replace', path: 'userName', value: 'ada@example.com' });
    await harness.users.patch(bob, userName, {}, harness.context);
    expect(await find('userName eq "ada@example.com"', harness)).toEqual([bob]);
    await expect(harness.users.patch(cyd, userName, {}, harness.context)).rejects.toMatchObject({ status: 409 });
  });
});
