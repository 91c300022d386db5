import { type Collate, createCollateClient } from '@scim-gateway/collate-client';
import { describe, expect, it } from 'vitest';
import type { RequestContext } from '../../src/provisioning/service.ts';
import { patchOf } from '../support/fixtures.ts';
import { type ProvisioningHarness, startProvisioning } from './provisioning-harness.ts';

const all = ['Create', 'Delete', 'EditAll', 'ViewAll'];
const replace = (path: string, value: unknown) => patchOf({ op: 'replace', path, value });

/** Collate as its administrator sees it. */
async function asAdministrator<T>(
  { simulator }: ProvisioningHarness,
  work: (collate: Collate) => Promise<T>,
): Promise<T> {
  await using client = createCollateClient({ baseUrl: simulator.url, token: () => simulator.adminToken });
  return await work(client.bind());
}

function giveDefaultRole(harness: ProvisioningHarness): Promise<void> {
  return asAdministrator(harness, async ({ users, administration }) => {
    const bot = await users.find('scim-gateway');
    const role = await administration.findRole('DefaultBotRole');
    if (bot === undefined || role === undefined) throw new Error('there is no bot, or no role');
    await users.patch(bot.id, [{ op: 'add', path: '/roles/-', value: { id: role.id, type: 'role' } }]);
  });
}

function takeDefaultRole(harness: ProvisioningHarness): Promise<void> {
  return asAdministrator(harness, async ({ users }) => {
    const bot = await users.find('scim-gateway', { fields: ['roles'] });
    const index = bot?.roles?.findIndex(({ name }) => name === 'DefaultBotRole') ?? -1;
    if (bot === undefined || index < 0) throw new Error('the bot does not have the role');
    await users.patch(bot.id, [{ op: 'remove', path: `/roles/${index}` }]);
  });
}

/** The display name that Collate has of a user or a team. */
function nameInCollate({ simulator }: ProvisioningHarness, name: string): unknown {
  const { users, teams } = simulator.dump();
  return [...users, ...teams].find((entity) => entity.name === name)?.displayName;
}

describe('with a bot that has DefaultBotRole, as a server makes it,', () => {
  const startDenied = () => startProvisioning({ simulator: { bot: 'default-role' } });

  it('a changed display name of a user is remembered, and everything else of the request is done', async () => {
    await using harness = await startDenied();
    const { id } = await harness.createUser({ userName: 'ada@example.com', displayName: 'Ada', title: 'Countess' });
    await harness.users.patch(String(id), replace('active', false), {}, harness.context);
    const operations = [
      { op: 'replace', path: 'displayName', value: 'Ada Lovelace' },
      { op: 'replace', path: 'active', value: true },
      { op: 'replace', path: 'externalId', value: 'a-1' },
    ];
    const { resource } = await harness.users.patch(String(id), patchOf(...operations), {}, harness.context);
    expect(resource).toMatchObject({ displayName: 'Ada Lovelace', active: true, externalId: 'a-1' });
    expect(nameInCollate(harness, 'ada')).toBe('Ada');
    expect(harness.notices).toEqual([{ kind: 'display-name-remembered', userId: id }]);
    const read = await harness.users.read(String(id), {}, harness.context);
    expect(read).toMatchObject({ displayName: 'Ada Lovelace' });
  });

  it('a display name that has not changed is not sent, and nothing is reported', async () => {
    await using harness = await startDenied();
    const body = { userName: 'ada@example.com', displayName: 'Ada' };
    const { id } = await harness.createUser(body);
    harness.writes();
    await harness.users.replace(String(id), body, {}, harness.context);
    expect([harness.writes(), harness.notices]).toEqual([[], []]);
  });

  it('a POST adopts the account of a login under another display name', async () => {
    await using harness = await startDenied();
    const sso = { name: 'ada', email: 'ada@example.com', displayName: 'ada (SSO)', isAdmin: false };
    const account = harness.simulator.state().insertUser(sso, 'ada');
    const adopted = await harness.createUser({ userName: 'ada@example.com', displayName: 'Ada Lovelace' });
    expect(adopted).toMatchObject({ id: account.id, displayName: 'Ada Lovelace' });
    expect(nameInCollate(harness, 'ada')).toBe('ada (SSO)');
  });

  it('a POST brings a deleted user back under another display name', async () => {
    await using harness = await startDenied();
    const { id } = await harness.createUser({ userName: 'ada@example.com', displayName: 'Ada', externalId: 'a-1' });
    await harness.users.remove(String(id), harness.context);
    const fields = { userName: 'ada@example.com', displayName: 'Ada Lovelace', externalId: 'a-1' };
    expect(await harness.createUser(fields)).toMatchObject({ id, displayName: 'Ada Lovelace', active: true });
    expect(harness.notices).toEqual([{ kind: 'display-name-remembered', userId: id }]);
  });

  it('a new team has its display name, a renamed one is shown and found by the new one, and the answer shows it', async () => {
    await using harness = await startDenied();
    const { id } = await harness.createGroup('Data Stewards');
    expect(nameInCollate(harness, 'data-stewards')).toBe('Data Stewards');
    const patched = await harness.groups.patch(String(id), replace('displayName', 'Data Owners'), {}, harness.context);
    expect(patched.resource).toMatchObject({ displayName: 'Data Owners' });
    expect(nameInCollate(harness, 'data-stewards')).toBe('Data Stewards');
    expect(harness.notices).toEqual([{ kind: 'display-name-remembered', groupId: id }]);
    const query = { filter: 'displayName eq "data owners"', startIndex: 1, count: 10, projection: {} };
    const found = await harness.groups.list(query, harness.context);
    expect(found.resources.map((group) => group['id'])).toEqual([id]);
  });

  it('a PUT renames a group and changes its members', async () => {
    await using harness = await startDenied();
    const { id: ada } = await harness.createUser({ userName: 'ada@example.com' });
    const { id } = await harness.createGroup('Data Stewards');
    const body = { displayName: 'Data Owners', members: [{ value: ada }] };
    const group = await harness.groups.replace(String(id), body, {}, harness.context);
    expect(group).toMatchObject({ displayName: 'Data Owners', members: [{ value: ada }] });
    expect(harness.membersOf('data-stewards')).toEqual(['ada']);
  });

  it('the remembered names move to Collate with the next change after the role was taken off', async () => {
    await using harness = await startDenied();
    const { id: user } = await harness.createUser({ userName: 'ada@example.com', displayName: 'Ada' });
    const { id: group } = await harness.createGroup('Data Stewards');
    await harness.users.patch(String(user), replace('displayName', 'Ada Lovelace'), {}, harness.context);
    await harness.groups.patch(String(group), replace('displayName', 'Data Owners'), {}, harness.context);
    await takeDefaultRole(harness);
    const later = harness.twin();
    const context = harness.context;
    expect(await later.users.read(String(user), {}, context)).toMatchObject({ displayName: 'Ada Lovelace' });
    await later.users.patch(String(user), replace('externalId', 'a-1'), {}, context);
    await later.groups.patch(String(group), replace('externalId', 'g-1'), {}, context);
    expect(nameInCollate(harness, 'ada')).toBe('Ada Lovelace');
    expect(nameInCollate(harness, 'data-stewards')).toBe('Data Owners');
    await later.users.patch(String(user), replace('displayName', 'Countess'), {}, context);
    await later.groups.patch(String(group), replace('displayName', 'Stewards'), {}, context);
    expect(nameInCollate(harness, 'ada')).toBe('Countess');
    expect(await later.groups.read(String(group), {}, context)).toMatchObject({ displayName: 'Stewards' });
  });

  it('without a document store, display names are dropped and reported, and everything else is done', async () => {
    await using harness = await startDenied();
    harness.simulator.allow({ document: ['ViewAll'] });
    const { id } = await harness.createUser({ userName: 'ada@example.com', displayName: 'Ada' });
    const operations = [
      { op: 'replace', path: 'displayName', value: 'Ada Lovelace' },
      { op: 'replace', path: 'active', value: false },
    ];
    await harness.users.patch(String(id), patchOf(...operations), {}, harness.context);
    const body = patchOf(
      { op: 'replace', path: 'displayName', value: 'Ada L' },
      { op: 'replace', path: 'active', value: true },
    );
    const { resource } = await harness.users.patch(String(id), body, {}, harness.context);
    expect(resource).toMatchObject({ displayName: 'Ada', active: true });
    expect(harness.notices.map(({ kind }) => kind)).toContain('display-name-dropped');
  });
});

describe('when rights are taken away while the gateway runs', () => {
  it('a rename is remembered by the same request that is refused', async () => {
    await using harness = await startProvisioning();
    const { id } = await harness.createUser({ userName: 'ada@example.com', displayName: 'Ada' });
    const { id: group } = await harness.createGroup('Data Stewards');
    await giveDefaultRole(harness);
    const { resource } = await harness.users.patch(String(id), replace('displayName', 'Ada L'), {}, harness.context);
    expect(resource).toMatchObject({ displayName: 'Ada L' });
    await harness.groups.patch(String(group), replace('displayName', 'Owners'), {}, harness.context);
    expect(await harness.groups.read(String(group), {}, harness.context)).toMatchObject({ displayName: 'Owners' });
    expect([nameInCollate(harness, 'ada'), nameInCollate(harness, 'data-stewards')]).toEqual(['Ada', 'Data Stewards']);
  });

  it('a document store that may only be read counts as absent, from the refused request on', async () => {
    await using harness = await startProvisioning();
    await harness.createUser({ userName: 'bob@example.com' });
    harness.simulator.allow({ document: ['ViewAll'] });
    const created = await harness.createUser({ userName: 'ada@example.com', name: { givenName: 'Augusta' } });
    expect(created).toMatchObject({ userName: 'ada@example.com' });
    const changed = harness.users.patch(
      String(created['id']),
      replace('userName', 'ada.new@example.com'),
      {},
      harness.context,
    );
    await expect(changed).rejects.toMatchObject({ status: 400, scimType: 'mutability' });
  });
});

describe('a bot without the right to create', () => {
  const withoutCreate = ['Delete', 'EditAll', 'ViewAll'];
  const startWithoutCreate = () =>
    startProvisioning({ simulator: { bot: { user: withoutCreate, team: all, document: all } } });

  it('makes a POST 503 that names operation and remedy, and no other request', async () => {
    await using harness = await startWithoutCreate();
    const sso = { name: 'bob', email: 'bob@example.com', displayName: 'Bob', isAdmin: false };
    const bob = harness.simulator.state().insertUser(sso, 'bob').id;
    await expect(harness.createUser({ userName: 'ada@example.com' })).rejects.toMatchObject({
      status: 503,
      message:
        "The gateway's Collate bot lacks the right for users.create: no rule allows the operation Create on user. Allow Create on user in a policy of the bot's role.",
    });
    const body = replace('active', false);
    expect(await harness.users.patch(bob, body, {}, harness.context)).toMatchObject({ resource: { active: false } });
  });

  it('serves the POST at once when the right has been granted', async () => {
    await using harness = await startWithoutCreate();
    await expect(harness.createUser({ userName: 'ada@example.com' })).rejects.toMatchObject({ status: 503 });
    harness.simulator.allow({ user: all });
    expect(await harness.createUser({ userName: 'ada@example.com' })).toMatchObject({ active: true });
  });

  it('is asked for its rights once, however many requests are refused', async () => {
    await using harness = await startWithoutCreate();
    const names = ['ada', 'bob', 'cyd', 'dee', 'eve'];
    for (const name of names)
      await expect(harness.createUser({ userName: `${name}@example.com` })).rejects.toMatchObject({ status: 503 });
    const asked = harness.simulator.calls().filter(({ path }) => path.includes('/permissions/user'));
    expect(asked).toHaveLength(1);
  });
});

it('a denial of creation is not advised to be granted', async () => {
  await using harness = await startProvisioning();
  await asAdministrator(harness, async ({ administration, users }) => {
    const rule = { name: 'no-new-users', effect: 'deny', operations: ['Create'], resources: ['user'] } as const;
    await administration.createPolicy({ name: 'Freeze', rules: [rule] });
    const role = await administration.createRole({ name: 'Frozen', policies: ['Freeze'] });
    const bot = await users.find('scim-gateway');
    if (bot === undefined) throw new Error('there is no bot');
    await users.patch(bot.id, [{ op: 'add', path: '/roles/-', value: { id: role.id, type: 'role' } }]);
  });
  await expect(harness.createUser({ userName: 'ada@example.com' })).rejects.toMatchObject({
    status: 503,
    message: expect.stringMatching(
      /Create on user is denied by role Frozen, policy Freeze, rule no-new-users\. Granting does not help.*remove the rule no-new-users/,
    ),
  });
});

it('the rights of one bot that acts itself do not show through to another', async () => {
  await using harness = await startProvisioning();
  const tokens = await asAdministrator(harness, async ({ administration, users }) => {
    const role = await administration.findRole('ScimGatewayRole');
    const made = ['free', 'denied'].map(async (name) => {
      const fields = { name, email: `${name}@example.com`, lifetime: 'Unlimited' as const };
      const bot = await administration.createBotUser({ ...fields, roles: [role?.id ?? ''] });
      const roles = (await users.findById(bot.id, { fields: ['roles'] }))?.roles ?? [];
      const index = roles.findIndex((one) => one.name === 'DefaultBotRole');
      if (name === 'free') await users.patch(bot.id, [{ op: 'remove', path: `/roles/${index}` }]);
      return (await administration.readToken(bot.id))?.token ?? '';
    });
    return await Promise.all(made);
  });
  const [asFree, asDenied] = ['free', 'denied'].map((credential, index): RequestContext => {
    const principal = { ...harness.context.principal, credential, collateToken: () => tokens[index] ?? '' };
    return { ...harness.context, principal };
  });
  if (asFree === undefined || asDenied === undefined) throw new Error('there are two bots');
  const { id } = await harness.users.create({ userName: 'ada@example.com', displayName: 'Ada' }, {}, asFree);
  await harness.users.patch(String(id), replace('displayName', 'Ada 1'), {}, asDenied);
  expect(nameInCollate(harness, 'ada')).toBe('Ada');
  await harness.users.patch(String(id), replace('displayName', 'Ada 2'), {}, asFree);
  expect(nameInCollate(harness, 'ada')).toBe('Ada 2');
});

it('a refusal that the rights do not explain asks for them once in ten seconds', async () => {
  await using harness = await startProvisioning();
  harness.simulator.arm([{ match: 'POST /api/v1/users', when: 'before', status: 403 }]);
  for (const name of ['ada', 'bob', 'cyd']) {
    await expect(harness.createUser({ userName: `${name}@example.com` })).rejects.toMatchObject({
      status: 503,
      message: expect.stringContaining('"scim-gateway doctor" names what an administrator of Collate must do'),
    });
  }
  const asked = harness.simulator.calls().filter(({ path }) => path.includes('/permissions/user'));
  expect(asked).toHaveLength(2);
});
