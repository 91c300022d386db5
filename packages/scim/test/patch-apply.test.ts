import { describe, expect, it } from 'vitest';
import {
  type AttributeDefinition,
  applyPatch,
  groupResourceType,
  type JsonValue,
  type PatchOperation,
  parsePatch,
  parsePath,
  type Resource,
  type ResourceType,
  schemaUrn,
  userResourceType,
} from '../src/index.ts';
import { ada, groupOf, patchBody, patchUser, plainAttribute, strict, tolerant, watchful } from './support/examples.ts';

const enterprise = schemaUrn.enterpriseUser;
const refused = (scimType: string, detail = '') =>
  expect.objectContaining({ status: 400, scimType, detail: expect.stringContaining(detail) });

function emailsAfter(operations: readonly JsonValue[], tolerance = tolerant, before = ada) {
  return patchUser(operations, tolerance, before)['emails'];
}

const [work, home] = ada['emails'] as readonly [Resource, Resource];

describe('PATCH of a single-valued attribute', () => {
  it('sets, replaces and clears it', () => {
    expect(patchUser([{ op: 'add', path: 'title', value: 'Countess' }])).toEqual({ ...ada, title: 'Countess' });
    expect(patchUser([{ op: 'replace', path: 'displayName', value: 'Ada' }])).toEqual({ ...ada, displayName: 'Ada' });
    expect(patchUser([{ op: 'remove', path: 'externalId' }])).not.toHaveProperty('externalId');
  });

  it('merges a complex value and removes it with its last sub-attribute', () => {
    expect(patchUser([{ op: 'replace', path: 'name', value: { familyName: 'King' } }])['name']).toEqual({
      givenName: 'Ada',
      familyName: 'King',
    });
    const cleared = [
      { op: 'remove', path: 'name.givenName' },
      { op: 'replace', path: 'name', value: { familyName: '' } },
    ];
    expect(patchUser(cleared)).not.toHaveProperty('name');
    expect(patchUser([...cleared, { op: 'add', path: 'name.givenName', value: 'A' }])['name']).toEqual({
      givenName: 'A',
    });
    expect(patchUser([{ op: 'remove', path: 'name' }])).not.toHaveProperty('name');
  });

  it('removes the description of the previous resource when a reference changes', () => {
    const path = `${enterprise}:manager`;
    const manager = (operation: JsonValue) => (patchUser([operation])[enterprise] as Resource)['manager'];
    expect(manager({ op: 'replace', path, value: 'm2' })).toEqual({ value: 'm2' });
    expect(manager({ op: 'replace', path: `${path}.value`, value: 'm2' })).toEqual({ value: 'm2' });
    expect(manager({ op: 'add', path, value: { $ref: 'https://m2', value: 'm2' } })).toEqual({
      value: 'm2',
      $ref: 'https://m2',
    });
    expect(manager({ op: 'replace', path, value: 'm1' })).toEqual((ada[enterprise] as Resource)['manager']);
  });
});

describe('PATCH of an extension', () => {
  const bare = patchUser([{ op: 'remove', path: enterprise }]);

  it('adds its URN to schemas with its first attribute and removes it with its last', () => {
    expect(bare).not.toHaveProperty([enterprise]);
    expect(bare['schemas']).toEqual([schemaUrn.user]);
    const again = patchUser([{ op: 'add', path: `${enterprise}:division`, value: 'x' }], strict, bare);
    expect(again).toMatchObject({ schemas: [schemaUrn.user, enterprise], [enterprise]: { division: 'x' } });
  });

  it('may remove all attributes and add others in one request', () => {
    const operations = [
      { op: 'remove', path: enterprise },
      { op: 'add', path: `${enterprise}:division`, value: 'x' },
    ];
    expect(patchUser(operations)).toMatchObject({ schemas: ada['schemas'], [enterprise]: { division: 'x' } });
  });
});

describe('PATCH without effect', () => {
  it.each<readonly [string, readonly JsonValue[]]>([
    ['repeats a value', [{ op: 'replace', path: 'displayName', value: 'Ada Lovelace' }]],
    ['repeats a list in another order', [{ op: 'replace', path: 'emails', value: [home, work] }]],
    ['adds what is there', [{ op: 'add', path: 'emails', value: [work] }]],
    ['adds a part that is there', [{ op: 'add', path: 'emails[type eq "work"].primary', value: true }]],
    ['adds to a value what it has', [{ op: 'add', path: 'emails[type eq "home"]', value: home }]],
    ['clears what is not there', [{ op: 'remove', path: 'title' }]],
    ['clears a part that is not there', [{ op: 'remove', path: 'name.middleName' }]],
    ['clears a part of no value', [{ op: 'remove', path: 'roles.value' }]],
    ['removes a value that is not there', [{ op: 'remove', path: 'emails', value: [{ value: 'x' }] }]],
    [
      'takes back what it did',
      [
        { op: 'add', path: 'emails', value: [{ value: 'x' }] },
        { op: 'remove', path: 'emails[value eq "x"]' },
        { op: 'add', path: 'title', value: 'x' },
        { op: 'remove', path: 'title' },
        { op: 'remove', path: `${enterprise}:department` },
        { op: 'add', path: `${enterprise}:department`, value: 'Engines' },
      ],
    ],
    ['gives a value nothing but a type', [{ op: 'add', path: 'roles[type eq "x"].primary', value: true }]],
  ])('returns the same object: %s', (_what, operations) => {
    expect(patchUser(operations)).toBe(ada);
  });

  it('returns another object when a list of the same length has other values', () => {
    const twice = { ...ada, emails: [home, home] };
    expect(emailsAfter([{ op: 'replace', path: 'emails', value: [work, home] }], tolerant, twice)).toEqual([
      work,
      home,
    ]);
  });
});

describe('applyPatch', () => {
  it('modifies neither the resource nor the operations, and fails as a whole', () => {
    const before = structuredClone(ada);
    const operations = [
      { op: 'replace', path: 'displayName', value: 'x' },
      { op: 'remove', path: 'roles[type eq "x"]' },
    ];
    expect(() => patchUser(operations, strict)).toThrow(refused('noTarget'));
    expect(patchUser(operations, tolerant)).toEqual({ ...ada, displayName: 'x' });
    expect(ada).toEqual(before);
  });

  it('limits the number of values of a list', () => {
    const value = Array.from({ length: 600 }, (_, index) => ({ value: `a${index}` }));
    const more = value.map((email) => ({ value: `b${email.value}` }));
    expect(() =>
      patchUser([
        { op: 'add', path: 'emails', value },
        { op: 'add', path: 'emails', value: more },
      ]),
    ).toThrow(refused('invalidValue', 'at most 1000'));
  });

  it('throws invalidValue when a required attribute would have no value', () => {
    const nameless = { ...ada };
    Reflect.deleteProperty(nameless, 'userName');
    expect(() => patchUser([{ op: 'add', path: 'title', value: 'x' }], tolerant, nameless)).toThrow(
      refused('invalidValue', 'userName is required'),
    );
  });

  it('applies operations that were built by hand', () => {
    const members = parsePath('members', groupResourceType, strict);
    const display = parsePath('members.display', groupResourceType, strict);
    const group: Resource = { ...groupOf(), members: [{ value: 'a', display: 'Ada' }] };
    const apply = (operation: PatchOperation) => applyPatch(group, [operation], groupResourceType, strict)['members'];
    expect(apply({ op: 'remove', target: display })).toEqual([{ value: 'a' }]);
    expect(apply({ op: 'add', target: members, value: { value: 'b' } })).toHaveLength(2);
    const emails = parsePath('emails', userResourceType, strict);
    const added = applyPatch(ada, [{ op: 'add', target: emails, value: { value: 'x' } }], userResourceType, strict);
    expect(added['emails']).toHaveLength(3);
    expect(() =>
      applyPatch(
        ada,
        [{ op: 'add', target: parsePath('roles[type ne "x"]', userResourceType, strict), value: 'x' }],
        userResourceType,
        tolerant,
      ),
    ).toThrow(refused('invalidValue', 'must be an object'));
  });

  it('changes lists of simple values', () => {
    const tags: AttributeDefinition = { ...plainAttribute, name: 'tags', multiValued: true };
    const type: ResourceType = {
      ...userResourceType,
      schema: { ...userResourceType.schema, attributes: [tags] },
      extensions: [],
    };
    const after = (before: Resource, ...operations: JsonValue[]) =>
      applyPatch(before, parsePatch(patchBody(...operations), type, tolerant), type, tolerant)['tags'];
    const tagged = { schemas: [schemaUrn.user], tags: ['a', 'b'] };
    expect(after(tagged, { op: 'add', path: 'tags', value: ['b', 'c'] })).toEqual(['a', 'b', 'c']);
    expect(after(tagged, { op: 'remove', path: 'tags', value: 'a' })).toEqual(['b']);
    expect(after(tagged, { op: 'replace', path: 'tags', value: 'z' })).toEqual(['z']);
  });

  it('requires an object as the value of an operation on a complex value', () => {
    const [operation] = parsePatch(
      patchBody({ op: 'add', path: 'emails[type eq "work"]', value: { value: 'x' } }),
      userResourceType,
      tolerant,
    );
    if (operation?.op !== 'add') throw new Error('an add was parsed');
    const broken = { ...operation, value: 'x' };
    expect(() => applyPatch(ada, [broken], userResourceType, tolerant)).toThrow(refused('invalidValue', 'an object'));
    expect(() =>
      applyPatch({ ...ada, emails: [] }, [{ ...broken, value: [] }], userResourceType, tolerant),
    ).not.toThrow();
  });
});

describe('PATCH with a filter on an attribute with one value', () => {
  const before = { ...ada, [schemaUrn.enterpriseUser]: { manager: { value: 'm', $ref: 'https://x/m' } } };
  const path = (id: string) => `${schemaUrn.enterpriseUser}:manager[value eq "${id}"]`;

  it('any.single-value-filter: removes the value if it matches', () => {
    const tolerance = watchful();
    const after = patchUser([{ op: 'remove', path: path('m') }], tolerance, before);
    expect(after[schemaUrn.enterpriseUser]).toBeUndefined();
    expect(tolerance.quirks).toEqual(['any.single-value-filter']);
    expect(patchUser([{ op: 'remove', path: path('n') }], tolerance, before)).toBe(before);
  });

  it('is refused from strict clients', () => {
    expect(() => patchUser([{ op: 'remove', path: path('m') }], strict, before)).toThrow(
      expect.objectContaining({ scimType: 'invalidPath' }),
    );
  });
});
