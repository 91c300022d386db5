import { groupOf, patchOf, type Scene, userOf } from '../support/scene.ts';
import type { ScimRequest } from '../support/stand.ts';

/** One thing that a provider does while its gateway dies; everything in it carries the tag, so that runs can be told apart. */
export interface KilledOperation {
  readonly name: string;
  readonly prepare: (scene: Scene, tag: string) => Promise<ScimRequest>;
  /**
   * A display name that the operation takes from a group, and nobody looks for it meanwhile: no repetition knows it any more, so what
   * such a look-up found before the change came through is shown until the cache lets go of it.
   */
  readonly formerName?: (tag: string) => string;
  /** What a repetition may say instead, when the first attempt was done and its answer lost. */
  readonly repeats?: number;
}

const lost = 409;
const gone = 404;
const active = (value: boolean) => patchOf({ op: 'replace', path: 'active', value });
const members = (op: 'add' | 'remove', ids: readonly string[]) =>
  patchOf({ op, path: 'members', value: ids.map((value) => ({ value })) });

/** The look-ups by which a provider finds out how things are. */
export const looksOf = (tag: string): readonly string[] => [
  `/Users?filter=${encodeURIComponent(`userName eq "fresh-${tag}@example.com"`)}`,
  `/Users?filter=${encodeURIComponent(`externalId eq "ext-fresh-${tag}"`)}`,
  `/Users?filter=${encodeURIComponent(`userName eq "ada-${tag}@example.com"`)}`,
  groupLook(`Finance ${tag}`),
  groupLook(`Sales ${tag}`),
];

/** The look-up by which a provider finds a group. */
export function groupLook(displayName: string): string {
  return `/Groups?filter=${encodeURIComponent(`displayName eq "${displayName}"`)}`;
}

const people = (scene: Scene, tag: string, names: readonly string[]) =>
  Promise.all(names.map((name) => scene.user(`${name}-${tag}`)));

/** A group of ada and bob; the others are in none. */
async function finance(scene: Scene, tag: string, others: readonly string[] = []) {
  const [ada = '', bob = '', ...rest] = await people(scene, tag, ['ada', 'bob', ...others]);
  return { ada, bob, rest, group: await scene.group(`Finance ${tag}`, [ada, bob]) };
}

/** What has more than one upstream write, or one that is not idempotent. */
export const killedOperations: readonly KilledOperation[] = [
  {
    name: 'create a user with a document',
    prepare: async (_, tag) => ['POST', '/Users', userOf(`fresh-${tag}`)],
    repeats: lost,
  },
  {
    name: 'deactivate a member',
    prepare: async (scene, tag) => ['PATCH', `/Users/${(await finance(scene, tag)).ada}`, active(false)],
  },
  {
    name: 'reactivate a user for whom a removal and an addition wait',
    prepare: async (scene, tag) => {
      const { ada, group } = await finance(scene, tag);
      const sales = await scene.group(`Sales ${tag}`);
      await scene.do('PATCH', `/Users/${ada}`, active(false));
      await scene.do('PATCH', `/Groups/${group}`, members('remove', [ada]));
      await scene.do('PATCH', `/Groups/${sales}`, members('add', [ada]));
      return ['PATCH', `/Users/${ada}`, active(true)];
    },
  },
  {
    name: 'delete a member',
    prepare: async (scene, tag) => ['DELETE', `/Users/${(await finance(scene, tag)).ada}`],
    repeats: gone,
  },
  {
    name: 'create a group of three',
    prepare: async (scene, tag) => [
      'POST',
      '/Groups',
      groupOf(`Finance ${tag}`, await people(scene, tag, ['ada', 'bob', 'cyd']), { externalId: `ext-${tag}` }),
    ],
    repeats: lost,
  },
  {
    name: 'add five members',
    prepare: async (scene, tag) => {
      const { group, rest } = await finance(scene, tag, ['cyd', 'dan', 'eve', 'fay', 'gus']);
      return ['PATCH', `/Groups/${group}`, members('add', rest)];
    },
  },
  {
    name: 'replace a group and its members',
    formerName: (tag) => `Finance ${tag}`,
    prepare: async (scene, tag) => {
      const { group, bob, rest } = await finance(scene, tag, ['cyd', 'dan']);
      return ['PUT', `/Groups/${group}`, groupOf(`Sales ${tag}`, [bob, ...rest], { externalId: `ext-${tag}` })];
    },
  },
  {
    name: 'delete a group',
    prepare: async (scene, tag) => ['DELETE', `/Groups/${(await finance(scene, tag)).group}`],
    repeats: gone,
  },
];
