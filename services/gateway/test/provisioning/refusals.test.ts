import { describe, expect, it } from 'vitest';
import type { ProvisioningSettings } from '../../src/provisioning/settings.ts';
import { groupOf, groupSchema, patchOf, userOf } from '../support/fixtures.ts';
import { type ProvisioningHarness, startProvisioning } from './provisioning-harness.ts';

const unknown = '00000000-0000-4000-8000-000000000000';
const replace = (path: string, value: unknown) => ({ op: 'replace', path, value });
const members = (op: 'add' | 'remove', ...ids: readonly unknown[]) => ({
  op,
  path: 'members',
  value: ids.map((value) => (typeof value === 'string' ? { value } : value)),
});

/** The state before each request: users of every state, groups of every kind. */
async function prepare(harness: ProvisioningHarness) {
  const state = harness.simulator.state();
  const legal = state.insertTeam({ name: 'Legal', displayName: 'Legal', teamType: 'Group' }, 'admin').id;
  state.insertTeam({ name: 'Sales', displayName: 'Sales', teamType: 'Department' }, 'admin');
  state.insertUser({ name: 'sam', email: 'sam@example.com', displayName: 'Sam' }, 'sam');
  const create = async (name: string, fields: object = {}) =>
    String((await harness.users.create(userOf(name, fields), {}, harness.context))['id']);
  const ada = await create('ada');
  const bob = await create('bob');
  const inactive = await create('cyd', { active: false });
  const deleted = await create('dee');
  await harness.users.remove(deleted, harness.context);
  const foreign = await create('eve');
  const row = state.users.byId(foreign);
  if (row !== undefined) row.json = { ...row.json, deleted: true, updatedBy: 'admin' };
  const finance = String((await harness.createGroup('Finance', [{ value: ada }]))['id']);
  const gone = String((await harness.createGroup('Gone', [{ value: ada }]))['id']);
  await harness.groups.remove(gone, harness.context);
  state.memberships.add(legal, ada);
  const admin = String(state.users.byName('admin')?.id);
  return { ada, bob, inactive, deleted, foreign, finance, gone, legal, admin };
}

type Ids = Awaited<ReturnType<typeof prepare>>;

interface Refusal {
  readonly name: string;
  readonly status: number;
  readonly settings?: Partial<ProvisioningSettings>;
  /** The generations that refuse this; all by default. */
  readonly on?: readonly string[];
  readonly request: (harness: ProvisioningHarness, ids: Ids) => Promise<unknown>;
}

const group = (name: string, ...ids: readonly unknown[]) => ({
  schemas: [groupSchema],
  displayName: name,
  members: ids.map((value) => (typeof value === 'string' ? { value } : value)),
});
const postGroup = (body: object) => (harness: ProvisioningHarness) => harness.groups.create(body, {}, harness.context);
const nested = { value: unknown, type: 'Group' };

const refusals: readonly Refusal[] = [
  { name: 'POST group of unknown members only', status: 400, request: postGroup(groupOf('New', [unknown])) },
  {
    name: 'POST group of a deleted user only',
    status: 400,
    on: ['1.12', '2.0'],
    request: (harness, { deleted }) => postGroup(groupOf('New', [deleted]))(harness),
  },
  {
    name: 'POST of a deleted group with unknown members only',
    status: 400,
    request: postGroup(groupOf('Gone', [unknown])),
  },
  {
    name: 'POST of a team to adopt with unknown members only',
    status: 400,
    request: postGroup(groupOf('Legal', [unknown])),
  },
  {
    name: 'strict POST group with one unknown member',
    status: 400,
    request: (harness, { ada }) => harness.groups.create(groupOf('New', [ada, unknown]), {}, harness.strict),
  },
  {
    name: 'strict POST of a deleted group with one unknown member',
    status: 400,
    request: (harness, { ada }) => harness.groups.create(groupOf('Gone', [ada, unknown]), {}, harness.strict),
  },
  {
    name: 'strict POST group with a nested group',
    status: 400,
    request: (harness, { ada }) => harness.groups.create(group('New', ada, nested), {}, harness.strict),
  },
  { name: 'POST group with a member without value', status: 400, request: postGroup(group('New', {})) },
  { name: 'POST group without a name', status: 400, request: postGroup({ schemas: [groupSchema], members: [] }) },
  { name: 'POST group with an invisible name', status: 400, request: postGroup(groupOf('\u0000')) },
  { name: 'POST of a group that exists', status: 409, request: postGroup(groupOf('Finance')) },
  {
    name: 'POST of a team that may not be adopted',
    status: 403,
    settings: { groupAdoption: { kind: 'never' } },
    request: postGroup(groupOf('Legal')),
  },
  {
    name: 'POST of a team where POST may not adopt',
    status: 409,
    settings: { adoptOnPost: false },
    request: postGroup(groupOf('Legal')),
  },
  {
    name: 'POST group under the name of a department',
    status: 409,
    settings: { typeConflict: 'refuse' },
    request: postGroup(groupOf('Sales')),
  },
  {
    name: 'PATCH group: add unknown members only',
    status: 400,
    request: (harness, { finance }) =>
      harness.groups.patch(finance, patchOf(members('add', unknown)), {}, harness.context),
  },
  {
    name: 'PATCH of a team to adopt: add unknown members only',
    status: 400,
    request: (harness, { legal }) => harness.groups.patch(legal, patchOf(members('add', unknown)), {}, harness.context),
  },
  {
    name: 'strict PATCH group: add one unknown member, remove another, rename',
    status: 400,
    request: (harness, { finance, ada, bob }) => {
      const operations = [members('remove', ada), members('add', bob, unknown), replace('displayName', 'Money')];
      return harness.groups.patch(finance, patchOf(...operations), {}, harness.strict);
    },
  },
  {
    name: 'PATCH of a team that may not be adopted',
    status: 403,
    on: ['1.12', '2.0'],
    settings: { groupAdoption: { kind: 'never' } },
    request: (harness, { legal, bob }) =>
      harness.groups.patch(legal, patchOf(members('add', bob)), {}, harness.context),
  },
  {
    name: 'PATCH group: members and a name that is taken',
    status: 409,
    request: (harness, { finance, bob }) =>
      harness.groups.patch(finance, patchOf(members('add', bob), replace('displayName', 'Legal')), {}, harness.context),
  },
  {
    name: 'PATCH group: an inactive member that cannot be kept',
    status: 400,
    on: ['1.1'],
    request: (harness, { finance, bob, inactive }) =>
      harness.groups.patch(finance, patchOf(members('add', bob, inactive)), {}, harness.context),
  },
  {
    name: 'PATCH of a deleted group',
    status: 404,
    request: (harness, { gone, bob }) => harness.groups.patch(gone, patchOf(members('add', bob)), {}, harness.context),
  },
  {
    name: 'PATCH group in another version',
    status: 412,
    request: (harness, { finance, bob }) => {
      const context = { ...harness.context, ifMatch: 'W/"other"' };
      return harness.groups.patch(finance, patchOf(members('add', bob)), {}, context);
    },
  },
  {
    name: 'strict PUT group with one unknown member',
    status: 400,
    request: (harness, { finance, bob }) =>
      harness.groups.replace(finance, groupOf('Finance', [bob, unknown]), {}, harness.strict),
  },
  {
    name: 'PUT group with a member without value',
    status: 400,
    request: (harness, { finance }) => harness.groups.replace(finance, group('Money', {}), {}, harness.context),
  },
  {
    name: 'PUT group under a name that is taken',
    status: 409,
    request: (harness, { finance, bob }) =>
      harness.groups.replace(finance, groupOf('Legal', [bob]), {}, harness.context),
  },
  {
    name: 'DELETE of a group in another version',
    status: 412,
    request: (harness, { finance }) => harness.groups.remove(finance, { ...harness.context, ifMatch: 'W/"other"' }),
  },
  {
    name: 'DELETE of a team that may not be adopted',
    status: 403,
    settings: { groupAdoption: { kind: 'never' } },
    request: (harness, { legal }) => harness.groups.remove(legal, harness.context),
  },
  {
    name: 'DELETE of an unknown group',
    status: 404,
    request: (harness) => harness.groups.remove(unknown, harness.context),
  },
  {
    name: 'POST of a user that exists',
    status: 409,
    request: (harness) => harness.users.create(userOf('ada'), {}, harness.context),
  },
  {
    name: 'POST of a user without an address',
    status: 400,
    request: (harness) => harness.users.create({ ...userOf('new'), userName: 'new' }, {}, harness.context),
  },
  {
    name: 'POST of a user whom a provider deleted, under another externalId',
    status: 409,
    on: ['1.12', '2.0'],
    request: (harness) => harness.users.create(userOf('dee', { externalId: 'other' }), {}, harness.context),
  },
  {
    name: 'POST of a user under the address of an account that may not be adopted',
    status: 409,
    settings: { adoptOnPost: false },
    request: (harness) => harness.users.create(userOf('sam'), {}, harness.context),
  },
  {
    name: 'PATCH user: reactivate one whom an administrator deactivated, and rename',
    status: 403,
    request: (harness, { foreign }) =>
      harness.users.patch(
        foreign,
        patchOf(replace('active', true), replace('displayName', 'Eve')),
        {},
        harness.context,
      ),
  },
  {
    name: 'PATCH user: deactivate the last administrator',
    status: 403,
    request: (harness, { admin }) => harness.users.patch(admin, patchOf(replace('active', false)), {}, harness.context),
  },
  {
    name: 'DELETE of the last administrator',
    status: 403,
    request: (harness, { admin }) => harness.users.remove(admin, harness.context),
  },
  {
    name: 'PATCH user: deactivate a protected user',
    status: 403,
    settings: { protectedUsers: ['ada@example.com'] },
    request: (harness, { ada }) => harness.users.patch(ada, patchOf(replace('active', false)), {}, harness.context),
  },
  {
    name: 'PATCH user: a display name and a userName that is taken',
    status: 409,
    on: ['1.12', '2.0'],
    request: (harness, { ada }) =>
      harness.users.patch(
        ada,
        patchOf(replace('displayName', 'Other'), replace('userName', 'bob@example.com')),
        {},
        harness.context,
      ),
  },
  {
    name: 'PATCH user: another e-mail address, where that is refused',
    status: 400,
    settings: { emailChange: 'refuse' },
    request: (harness, { ada }) =>
      harness.users.patch(
        ada,
        patchOf(replace('displayName', 'Other'), replace('emails[type eq "work"].value', 'other@example.com')),
        {},
        harness.context,
      ),
  },
  {
    name: 'PATCH user: an invisible display name',
    status: 400,
    request: (harness, { ada }) =>
      harness.users.patch(ada, patchOf(replace('displayName', 'A\u0000')), {}, harness.context),
  },
  {
    name: 'PATCH user in another version',
    status: 412,
    request: (harness, { ada }) =>
      harness.users.patch(
        ada,
        patchOf(replace('displayName', 'Other')),
        {},
        { ...harness.context, ifMatch: 'W/"other"' },
      ),
  },
  {
    name: 'DELETE of an unknown user',
    status: 404,
    request: (harness) => harness.users.remove(unknown, harness.context),
  },
];

describe.each(['1.1', '1.12', '2.0'] as const)('a refusal on a server of generation %s', (generation) => {
  it.each(refusals.filter(({ on }) => on === undefined || on.includes(generation)))(
    'of $name comes before the first write',
    async ({ status, settings, request }) => {
      await using harness = await startProvisioning({ simulator: { generation }, settings: settings ?? {} });
      const ids = await prepare(harness);
      const before = harness.simulator.dump();
      harness.writes();
      await expect(request(harness, ids)).rejects.toMatchObject({ status });
      expect(harness.writes()).toEqual([]);
      expect(harness.simulator.dump()).toEqual(before);
    },
  );
});
