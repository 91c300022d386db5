import type { ProvisioningSettings } from '../../src/provisioning/settings.ts';
import { type Fixtures, groupOf, patchOf, userOf, userSchema } from '../support/fixtures.ts';
import type { ScimRequest } from '../support/replicas-harness.ts';

/** An operation of a provider, and the state before it. */
export interface Operation {
  readonly name: string;
  readonly settings?: Partial<ProvisioningSettings>;
  readonly prepare: (fixtures: Fixtures) => Promise<ScimRequest>;
  /** The status that a repetition may have when the first attempt succeeded and its answer was lost. */
  readonly repeats?: number;
  /** The look-ups of a provider for the operation's resources. */
  readonly looks: readonly string[];
}

const by = {
  user: (name: string) => `/Users?filter=${encodeURIComponent(`userName eq "${name}@example.com"`)}`,
  externalId: (name: string) => `/Users?filter=${encodeURIComponent(`externalId eq "ext-${name}"`)}`,
  group: (name: string) => `/Groups?filter=${encodeURIComponent(`displayName eq "${name}"`)}`,
};

const add = (...ids: readonly string[]) => ({ op: 'add', path: 'members', value: ids.map((value) => ({ value })) });
const remove = (...ids: readonly string[]) => ({
  op: 'remove',
  path: 'members',
  value: ids.map((value) => ({ value })),
});
const replace = (path: string, value: unknown) => ({ op: 'replace', path, value });
const active = (value: boolean) => patchOf(replace('active', value));
const conflict = 409;
const notFound = 404;

/** A group with ada and bob; cyd is provisioned and in no group. */
async function finance(fixtures: Fixtures) {
  const [ada, bob, cyd] = [await fixtures.user('ada'), await fixtures.user('bob'), await fixtures.user('cyd')];
  return { ada, bob, cyd, group: await fixtures.group('Finance', [ada, bob]) };
}

/** An adopted team: created in Collate with a member that was never provisioned, to which SCIM added ada. */
async function legal(fixtures: Fixtures) {
  const [ada, bob] = [await fixtures.user('ada'), await fixtures.user('bob')];
  const group = fixtures.team('Legal', [fixtures.newcomer('sam')]);
  await fixtures.do('PATCH', `/Groups/${group}`, patchOf(add(ada)));
  return { ada, bob, group };
}

/** An inactive user, ada, with a pending removal from Finance and a pending addition to Sales, if documents can keep them. */
async function pending(fixtures: Fixtures) {
  const { ada, group } = await finance(fixtures);
  const sales = await fixtures.group('Sales');
  await fixtures.do('PATCH', `/Users/${ada}`, active(false));
  const { simulator, keepsDocuments } = fixtures.harness;
  if (!keepsDocuments) return ada;
  // Servers before 1.12 refuse changes of inactive users with 404; this one is made to.
  simulator.arm([{ match: '/assets/', when: 'before', status: 404 }]);
  await fixtures.do('PATCH', `/Groups/${group}`, patchOf(remove(ada)));
  await fixtures.do('PATCH', `/Groups/${sales}`, patchOf(add(ada)));
  simulator.clearFaults();
  return ada;
}

async function deleted(fixtures: Fixtures, name: string) {
  const id = await fixtures.user(name);
  await fixtures.group('Finance', [id, await fixtures.user('bob')]);
  await fixtures.do('DELETE', `/Users/${id}`);
}

const users: readonly Operation[] = [
  {
    name: 'create a user',
    prepare: async () => ['POST', '/Users', userOf('fresh')],
    repeats: conflict,
    looks: [by.user('fresh'), by.externalId('fresh')],
  },
  {
    name: 'create an inactive user',
    prepare: async () => ['POST', '/Users', userOf('fresh', { active: false })],
    repeats: conflict,
    looks: [by.user('fresh')],
  },
  {
    name: 'create a user with the required attributes only',
    prepare: async () => ['POST', '/Users', { schemas: [userSchema], userName: 'fresh@example.com' }],
    repeats: conflict,
    looks: [by.user('fresh')],
  },
  {
    name: 'adopt an account by POST',
    prepare: async (fixtures) => {
      fixtures.team('Legal', [fixtures.newcomer('fresh')]);
      return ['POST', '/Users', userOf('fresh')];
    },
    repeats: conflict,
    looks: [by.user('fresh'), by.externalId('fresh')],
  },
  {
    name: 'adopt an account by PATCH',
    prepare: async (fixtures) => [
      'PATCH',
      `/Users/${fixtures.newcomer('fresh')}`,
      patchOf(replace('externalId', 'ext-fresh')),
    ],
    looks: [by.user('fresh'), by.externalId('fresh')],
  },
  {
    name: 'create a deleted user again',
    prepare: async (fixtures) => {
      await deleted(fixtures, 'fresh');
      // Without documents an interrupted revival looks finished, so the earlier display name would stay.
      const renamed = fixtures.harness.keepsDocuments ? { displayName: 'Fresh Again' } : {};
      return ['POST', '/Users', userOf('fresh', renamed)];
    },
    repeats: conflict,
    looks: [by.user('fresh'), by.externalId('fresh')],
  },
  {
    name: 'create another user with a deleted address, restoring the account',
    settings: { recycledAccount: 'restore' },
    prepare: async (fixtures) => {
      await deleted(fixtures, 'fresh');
      return ['POST', '/Users', userOf('fresh', { externalId: 'ext-other' })];
    },
    repeats: conflict,
    looks: [by.user('fresh'), by.externalId('fresh'), by.externalId('other')],
  },
  {
    name: 'create another user with a deleted address, deleting the account finally',
    settings: { recycledAccount: 'hard-delete' },
    prepare: async (fixtures) => {
      await deleted(fixtures, 'fresh');
      return ['POST', '/Users', userOf('fresh', { externalId: 'ext-other' })];
    },
    repeats: conflict,
    looks: [by.user('fresh'), by.externalId('fresh'), by.externalId('other')],
  },
  {
    name: 'create another user with a deleted address, which a document store lets the gateway refuse',
    prepare: async (fixtures) => {
      await deleted(fixtures, 'fresh');
      return ['POST', '/Users', userOf('fresh', { externalId: 'ext-other' })];
    },
    repeats: conflict,
    looks: [by.user('fresh')],
  },
  {
    name: 'change a display name',
    prepare: async (fixtures) => [
      'PATCH',
      `/Users/${(await finance(fixtures)).ada}`,
      patchOf(replace('displayName', 'Ada L')),
    ],
    looks: [by.user('ada')],
  },
  {
    name: 'change names and identifiers at once',
    prepare: async (fixtures) => [
      'PATCH',
      `/Users/${await fixtures.user('ada')}`,
      patchOf(replace('displayName', 'Ada L'), replace('name.givenName', 'Augusta'), replace('externalId', 'ext-new')),
    ],
    looks: [by.user('ada'), by.externalId('ada'), by.externalId('new')],
  },
  {
    name: 'deactivate a user',
    prepare: async (fixtures) => ['PATCH', `/Users/${(await finance(fixtures)).ada}`, active(false)],
    looks: [by.user('ada')],
  },
  {
    name: 'deactivate and rename a user',
    prepare: async (fixtures) => [
      'PATCH',
      `/Users/${(await finance(fixtures)).ada}`,
      patchOf(replace('active', false), replace('userName', 'ada-left@example.com'), replace('displayName', 'Left')),
    ],
    looks: [by.user('ada'), by.user('ada-left')],
  },
  {
    name: 'reactivate a user with pending membership changes',
    prepare: async (fixtures) => ['PATCH', `/Users/${await pending(fixtures)}`, active(true)],
    looks: [by.user('ada'), by.group('Sales'), by.group('Finance')],
  },
  {
    name: 'reactivate and rename a user',
    prepare: async (fixtures) => [
      'PATCH',
      `/Users/${await pending(fixtures)}`,
      patchOf(replace('active', true), replace('displayName', 'Ada Back')),
    ],
    looks: [by.user('ada')],
  },
  {
    name: 'change a userName',
    prepare: async (fixtures) => [
      'PATCH',
      `/Users/${await fixtures.user('ada')}`,
      patchOf(replace('userName', 'lovelace@example.com')),
    ],
    looks: [by.user('ada'), by.user('lovelace')],
  },
  {
    name: 'change an e-mail address',
    prepare: async (fixtures) => [
      'PATCH',
      `/Users/${await fixtures.user('ada')}`,
      patchOf(replace('emails[type eq "work"].value', 'lovelace@example.com')),
    ],
    looks: [by.user('ada'), by.user('lovelace')],
  },
  {
    name: 'replace a user',
    prepare: async (fixtures) => [
      'PUT',
      `/Users/${(await finance(fixtures)).ada}`,
      userOf('ada', { displayName: 'Ada Put', externalId: 'ext-put' }),
    ],
    looks: [by.user('ada'), by.externalId('put'), by.externalId('ada')],
  },
  {
    name: 'delete a user',
    prepare: async (fixtures) => ['DELETE', `/Users/${(await finance(fixtures)).ada}`],
    repeats: notFound,
    looks: [by.user('ada'), by.group('Finance')],
  },
  {
    name: 'delete an inactive user',
    prepare: async (fixtures) => ['DELETE', `/Users/${await pending(fixtures)}`],
    repeats: notFound,
    looks: [by.user('ada'), by.group('Finance')],
  },
  {
    name: 'delete a user finally',
    settings: { userDelete: 'hard' },
    prepare: async (fixtures) => ['DELETE', `/Users/${(await finance(fixtures)).ada}`],
    repeats: notFound,
    looks: [by.user('ada'), by.group('Finance')],
  },
];

const groups: readonly Operation[] = [
  {
    name: 'create a group',
    prepare: async () => ['POST', '/Groups', groupOf('Fresh', [], { externalId: 'ext-g' })],
    repeats: conflict,
    looks: [by.group('Fresh')],
  },
  {
    name: 'create a group with members',
    prepare: async (fixtures) => {
      const { ada, bob } = await finance(fixtures);
      return ['POST', '/Groups', groupOf('Fresh Group', [ada, bob])];
    },
    repeats: conflict,
    looks: [by.group('Fresh Group')],
  },
  {
    name: 'adopt a team by POST',
    prepare: async (fixtures) => {
      fixtures.team('Legal', [fixtures.newcomer('sam')]);
      return ['POST', '/Groups', groupOf('Legal', [await fixtures.user('ada')], { externalId: 'ext-g' })];
    },
    repeats: conflict,
    looks: [by.group('Legal')],
  },
  {
    name: 'create a deleted group again',
    prepare: async (fixtures) => {
      const { cyd, group } = await finance(fixtures);
      await fixtures.do('DELETE', `/Groups/${group}`);
      return ['POST', '/Groups', groupOf('Finance', [cyd])];
    },
    repeats: conflict,
    looks: [by.group('Finance')],
  },
  {
    name: 'create a deleted adopted group again',
    prepare: async (fixtures) => {
      const { bob, group } = await legal(fixtures);
      await fixtures.do('DELETE', `/Groups/${group}`).catch(() => undefined);
      return ['POST', '/Groups', groupOf('Legal', [bob])];
    },
    repeats: conflict,
    looks: [by.group('Legal')],
  },
  {
    name: 'create a group with the name of a department',
    prepare: async (fixtures) => {
      fixtures.team('Fresh', [], 'Department');
      return ['POST', '/Groups', groupOf('Fresh', [await fixtures.user('ada')])];
    },
    repeats: conflict,
    looks: [by.group('Fresh')],
  },
  {
    name: 'add a member',
    prepare: async (fixtures) => {
      const { cyd, group } = await finance(fixtures);
      return ['PATCH', `/Groups/${group}`, patchOf(add(cyd))];
    },
    looks: [by.group('Finance')],
  },
  {
    name: 'add a member to a team of Collate',
    prepare: async (fixtures) => {
      const ada = await fixtures.user('ada');
      return ['PATCH', `/Groups/${fixtures.team('Legal', [fixtures.newcomer('sam')])}`, patchOf(add(ada))];
    },
    looks: [by.group('Legal')],
  },
  {
    name: 'add several members, one inactive, one unknown, one already present',
    prepare: async (fixtures) => {
      const { ada, cyd, group } = await finance(fixtures);
      const [dan, eve] = [await fixtures.user('dan'), await fixtures.user('eve')];
      await fixtures.do('PATCH', `/Users/${eve}`, active(false));
      return ['PATCH', `/Groups/${group}`, patchOf(add(ada, cyd, dan, eve, '00000000-0000-4000-8000-000000000000'))];
    },
    looks: [by.group('Finance')],
  },
  {
    name: 'remove a member',
    prepare: async (fixtures) => {
      const { ada, group } = await finance(fixtures);
      return ['PATCH', `/Groups/${group}`, patchOf({ op: 'remove', path: `members[value eq "${ada}"]` })];
    },
    looks: [by.group('Finance')],
  },
  {
    name: 'remove several members, one inactive',
    prepare: async (fixtures) => {
      const { ada, bob, cyd, group } = await finance(fixtures);
      await fixtures.do('PATCH', `/Groups/${group}`, patchOf(add(cyd)));
      await fixtures.do('PATCH', `/Users/${cyd}`, active(false));
      return ['PATCH', `/Groups/${group}`, patchOf(remove(ada, bob, cyd))];
    },
    looks: [by.group('Finance')],
  },
  {
    name: 'add one member and remove another',
    prepare: async (fixtures) => {
      const { ada, cyd, group } = await finance(fixtures);
      return ['PATCH', `/Groups/${group}`, patchOf(add(cyd), remove(ada))];
    },
    looks: [by.group('Finance')],
  },
  {
    name: 'replace the members',
    prepare: async (fixtures) => {
      const { bob, cyd, group } = await finance(fixtures);
      return ['PATCH', `/Groups/${group}`, patchOf(replace('members', [{ value: bob }, { value: cyd }]))];
    },
    looks: [by.group('Finance')],
  },
  {
    name: 'rename a group',
    prepare: async (fixtures) => [
      'PATCH',
      `/Groups/${(await finance(fixtures)).group}`,
      patchOf(replace('displayName', 'Money')),
    ],
    looks: [by.group('Finance'), by.group('Money')],
  },
  {
    name: 'rename an adopted group and add a member',
    prepare: async (fixtures) => {
      const { bob, group } = await legal(fixtures);
      return ['PATCH', `/Groups/${group}`, patchOf(replace('displayName', 'Lawyers'), add(bob))];
    },
    looks: [by.group('Legal'), by.group('Lawyers')],
  },
  {
    name: 'rename a team of Collate',
    prepare: async (fixtures) => [
      'PATCH',
      `/Groups/${fixtures.team('Legal', [fixtures.newcomer('sam')])}`,
      patchOf(replace('displayName', 'Lawyers')),
    ],
    looks: [by.group('Legal'), by.group('Lawyers')],
  },
  {
    name: 'replace a group',
    prepare: async (fixtures) => {
      const { bob, cyd, group } = await finance(fixtures);
      return ['PUT', `/Groups/${group}`, groupOf('Money', [bob, cyd], { externalId: 'ext-g' })];
    },
    looks: [by.group('Finance'), by.group('Money')],
  },
  {
    name: 'delete a group',
    prepare: async (fixtures) => ['DELETE', `/Groups/${(await finance(fixtures)).group}`],
    repeats: notFound,
    looks: [by.group('Finance')],
  },
  {
    name: 'delete an adopted group',
    prepare: async (fixtures) => ['DELETE', `/Groups/${(await legal(fixtures)).group}`],
    repeats: notFound,
    looks: [by.group('Legal')],
  },
];

const others: readonly Operation[] = [
  {
    name: 'change several resources in bulk',
    prepare: async (fixtures) => {
      const { ada, bob, cyd, group } = await finance(fixtures);
      const step = (method: string, path: string, data: object) => ({ method, path, data, bulkId: path });
      return [
        'POST',
        '/Bulk',
        {
          schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
          Operations: [
            step('PATCH', `/Users/${ada}`, patchOf(replace('displayName', 'Ada Bulk'))),
            step('PATCH', `/Groups/${group}`, patchOf(add(cyd), remove(ada))),
            step('PUT', `/Users/${bob}`, userOf('bob', { active: false })),
          ],
        },
      ];
    },
    looks: [by.user('ada'), by.group('Finance')],
  },
  {
    name: 'look up a user',
    prepare: async (fixtures) => {
      await finance(fixtures);
      return ['GET', by.user('ada')];
    },
    looks: [],
  },
  {
    name: 'look up a user by externalId',
    prepare: async (fixtures) => {
      await fixtures.user('ada');
      await fixtures.do('PATCH', `/Users/${fixtures.newcomer('fresh')}`, patchOf(replace('externalId', 'ext-fresh')));
      return ['GET', by.externalId('fresh')];
    },
    looks: [],
  },
  {
    name: 'look up a user that does not exist',
    prepare: async (fixtures) => {
      await fixtures.user('ada');
      return ['GET', by.user('unknown')];
    },
    looks: [],
  },
  {
    name: 'look up a group',
    prepare: async (fixtures) => {
      await legal(fixtures);
      return ['GET', by.group('Legal')];
    },
    looks: [],
  },
  {
    name: 'look up a group that does not exist',
    prepare: async (fixtures) => {
      await finance(fixtures);
      return ['GET', by.group('Unknown')];
    },
    looks: [],
  },
  {
    name: 'read a group',
    prepare: async (fixtures) => ['GET', `/Groups/${(await legal(fixtures)).group}`],
    looks: [],
  },
  {
    name: 'list users with their groups',
    prepare: async (fixtures) => {
      await finance(fixtures);
      return ['GET', '/Users?attributes=userName,groups'];
    },
    looks: [],
  },
  {
    name: 'list groups',
    prepare: async (fixtures) => {
      await finance(fixtures);
      fixtures.team('Legal', [fixtures.newcomer('sam')]);
      return ['GET', '/Groups'];
    },
    looks: [],
  },
];

/** The operations of providers. */
export const operations: readonly Operation[] = [...users, ...groups, ...others];
