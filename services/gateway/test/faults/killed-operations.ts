import { type Fixtures, groupOf, patchOf, userOf } from '../support/fixtures.ts';
import type { ScimRequest } from '../support/replicas-harness.ts';

/** An operation of a provider during which its gateway is killed; names contain the tag of the run. */
export interface KilledOperation {
  readonly name: string;
  readonly prepare: (fixtures: Fixtures, tag: string) => Promise<ScimRequest>;
  /**
   * The display name of a group that the operation renames. A repetition does not know it, so it invalidates no look-up of it:
   * a cached result stays until its time to live ends. The walk does not look it up in between.
   */
  readonly formerName?: (tag: string) => string;
  /** The status that a repetition may have when the first attempt succeeded and its answer was lost. */
  readonly repeats?: number;
}

const conflict = 409;
const notFound = 404;
const active = (value: boolean) => patchOf({ op: 'replace', path: 'active', value });
const members = (op: 'add' | 'remove', ids: readonly string[]) =>
  patchOf({ op, path: 'members', value: ids.map((value) => ({ value })) });

/** The look-ups of a provider for the resources of a run. */
export const looksOf = (tag: string): readonly string[] => [
  `/Users?filter=${encodeURIComponent(`userName eq "fresh-${tag}@example.com"`)}`,
  `/Users?filter=${encodeURIComponent(`externalId eq "ext-fresh-${tag}"`)}`,
  `/Users?filter=${encodeURIComponent(`userName eq "ada-${tag}@example.com"`)}`,
  groupLook(`Finance ${tag}`),
  groupLook(`Sales ${tag}`),
];

/** The look-up of a group. */
export function groupLook(displayName: string): string {
  return `/Groups?filter=${encodeURIComponent(`displayName eq "${displayName}"`)}`;
}

const users = (fixtures: Fixtures, tag: string, names: readonly string[]) =>
  Promise.all(names.map((name) => fixtures.user(`${name}-${tag}`)));

/** A group with ada and bob; the others are in no group. */
async function finance(fixtures: Fixtures, tag: string, others: readonly string[] = []) {
  const [ada = '', bob = '', ...rest] = await users(fixtures, tag, ['ada', 'bob', ...others]);
  return { ada, bob, rest, group: await fixtures.group(`Finance ${tag}`, [ada, bob]) };
}

/** The operations with several upstream writes, or one that is not idempotent. */
export const killedOperations: readonly KilledOperation[] = [
  {
    name: 'create a user with a document',
    prepare: async (_, tag) => ['POST', '/Users', userOf(`fresh-${tag}`)],
    repeats: conflict,
  },
  {
    name: 'deactivate a member',
    prepare: async (fixtures, tag) => ['PATCH', `/Users/${(await finance(fixtures, tag)).ada}`, active(false)],
  },
  {
    name: 'reactivate a user with a pending removal and a pending addition',
    prepare: async (fixtures, tag) => {
      const { ada, group } = await finance(fixtures, tag);
      const sales = await fixtures.group(`Sales ${tag}`);
      await fixtures.do('PATCH', `/Users/${ada}`, active(false));
      await fixtures.do('PATCH', `/Groups/${group}`, members('remove', [ada]));
      await fixtures.do('PATCH', `/Groups/${sales}`, members('add', [ada]));
      return ['PATCH', `/Users/${ada}`, active(true)];
    },
  },
  {
    name: 'delete a member',
    prepare: async (fixtures, tag) => ['DELETE', `/Users/${(await finance(fixtures, tag)).ada}`],
    repeats: notFound,
  },
  {
    name: 'create a group of three',
    prepare: async (fixtures, tag) => [
      'POST',
      '/Groups',
      groupOf(`Finance ${tag}`, await users(fixtures, tag, ['ada', 'bob', 'cyd']), { externalId: `ext-${tag}` }),
    ],
    repeats: conflict,
  },
  {
    name: 'add five members',
    prepare: async (fixtures, tag) => {
      const { group, rest } = await finance(fixtures, tag, ['cyd', 'dan', 'eve', 'fay', 'gus']);
      return ['PATCH', `/Groups/${group}`, members('add', rest)];
    },
  },
  {
    name: 'replace a group and its members',
    formerName: (tag) => `Finance ${tag}`,
    prepare: async (fixtures, tag) => {
      const { group, bob, rest } = await finance(fixtures, tag, ['cyd', 'dan']);
      return ['PUT', `/Groups/${group}`, groupOf(`Sales ${tag}`, [bob, ...rest], { externalId: `ext-${tag}` })];
    },
  },
  {
    name: 'delete a group',
    prepare: async (fixtures, tag) => ['DELETE', `/Groups/${(await finance(fixtures, tag)).group}`],
    repeats: notFound,
  },
];
