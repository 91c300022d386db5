import type { ProvisioningSettings } from '../../src/provisioning/settings.ts';
import { groupOf, patchOf, type Scene, userOf, userSchema } from '../support/scene.ts';
import type { ScimRequest } from '../support/stand.ts';

/** One thing that a provider does, and what was there before. */
export interface Operation {
  readonly name: string;
  readonly settings?: Partial<ProvisioningSettings>;
  readonly prepare: (scene: Scene) => Promise<ScimRequest>;
  /** What a repetition may say instead, when the first attempt was done and its answer lost. */
  readonly repeats?: number;
  /** Filters by which a provider looks for what the operation is about. */
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
const lost = 409;
const gone = 404;

/** A group of ada and bob; cyd is provisioned and in none. */
async function finance(scene: Scene) {
  const [ada, bob, cyd] = [await scene.user('ada'), await scene.user('bob'), await scene.user('cyd')];
  return { ada, bob, cyd, group: await scene.group('Finance', [ada, bob]) };
}

/** A team of Collate's own, with somebody in it who was never provisioned, that SCIM has added ada to. */
async function legal(scene: Scene) {
  const [ada, bob] = [await scene.user('ada'), await scene.user('bob')];
  const group = scene.team('Legal', [scene.newcomer('sam')]);
  await scene.do('PATCH', `/Groups/${group}`, patchOf(add(ada)));
  return { ada, bob, group };
}

/** Ada is inactive; meanwhile she was taken out of Finance and put into Sales. */
async function waiting(scene: Scene) {
  const { ada, group } = await finance(scene);
  const sales = await scene.group('Sales');
  await scene.do('PATCH', `/Users/${ada}`, active(false));
  await scene.do('PATCH', `/Groups/${group}`, patchOf(remove(ada)));
  if (scene.stand.simulator.era !== '1.1')
    await scene.do('PATCH', `/Groups/${sales}`, patchOf(add(ada))).catch(() => undefined);
  return ada;
}

async function deleted(scene: Scene, name: string) {
  const id = await scene.user(name);
  await scene.group('Finance', [id, await scene.user('bob')]);
  await scene.do('DELETE', `/Users/${id}`);
}

const users: readonly Operation[] = [
  {
    name: 'create a user',
    prepare: async () => ['POST', '/Users', userOf('fresh')],
    repeats: lost,
    looks: [by.user('fresh'), by.externalId('fresh')],
  },
  {
    name: 'create an inactive user',
    prepare: async () => ['POST', '/Users', userOf('fresh', { active: false })],
    repeats: lost,
    looks: [by.user('fresh')],
  },
  {
    name: 'create a user of the fewest attributes',
    prepare: async () => ['POST', '/Users', { schemas: [userSchema], userName: 'fresh@example.com' }],
    repeats: lost,
    looks: [by.user('fresh')],
  },
  {
    name: 'adopt an account by POST',
    prepare: async (scene) => {
      scene.team('Legal', [scene.newcomer('fresh')]);
      return ['POST', '/Users', userOf('fresh')];
    },
    repeats: lost,
    looks: [by.user('fresh'), by.externalId('fresh')],
  },
  {
    name: 'adopt an account by PATCH',
    prepare: async (scene) => [
      'PATCH',
      `/Users/${scene.newcomer('fresh')}`,
      patchOf(replace('externalId', 'ext-fresh')),
    ],
    looks: [by.user('fresh'), by.externalId('fresh')],
  },
  {
    name: 'create a user again who was deleted',
    prepare: async (scene) => {
      await deleted(scene, 'fresh');
      // Without documents nothing tells a return that stopped halfway from a finished one: the display name of before would stay.
      const renamed = scene.stand.keepsDocuments ? { displayName: 'Fresh Again' } : {};
      return ['POST', '/Users', userOf('fresh', renamed)];
    },
    repeats: lost,
    looks: [by.user('fresh'), by.externalId('fresh')],
  },
  {
    name: 'create another person at a deleted address, restoring it',
    settings: { recycledAccount: 'restore' },
    prepare: async (scene) => {
      await deleted(scene, 'fresh');
      return ['POST', '/Users', userOf('fresh', { externalId: 'ext-other' })];
    },
    repeats: lost,
    looks: [by.user('fresh'), by.externalId('fresh'), by.externalId('other')],
  },
  {
    name: 'create another person at a deleted address, deleting it for good',
    settings: { recycledAccount: 'hard-delete' },
    prepare: async (scene) => {
      await deleted(scene, 'fresh');
      return ['POST', '/Users', userOf('fresh', { externalId: 'ext-other' })];
    },
    repeats: lost,
    looks: [by.user('fresh'), by.externalId('fresh'), by.externalId('other')],
  },
  {
    name: 'create another person at a deleted address, which is refused where persons can be told apart',
    prepare: async (scene) => {
      await deleted(scene, 'fresh');
      return ['POST', '/Users', userOf('fresh', { externalId: 'ext-other' })];
    },
    repeats: lost,
    looks: [by.user('fresh')],
  },
  {
    name: 'change a display name',
    prepare: async (scene) => [
      'PATCH',
      `/Users/${(await finance(scene)).ada}`,
      patchOf(replace('displayName', 'Ada L')),
    ],
    looks: [by.user('ada')],
  },
  {
    name: 'change names and identifiers at once',
    prepare: async (scene) => [
      'PATCH',
      `/Users/${await scene.user('ada')}`,
      patchOf(replace('displayName', 'Ada L'), replace('name.givenName', 'Augusta'), replace('externalId', 'ext-new')),
    ],
    looks: [by.user('ada'), by.externalId('ada'), by.externalId('new')],
  },
  {
    name: 'deactivate a user',
    prepare: async (scene) => ['PATCH', `/Users/${(await finance(scene)).ada}`, active(false)],
    looks: [by.user('ada')],
  },
  {
    name: 'deactivate and rename a user',
    prepare: async (scene) => [
      'PATCH',
      `/Users/${(await finance(scene)).ada}`,
      patchOf(replace('active', false), replace('userName', 'ada-gone@example.com'), replace('displayName', 'Gone')),
    ],
    looks: [by.user('ada'), by.user('ada-gone')],
  },
  {
    name: 'reactivate a user for whom changes of membership wait',
    prepare: async (scene) => ['PATCH', `/Users/${await waiting(scene)}`, active(true)],
    looks: [by.user('ada'), by.group('Sales'), by.group('Finance')],
  },
  {
    name: 'reactivate and rename a user',
    prepare: async (scene) => [
      'PATCH',
      `/Users/${await waiting(scene)}`,
      patchOf(replace('active', true), replace('displayName', 'Ada Back')),
    ],
    looks: [by.user('ada')],
  },
  {
    name: 'change a userName',
    prepare: async (scene) => [
      'PATCH',
      `/Users/${await scene.user('ada')}`,
      patchOf(replace('userName', 'lovelace@example.com')),
    ],
    looks: [by.user('ada'), by.user('lovelace')],
  },
  {
    name: 'change an e-mail address',
    prepare: async (scene) => [
      'PATCH',
      `/Users/${await scene.user('ada')}`,
      patchOf(replace('emails[type eq "work"].value', 'lovelace@example.com')),
    ],
    looks: [by.user('ada'), by.user('lovelace')],
  },
  {
    name: 'replace a user',
    prepare: async (scene) => [
      'PUT',
      `/Users/${(await finance(scene)).ada}`,
      userOf('ada', { displayName: 'Ada Put', externalId: 'ext-put' }),
    ],
    looks: [by.user('ada'), by.externalId('put'), by.externalId('ada')],
  },
  {
    name: 'delete a user',
    prepare: async (scene) => ['DELETE', `/Users/${(await finance(scene)).ada}`],
    repeats: gone,
    looks: [by.user('ada'), by.group('Finance')],
  },
  {
    name: 'delete an inactive user',
    prepare: async (scene) => ['DELETE', `/Users/${await waiting(scene)}`],
    repeats: gone,
    looks: [by.user('ada'), by.group('Finance')],
  },
  {
    name: 'delete a user for good',
    settings: { userDelete: 'hard' },
    prepare: async (scene) => ['DELETE', `/Users/${(await finance(scene)).ada}`],
    repeats: gone,
    looks: [by.user('ada'), by.group('Finance')],
  },
];

const groups: readonly Operation[] = [
  {
    name: 'create a group',
    prepare: async () => ['POST', '/Groups', groupOf('Fresh', [], { externalId: 'ext-g' })],
    repeats: lost,
    looks: [by.group('Fresh')],
  },
  {
    name: 'create a group with members',
    prepare: async (scene) => {
      const { ada, bob } = await finance(scene);
      return ['POST', '/Groups', groupOf('Fresh Group', [ada, bob])];
    },
    repeats: lost,
    looks: [by.group('Fresh Group')],
  },
  {
    name: 'adopt a team by POST',
    prepare: async (scene) => {
      scene.team('Legal', [scene.newcomer('sam')]);
      return ['POST', '/Groups', groupOf('Legal', [await scene.user('ada')], { externalId: 'ext-g' })];
    },
    repeats: lost,
    looks: [by.group('Legal')],
  },
  {
    name: 'create a group again that was deleted',
    prepare: async (scene) => {
      const { cyd, group } = await finance(scene);
      await scene.do('DELETE', `/Groups/${group}`);
      return ['POST', '/Groups', groupOf('Finance', [cyd])];
    },
    repeats: lost,
    looks: [by.group('Finance')],
  },
  {
    name: 'push an adopted group again that was deleted',
    prepare: async (scene) => {
      const { bob, group } = await legal(scene);
      await scene.do('DELETE', `/Groups/${group}`).catch(() => undefined);
      return ['POST', '/Groups', groupOf('Legal', [bob])];
    },
    repeats: lost,
    looks: [by.group('Legal')],
  },
  {
    name: 'create a group whose name a department has',
    prepare: async (scene) => {
      scene.team('Fresh', [], 'Department');
      return ['POST', '/Groups', groupOf('Fresh', [await scene.user('ada')])];
    },
    repeats: lost,
    looks: [by.group('Fresh')],
  },
  {
    name: 'add a member',
    prepare: async (scene) => {
      const { cyd, group } = await finance(scene);
      return ['PATCH', `/Groups/${group}`, patchOf(add(cyd))];
    },
    looks: [by.group('Finance')],
  },
  {
    name: 'add a member to a team of Collate',
    prepare: async (scene) => {
      const ada = await scene.user('ada');
      return ['PATCH', `/Groups/${scene.team('Legal', [scene.newcomer('sam')])}`, patchOf(add(ada))];
    },
    looks: [by.group('Legal')],
  },
  {
    name: 'add several members, one inactive, one unknown, one in already',
    prepare: async (scene) => {
      const { ada, cyd, group } = await finance(scene);
      const [dan, eve] = [await scene.user('dan'), await scene.user('eve')];
      await scene.do('PATCH', `/Users/${eve}`, active(false));
      return ['PATCH', `/Groups/${group}`, patchOf(add(ada, cyd, dan, eve, '00000000-0000-4000-8000-000000000000'))];
    },
    looks: [by.group('Finance')],
  },
  {
    name: 'remove a member',
    prepare: async (scene) => {
      const { ada, group } = await finance(scene);
      return ['PATCH', `/Groups/${group}`, patchOf({ op: 'remove', path: `members[value eq "${ada}"]` })];
    },
    looks: [by.group('Finance')],
  },
  {
    name: 'remove several members, one inactive',
    prepare: async (scene) => {
      const { ada, bob, cyd, group } = await finance(scene);
      await scene.do('PATCH', `/Groups/${group}`, patchOf(add(cyd)));
      await scene.do('PATCH', `/Users/${cyd}`, active(false));
      return ['PATCH', `/Groups/${group}`, patchOf(remove(ada, bob, cyd))];
    },
    looks: [by.group('Finance')],
  },
  {
    name: 'add one member and remove another',
    prepare: async (scene) => {
      const { ada, cyd, group } = await finance(scene);
      return ['PATCH', `/Groups/${group}`, patchOf(add(cyd), remove(ada))];
    },
    looks: [by.group('Finance')],
  },
  {
    name: 'replace the members',
    prepare: async (scene) => {
      const { bob, cyd, group } = await finance(scene);
      return ['PATCH', `/Groups/${group}`, patchOf(replace('members', [{ value: bob }, { value: cyd }]))];
    },
    looks: [by.group('Finance')],
  },
  {
    name: 'rename a group',
    prepare: async (scene) => [
      'PATCH',
      `/Groups/${(await finance(scene)).group}`,
      patchOf(replace('displayName', 'Money')),
    ],
    looks: [by.group('Finance'), by.group('Money')],
  },
  {
    name: 'rename an adopted group and add a member',
    prepare: async (scene) => {
      const { bob, group } = await legal(scene);
      return ['PATCH', `/Groups/${group}`, patchOf(replace('displayName', 'Lawyers'), add(bob))];
    },
    looks: [by.group('Legal'), by.group('Lawyers')],
  },
  {
    name: 'rename a team of Collate',
    prepare: async (scene) => [
      'PATCH',
      `/Groups/${scene.team('Legal', [scene.newcomer('sam')])}`,
      patchOf(replace('displayName', 'Lawyers')),
    ],
    looks: [by.group('Legal'), by.group('Lawyers')],
  },
  {
    name: 'replace a group',
    prepare: async (scene) => {
      const { bob, cyd, group } = await finance(scene);
      return ['PUT', `/Groups/${group}`, groupOf('Money', [bob, cyd], { externalId: 'ext-g' })];
    },
    looks: [by.group('Finance'), by.group('Money')],
  },
  {
    name: 'delete a group',
    prepare: async (scene) => ['DELETE', `/Groups/${(await finance(scene)).group}`],
    repeats: gone,
    looks: [by.group('Finance')],
  },
  {
    name: 'delete an adopted group',
    prepare: async (scene) => ['DELETE', `/Groups/${(await legal(scene)).group}`],
    repeats: gone,
    looks: [by.group('Legal')],
  },
];

const others: readonly Operation[] = [
  {
    name: 'do several things in bulk',
    prepare: async (scene) => {
      const { ada, bob, cyd, group } = await finance(scene);
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
    name: 'look a user up',
    prepare: async (scene) => {
      await finance(scene);
      return ['GET', by.user('ada')];
    },
    looks: [],
  },
  {
    name: 'look a user up by externalId',
    prepare: async (scene) => {
      await scene.user('ada');
      await scene.do('PATCH', `/Users/${scene.newcomer('fresh')}`, patchOf(replace('externalId', 'ext-fresh')));
      return ['GET', by.externalId('fresh')];
    },
    looks: [],
  },
  {
    name: 'look up a user that does not exist',
    prepare: async (scene) => {
      await scene.user('ada');
      return ['GET', by.user('nobody')];
    },
    looks: [],
  },
  {
    name: 'look a group up',
    prepare: async (scene) => {
      await legal(scene);
      return ['GET', by.group('Legal')];
    },
    looks: [],
  },
  {
    name: 'look up a group that does not exist',
    prepare: async (scene) => {
      await finance(scene);
      return ['GET', by.group('Nobody')];
    },
    looks: [],
  },
  {
    name: 'read a group',
    prepare: async (scene) => ['GET', `/Groups/${(await legal(scene)).group}`],
    looks: [],
  },
  {
    name: 'list users with their groups',
    prepare: async (scene) => {
      await finance(scene);
      return ['GET', '/Users?attributes=userName,groups'];
    },
    looks: [],
  },
  {
    name: 'list groups',
    prepare: async (scene) => {
      await finance(scene);
      scene.team('Legal', [scene.newcomer('sam')]);
      return ['GET', '/Groups'];
    },
    looks: [],
  },
];

/** Everything that providers do. */
export const operations: readonly Operation[] = [...users, ...groups, ...others];
