import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  applyPatch,
  evaluateFilter,
  groupResourceType,
  parseFilter,
  parsePatch,
  printFilter,
  projectResource,
  ScimError,
  userResourceType,
} from '../src/index.ts';

const tolerance = { profile: 'tolerant' } as const;

/** The text of a filter, made from the grammar. */
const filterText = fc.letrec<{ filter: string; term: string }>((tie) => ({
  filter: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    tie('term'),
    fc
      .tuple(tie('filter'), fc.constantFrom('and', 'or', 'AND', 'Or'), tie('filter'))
      .map(([left, word, right]) => `${left} ${word} ${right}`),
    tie('filter').map((inner) => `(${inner})`),
    tie('filter').map((inner) => `not (${inner})`),
  ),
  term: fc.oneof(
    fc
      .tuple(
        fc.constantFrom('userName', 'displayName', 'emails.value', 'name.familyName', 'externalId'),
        fc.constantFrom('eq', 'ne', 'co', 'sw', 'ew', 'gt'),
        fc.string(),
      )
      .map(([path, operator, value]) => `${path} ${operator} ${JSON.stringify(value)}`),
    fc.constantFrom(
      'title pr',
      'active eq true',
      'emails[type eq "work" and primary eq true]',
      'meta.created ge "2020-01-01T00:00:00Z"',
    ),
  ),
})).filter;

const resource = {
  schemas: [userResourceType.schema.id],
  id: '1',
  userName: 'ada@example.com',
  displayName: 'Ada',
  active: true,
  emails: [{ value: 'ada@example.com', type: 'work', primary: true }],
};

describe('filters', () => {
  it('print as a text that means the same', () => {
    fc.assert(
      fc.property(filterText, (text) => {
        const filter = parseFilter(text, userResourceType, { tolerance });
        const again = parseFilter(printFilter(filter), userResourceType, { tolerance });
        expect(printFilter(again)).toBe(printFilter(filter));
        expect(evaluateFilter(again, resource)).toBe(evaluateFilter(filter, resource));
      }),
    );
  });

  it('of any text at all are read or refused as invalidFilter', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        try {
          parseFilter(text, userResourceType, { tolerance });
        } catch (error) {
          expect(error).toBeInstanceOf(ScimError);
          expect(error).toMatchObject({ status: 400, scimType: 'invalidFilter' });
        }
      }),
    );
  });
});

describe('PATCH', () => {
  const ids = fc.uniqueArray(fc.stringMatching(/^[a-z]{1,3}$/), { maxLength: 10 });
  const members = (values: readonly string[]) => values.map((value) => ({ value }));
  const patch = (op: string, value: readonly string[]) =>
    parsePatch(
      {
        schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
        Operations: [{ op, path: 'members', value: members(value) }],
      },
      groupResourceType,
      tolerance,
    );

  it('adds and removes members as sets, and a second time changes nothing', () => {
    fc.assert(
      fc.property(ids, ids, ids, (before, added, removed) => {
        const group = {
          schemas: [groupResourceType.schema.id],
          id: 'g',
          displayName: 'G',
          ...(before.length > 0 ? { members: members(before) } : {}),
        };
        const operations = [...patch('add', added), ...patch('remove', removed)];
        const after = applyPatch(group, operations, groupResourceType, tolerance);
        const wanted = new Set([...before, ...added].filter((id) => !removed.includes(id)));
        const found = Array.isArray(after['members'])
          ? after['members'].map((member: { value: string }) => member.value)
          : [];
        expect(new Set(found)).toEqual(wanted);
        expect(found.length).toBe(wanted.size);
        expect(applyPatch(after, patch('remove', removed), groupResourceType, tolerance)).toBe(after);
      }),
    );
  });
});

describe('projection', () => {
  it('never shows what is never returned, whatever is asked for', () => {
    const secret = { ...resource, password: 'x' };
    fc.assert(
      fc.property(fc.boolean(), (asks) => {
        const path = {
          schema: '',
          extension: false,
          text: 'password',
          attribute: userResourceType.schema.attributes.find(({ name }) => name === 'password'),
        };
        const attribute = path.attribute;
        if (attribute === undefined) throw new Error('password is in the schema');
        const projection = asks ? { attributes: [{ ...path, attribute }] } : {};
        expect(projectResource(secret, userResourceType, projection)).not.toHaveProperty('password');
      }),
    );
  });
});
