import type { User } from '@scim-gateway/collate-client/model';
import { parseUserId } from '@scim-gateway/collate-client/model';
import { parseResource, type Resource, schemaUrn, userResourceType } from '@scim-gateway/scim';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createAttributeMap } from '../../src/translation/attribute-map.ts';
import { diffMembers } from '../../src/translation/membership.ts';
import { toScimUser, type UserState } from '../../src/translation/user.ts';
import { mergeReplacement } from '../../src/translation/user-intent.ts';
import { isEmptyPlan, planUser } from '../../src/translation/user-plan.ts';

const map = createAttributeMap(['externalId', 'name.givenName', 'name.familyName', 'title', 'phoneNumbers']);
const conditions = {
  provider: 'test',
  map,
  writesDisplayName: true,
  hasDocuments: true,
  remembersEmail: true,
  isTaken: false,
  now: 1_770_000_000_000,
};
const forbidden = { ...conditions, writesDisplayName: false };
const presentation = { map, locate: (endpoint: string, id: string) => `https://scim.example.com${endpoint}/${id}` };
const id = parseUserId('7f4bc1a3-285e-48ae-8202-5accb43efb0e');
if (id === undefined) throw new Error('no id');

const word = fc.constantFrom('Ada', 'Lovelace', 'ada', 'Zoë', 'van der Berg');
const userArbitrary: fc.Arbitrary<UserState> = fc
  .record({
    displayName: fc.option(word, { nil: undefined }),
    deleted: fc.boolean(),
    external: fc.boolean(),
    named: fc.boolean(),
  })
  .map(({ displayName, deleted, external, named }) => {
    const user = {
      id,
      name: 'ada',
      email: 'ada@example.com',
      isBot: false,
      isAdmin: false,
      deleted,
      version: 0.2,
      updatedAt: 1_760_000_000_000,
      updatedBy: 'bot',
      ...(displayName === undefined ? {} : { displayName }),
      ...(external ? { externalId: 'x-1' } : {}),
      ...(named ? { scimUserName: 'Ada@example.com' } : {}),
    } satisfies Partial<User>;
    return { user: user as User, annotation: undefined };
  });
const wish = fc.record(
  {
    displayName: word,
    title: word,
    externalId: fc.constantFrom('x-1', 'x-2'),
    active: fc.boolean(),
    userName: fc.constantFrom('ada@example.com', 'ada.new@example.com'),
    name: fc.record({ givenName: word, familyName: word }),
  },
  { requiredKeys: ['displayName', 'userName'] },
);

/** The user as Collate stores it once the plan has been executed. */
function execute(state: UserState, after: Resource, rights = conditions): UserState {
  const plan = planUser(state, after, rights);
  const { displayName: _old, ...user } = state.user;
  const displayName = plan.displayName === undefined ? state.user.displayName : plan.displayName.value;
  return {
    user: {
      ...user,
      ...(displayName === undefined ? {} : { displayName }),
      deleted: plan.active === undefined ? state.user.deleted : !plan.active,
    },
    annotation: plan.annotation ?? state.annotation,
  };
}

describe('planUser', () => {
  it('plans nothing for any user who should be as SCIM shows it already', () => {
    fc.assert(
      fc.property(userArbitrary, (state) => {
        expect(isEmptyPlan(planUser(state, toScimUser(state, presentation), conditions))).toBe(true);
      }),
    );
  });

  it('leads in one execution to a user who is shown as asked for and needs no other plan', () => {
    fc.assert(
      fc.property(userArbitrary, wish, fc.constantFrom(conditions, forbidden), (state, fields, rights) => {
        const incoming = parseResource({ schemas: [schemaUrn.user], ...fields }, userResourceType, {
          profile: 'tolerant',
        });
        const after = mergeReplacement(toScimUser(state, presentation), incoming);
        const done = execute(state, after, rights);
        const { meta: _meta, name, ...shown } = toScimUser(done, presentation);
        const { meta: _was, name: wanted, ...asked } = after;
        expect(shown).toEqual(asked);
        if (fields.name !== undefined && fields.active !== false) expect(name).toMatchObject(fields.name);
        expect(wanted).toBeDefined();
        expect(isEmptyPlan(planUser(done, after, rights))).toBe(true);
        if (!rights.writesDisplayName) expect(done.user.displayName).toBe(state.user.displayName);
      }),
    );
  });
});

describe('diffMembers', () => {
  const members = fc.uniqueArray(fc.constantFrom<string>('a', 'b', 'c', 'd', 'e', 'f'));

  it('leads from any list of members to any other, and is empty between equal lists in any order', () => {
    fc.assert(
      fc.property(members, members, (present, wanted) => {
        const { add, remove } = diffMembers(present, wanted);
        const after = new Set(present);
        for (const one of remove) after.delete(one);
        for (const one of add) after.add(one);
        expect(after).toEqual(new Set(wanted));
        expect(diffMembers(wanted, [...wanted].reverse())).toMatchObject({ add: [], remove: [] });
        expect(add.filter((one) => remove.includes(one))).toEqual([]);
      }),
    );
  });
});
