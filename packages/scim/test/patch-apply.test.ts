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
  userSchema,
} from '../src/index.ts';
import {
  ada,
  groupOf,
  memberIds,
  patchBody,
  patchGroup,
  patchUser,
  plainAttribute,
  strict,
  tolerant,
  watchful,
} from './support/examples.ts';

const enterprise = schemaUrn.enterpriseUser;
const refused = (scimType: string, detail = '') =>
  expect.objectContaining({ status: 400, scimType, detail: expect.stringContaining(detail) });

function emailsAfter(operations: readonly JsonValue[], tolerance = tolerant, before = ada) {
  return patchUser(operations, tolerance, before)['emails'];
}

const [work, home] = ada['emails'] as readonly [Resource, Resource];

describe('a single attribute', () => {
  it('is set, replaced and cleared', () => {
    expect(patchUser([{ op: 'add', path: 'title', value: 'Countess' }])).toEqual({ ...ada, title: 'Countess' });
    expect(patchUser([{ op: 'replace', path: 'displayName', value: 'Ada' }])).toEqual({ ...ada, displayName: 'Ada' });
    expect(patchUser([{ op: 'remove', path: 'externalId' }])).not.toHaveProperty('externalId');
  });

  it('that is complex is merged, and goes with its last part', () => {
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

  it('that refers to another thing loses the description of the one before', () => {
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

describe('an extension', () => {
  const bare = patchUser([{ op: 'remove', path: enterprise }]);

  it('leaves schemas with its last attribute, and enters it with its first', () => {
    expect(bare).not.toHaveProperty([enterprise]);
    expect(bare['schemas']).toEqual([schemaUrn.user]);
    const again = patchUser([{ op: 'add', path: `${enterprise}:division`, value: 'x' }], strict, bare);
    expect(again).toMatchObject({ schemas: [schemaUrn.user, enterprise], [enterprise]: { division: 'x' } });
  });

  it('may lose all and gain some in one request', () => {
    const operations = [
      { op: 'remove', path: enterprise },
      { op: 'add', path: `${enterprise}:division`, value: 'x' },
    ];
    expect(patchUser(operations)).toMatchObject({ schemas: ada['schemas'], [enterprise]: { division: 'x' } });
  });
});

describe('what changes nothing', () => {
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
  ])('%s: the resource is the very same', (_what, operations) => {
    expect(patchUser(operations)).toBe(ada);
  });

  it('a list of the same length with other values is a change', () => {
    const twice = { ...ada, emails: [home, home] };
    expect(emailsAfter([{ op: 'replace', path: 'emails', value: [work, home] }], tolerant, twice)).toEqual([
      work,
      home,
    ]);
  });
});

describe('values of a list', () => {
  it('are added, and brought up to date where they are there', () => {
    expect(emailsAfter([{ op: 'add', path: 'emails', value: { value: 'x' } }])).toEqual([work, home, { value: 'x' }]);
    expect(emailsAfter([{ op: 'add', path: 'emails', value: { ...home, display: 'At home' } }])).toEqual([
      work,
      { ...home, display: 'At home' },
    ]);
    expect(patchUser([{ op: 'add', path: 'roles', value: [{ value: 'x' }] }])['roles']).toEqual([{ value: 'x' }]);
  });

  it('give way to a new primary one', () => {
    const value = { value: 'x', primary: true };
    expect(emailsAfter([{ op: 'add', path: 'emails', value }])).toEqual([{ ...work, primary: false }, home, value]);
    expect(emailsAfter([{ op: 'replace', path: 'emails[type eq "home"].primary', value: true }])).toEqual([
      { ...work, primary: false },
      { ...home, primary: true },
    ]);
    expect(emailsAfter([{ op: 'add', path: 'emails[type eq "home"]', value: { primary: true } }])).toEqual([
      { ...work, primary: false },
      { ...home, primary: true },
    ]);
    expect(emailsAfter([{ op: 'replace', path: 'emails[type eq "work"].value', value: 'x' }])).toEqual([
      { ...work, value: 'x' },
      home,
    ]);
  });

  it('are not several primary ones', () => {
    expect(() => patchUser([{ op: 'replace', path: 'emails.primary', value: true }])).toThrow(
      refused('invalidValue', 'emails has 2 primary values'),
    );
  });

  it('are removed by value, by value and type, or by everything', () => {
    const remove = (value: JsonValue) => emailsAfter([{ op: 'remove', path: 'emails', value }]);
    expect(remove([{ value: 'ADA@example.com' }])).toEqual([home]);
    expect(remove([{ value: 'ada@example.com', type: 'home' }])).toEqual([work, home]);
    expect(remove([{ value: 'ada@example.com', type: 'work' }])).toEqual([home]);
    expect(
      patchUser([{ op: 'remove', path: 'addresses', value: [{ country: 'GB', type: 'work' }] }]),
    ).not.toHaveProperty('addresses');
    expect(patchUser([{ op: 'remove', path: 'emails' }])).not.toHaveProperty('emails');
  });

  it('are chosen by a filter', () => {
    expect(emailsAfter([{ op: 'remove', path: 'emails[type eq "work"]' }])).toEqual([home]);
    expect(emailsAfter([{ op: 'replace', path: 'emails[type eq "home"]', value: { value: 'x' } }])).toEqual([
      work,
      { value: 'x' },
    ]);
    expect(emailsAfter([{ op: 'remove', path: 'emails[type eq "work"].primary' }])).toEqual([
      { value: 'ada@example.com', type: 'work' },
      home,
    ]);
    expect(emailsAfter([{ op: 'remove', path: 'emails.value' }])).toBeUndefined();
    const shown = { ...ada, emails: [work, { ...home, display: 'Home' }] };
    expect(emailsAfter([{ op: 'replace', path: 'emails[type eq "home"].value', value: '' }], tolerant, shown)).toEqual([
      work,
    ]);
  });

  it('that become the same are one', () => {
    const operations = [
      { op: 'replace', path: 'emails[type eq "home"].type', value: 'work' },
      { op: 'replace', path: 'emails[primary ne true].value', value: 'ada@example.com' },
    ];
    expect(emailsAfter(operations)).toEqual([work]);
  });

  it('that lose all they say are gone, though others may follow', () => {
    const remove = { op: 'remove', path: 'addresses[type eq "work"].country' };
    expect(patchUser([remove])).not.toHaveProperty('addresses');
    const operations = [remove, { op: 'add', path: 'addresses[type eq "work"].region', value: 'London' }];
    expect(patchUser(operations)['addresses']).toEqual([{ type: 'work', region: 'London' }]);
    const two = { ...ada, addresses: [{ type: 'work', country: 'GB' }, { country: 'FR' }] };
    expect(patchUser([remove], tolerant, two)['addresses']).toEqual([{ country: 'FR' }]);
  });

  it('that are none are replaced by their part', () => {
    const path = 'phoneNumbers.value';
    expect(patchUser([{ op: 'replace', path, value: '1' }], strict)['phoneNumbers']).toEqual([{ value: '1' }]);
  });
});

describe('a filter that chooses nothing', () => {
  const path = 'phoneNumbers[type eq "mobile" and primary eq "True"].value';

  it('entra.valuepath-upsert: makes the value it describes', () => {
    const tolerance = watchful();
    expect(patchUser([{ op: 'Replace', path, value: '1' }], tolerance)['phoneNumbers']).toEqual([
      { type: 'mobile', primary: true, value: '1' },
    ]);
    expect(tolerance.quirks).toContain('entra.valuepath-upsert');
    const whole = { op: 'add', path: 'phoneNumbers[type eq "fax"]', value: { value: '2' } };
    expect(patchUser([whole], tolerant)['phoneNumbers']).toEqual([{ type: 'fax', value: '2' }]);
    expect(patchUser([{ op: 'add', path, value: '' }], tolerant)).toBe(ada);
  });

  it('is an error for a strict client, but for members', () => {
    const strictly = (operation: JsonValue) => () => patchUser([operation], strict);
    expect(strictly({ op: 'replace', path: 'roles[type eq "x"].value', value: '1' })).toThrow(refused('noTarget'));
    expect(strictly({ op: 'add', path: 'roles[type eq "x"]', value: { value: '1' } })).toThrow(refused('noTarget'));
    expect(strictly({ op: 'remove', path: 'roles[type eq "x"]' })).toThrow(refused('noTarget'));
    const group = groupOf('a');
    expect(patchGroup([{ op: 'remove', path: 'members[value eq "b"]' }], group, strict)).toBe(group);
    expect(patchGroup([{ op: 'remove', path: 'members[display eq "b"]' }], group, strict)).toBe(group);
  });

  it.each(['type ne "x"', 'type eq "a" or type eq "b"', 'not (type eq "a")', 'type sw "a" and display eq "b"'])(
    'makes nothing of [%s]',
    (filter) => {
      const before = { ...ada, roles: [] };
      const operation = { op: 'replace', path: `roles[${filter}].value`, value: '1' };
      const isDescribed = filter === 'type ne "x"' || filter === 'not (type eq "a")';
      if (isDescribed) expect(patchUser([operation], tolerant, before)['roles']).toEqual([{ value: '1' }]);
      else expect(() => patchUser([operation], tolerant, before)).toThrow(refused('noTarget', 'does not say'));
    },
  );

  it('makes nothing that does not fit', () => {
    expect(() => patchUser([{ op: 'add', path: 'roles[type eq 5].value', value: '1' }])).toThrow(
      refused('invalidValue', 'roles.type must be a string'),
    );
  });
});

describe('members', () => {
  it('come and go, in the order of the operations', () => {
    const operations = [
      { op: 'add', path: 'members', value: [{ value: 'c' }, { value: 'd' }, { value: 'c' }] },
      { op: 'remove', path: 'members[value eq "a" or value eq "d"]' },
      { op: 'remove', path: 'members', value: [{ value: 'b' }] },
      { op: 'add', path: 'members', value: [{ value: 'c' }] },
      { op: 'add', path: 'members', value: [{ value: 'b' }] },
    ];
    expect(memberIds(patchGroup(operations, groupOf('a', 'b')))).toEqual(['b', 'c']);
  });

  it('stay as they are described when they are added again', () => {
    const group = groupOf('a', 'b');
    const again = [{ value: 'b', display: 'Bob' }, { value: 'a' }];
    expect(patchGroup([{ op: 'add', path: 'members', value: again }], group)).toBe(group);
    expect(patchGroup([{ op: 'replace', path: 'members', value: again }], group)).toBe(group);
    const twice = [{ value: 'c', display: 'Cy' }, { value: 'c' }].map((value) => ({
      op: 'add',
      path: 'members',
      value,
    }));
    expect(patchGroup(twice, groupOf())['members']).toEqual([{ value: 'c', display: 'Cy' }]);
  });

  it('are replaced as a whole', () => {
    const replace = (...ids: string[]) => ({ op: 'replace', path: 'members', value: ids.map((value) => ({ value })) });
    expect(memberIds(patchGroup([replace('b', 'c')], groupOf('a', 'b')))).toEqual(['b', 'c']);
    expect(patchGroup([replace()], groupOf('a', 'b'))).not.toHaveProperty('members');
    expect(patchGroup([{ op: 'remove', path: 'members' }], groupOf('a'))).not.toHaveProperty('members');
    expect(memberIds(patchGroup([replace(), replace('x')], groupOf('a')))).toEqual(['x']);
    expect(memberIds(patchGroup([replace('x')], groupOf()))).toEqual(['x']);
    const group = groupOf();
    expect(patchGroup([{ op: 'remove', path: 'members', value: [] }], group)).toBe(group);
  });

  it('may be chosen by more than their value', () => {
    const group: Resource = {
      ...groupOf(),
      members: [{ value: 'a', type: 'User' }, { value: 'b', type: 'Group' }, { value: 'c' }],
    };
    const after = (...paths: string[]) =>
      memberIds(
        patchGroup(
          paths.map((path) => ({ op: 'remove', path })),
          group,
        ),
      );
    expect(after('members[type eq "Group"]')).toEqual(['a', 'c']);
    expect(after('members[value eq "a"]', 'members[not (type pr)]', 'members[value eq "b"]')).toEqual([]);
    expect(after('members[value eq "a" or type eq "Group"]')).toEqual(['c']);
    expect(after('members[value ne "a"]')).toEqual(['a']);
    expect(after('members[value eq 5]')).toEqual(['a', 'b', 'c']);
  });

  it('do not turn into others', () => {
    const replace = (value: JsonValue) => () =>
      patchGroup([{ op: 'replace', path: 'members[value eq "a"]', value }], groupOf('a'));
    expect(replace({ value: 'b' })).toThrow(refused('mutability', 'members.value cannot be changed'));
    expect(replace({ value: 'a', type: 'Group' })).toThrow(refused('mutability', 'members.type cannot be changed'));
    expect(replace({ value: 'a', display: 'Ada' })()['members']).toEqual([
      { value: 'a', type: 'User', display: 'Ada' },
    ]);
    const added = { op: 'add', path: 'members[value eq "b"]', value: { value: 'b' } };
    expect(memberIds(patchGroup([added], groupOf('a')))).toEqual(['a', 'b']);
  });

  it('are not looked through without end', () => {
    const operations = Array.from({ length: 101 }, (_, index) => ({
      op: 'remove',
      path: `members[display eq "${index}"]`,
    }));
    expect(() => patchGroup(operations, groupOf('a'))).toThrow(refused('tooMany', 'something else than value'));
    const group = groupOf('a');
    expect(patchGroup(operations.slice(1), group)).toBe(group);
  });
});

describe('a whole PATCH', () => {
  it('mutates nothing, and fails as a whole', () => {
    const before = structuredClone(ada);
    const operations = [
      { op: 'replace', path: 'displayName', value: 'x' },
      { op: 'remove', path: 'roles[type eq "x"]' },
    ];
    expect(() => patchUser(operations, strict)).toThrow(refused('noTarget'));
    expect(patchUser(operations, tolerant)).toEqual({ ...ada, displayName: 'x' });
    expect(ada).toEqual(before);
  });

  it('cannot grow a list without end', () => {
    const value = Array.from({ length: 600 }, (_, index) => ({ value: `a${index}` }));
    const more = value.map((email) => ({ value: `b${email.value}` }));
    expect(() =>
      patchUser([
        { op: 'add', path: 'emails', value },
        { op: 'add', path: 'emails', value: more },
      ]),
    ).toThrow(refused('invalidValue', 'at most 1000'));
  });

  it('leaves nothing that is required without a value', () => {
    const nameless = { ...ada };
    Reflect.deleteProperty(nameless, 'userName');
    expect(() => patchUser([{ op: 'add', path: 'title', value: 'x' }], tolerant, nameless)).toThrow(
      refused('invalidValue', 'userName is required'),
    );
  });

  it('takes operations made by hand', () => {
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
    ).toThrow(refused('invalidValue', 'needs an object'));
  });

  it('changes lists of plain values', () => {
    const tags: AttributeDefinition = { ...plainAttribute, name: 'tags', multiValued: true };
    const type: ResourceType = { ...userResourceType, schema: { ...userSchema, attributes: [tags] }, extensions: [] };
    const after = (before: Resource, ...operations: JsonValue[]) =>
      applyPatch(before, parsePatch(patchBody(...operations), type, tolerant), type, tolerant)['tags'];
    const tagged = { schemas: [schemaUrn.user], tags: ['a', 'b'] };
    expect(after(tagged, { op: 'add', path: 'tags', value: ['b', 'c'] })).toEqual(['a', 'b', 'c']);
    expect(after(tagged, { op: 'remove', path: 'tags', value: 'a' })).toEqual(['b']);
    expect(after(tagged, { op: 'replace', path: 'tags', value: 'z' })).toEqual(['z']);
  });

  it('asks for an object where a hand-made operation has none', () => {
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
