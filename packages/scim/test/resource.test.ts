import { describe, expect, it } from 'vitest';
import {
  type AttributeDefinition,
  type AttributePath,
  groupResourceType,
  type JsonValue,
  parseResource,
  type ResourceType,
  schemaUrn,
  userResourceType,
} from '../src/index.ts';
import { plainAttribute, strict, tolerant, watchful } from './support/examples.ts';

const enterprise = schemaUrn.enterpriseUser;
const minimal = { schemas: [schemaUrn.user], userName: 'ada' };

function parseUser(body: unknown, tolerance = tolerant) {
  return parseResource(body, userResourceType, tolerance);
}

function parseGroup(members: JsonValue, tolerance = tolerant) {
  return parseResource({ schemas: [schemaUrn.group], displayName: 'G', members }, groupResourceType, tolerance);
}

const refused = (scimType: string, detail = '') =>
  expect.objectContaining({ status: 400, scimType, detail: expect.stringContaining(detail) });

describe('parseResource', () => {
  it('returns canonical names for names in any case', () => {
    expect(
      parseUser({
        SCHEMAS: [schemaUrn.user.toUpperCase()],
        USERNAME: 'ada',
        Name: { GIVENNAME: 'Ada' },
        [enterprise.toLowerCase()]: { Department: 'Engines' },
      }),
    ).toEqual({
      schemas: [schemaUrn.user, enterprise],
      userName: 'ada',
      name: { givenName: 'Ada' },
      [enterprise]: { department: 'Engines' },
    });
  });

  it('drops unknown, read-only, secret and unassigned attributes', () => {
    const tolerance = watchful();
    const body = {
      ...minimal,
      id: 'mine',
      meta: { resourceType: 'User' },
      groups: [{ value: 'g' }],
      password: 'hunter2',
      favouriteColour: 'red',
      title: null,
      nickName: '',
      roles: [],
      name: { givenName: null, familyName: '' },
      emails: [{ type: 'work', value: '', primary: true }, null],
      [enterprise]: { department: null, manager: { value: 'm', displayName: 'Charles' }, shoeSize: 44 },
      'urn:acme:2.0:User': { badge: 7 },
      'urn:acme:2.0:User:badge': 7,
      [`${schemaUrn.user}:name.givenName`]: 'Ada',
    };
    expect(parseUser(body, tolerance)).toEqual({
      schemas: [schemaUrn.user, enterprise],
      userName: 'ada',
      [enterprise]: { manager: { value: 'm' } },
    });
    expect(new Set(tolerance.quirks)).toEqual(
      new Set(['any.unknown-attribute', 'entra.empty-clears', 'okta.password-placeholder']),
    );
    expect(parseUser({ ...minimal, [enterprise]: null, emails: null })).toEqual(minimal);
  });

  it.each([
    { favouriteColour: 'red' },
    { 'urn:acme:2.0:User': { badge: 7 } },
    { 'urn:acme:2.0:User:badge': 7 },
    { [enterprise]: { shoeSize: 44 } },
    { name: { shoeSize: 44 } },
  ])('any.unknown-attribute: drops %j for tolerant clients only', (part) => {
    const tolerance = watchful();
    expect(parseUser({ ...minimal, ...part }, tolerance)).toEqual(minimal);
    expect(tolerance.quirks).toEqual(['any.unknown-attribute']);
    expect(() => parseUser({ ...minimal, ...part }, strict)).toThrow(refused('invalidSyntax', 'leave it out'));
  });

  it('any.unknown-attribute: drops an invalid value of an attribute that the service does not store', () => {
    const tolerance = { ...watchful(), keeps: ({ attribute }: AttributePath) => attribute.name !== 'title' };
    expect(parseUser({ ...minimal, title: { a: 1 } }, tolerance)).toEqual(minimal);
    expect(tolerance.quirks).toEqual(['any.unknown-attribute']);
    expect(() => parseUser({ ...minimal, nickName: { a: 1 } }, tolerance)).toThrow(refused('invalidValue'));
  });

  it('any.number-as-text, entra.value-list: reads texts in other types from tolerant clients only', () => {
    const tolerance = watchful();
    const sent = { ...minimal, externalId: 4711, displayName: [{ value: 'Ada' }] };
    expect(parseUser(sent, tolerance)).toEqual({ ...minimal, externalId: '4711', displayName: 'Ada' });
    expect(tolerance.quirks).toEqual(['any.number-as-text', 'entra.value-list']);
    expect(() => parseUser(sent, strict)).toThrow(refused('invalidValue', 'must be a string'));
  });

  it('accepts attributes with their URN as names', () => {
    const tolerance = watchful();
    const body = { ...minimal, [`${enterprise}:department`]: 'Engines' };
    expect(parseUser(body, tolerance)).toEqual({
      schemas: [schemaUrn.user, enterprise],
      userName: 'ada',
      [enterprise]: { department: 'Engines' },
    });
    expect(tolerance.quirks).toEqual(['entra.dotted-keys']);
    expect(parseUser(body, strict)).toEqual(minimal);
  });

  it.each([null, 'ada', 7, [minimal]])('throws invalidSyntax for the body %j', (body) => {
    expect(() => parseUser(body)).toThrow(refused('invalidSyntax', 'JSON object'));
  });

  it('throws invalidSyntax when an attribute occurs twice', () => {
    expect(() => parseUser({ ...minimal, USERNAME: 'eve' })).toThrow(refused('invalidSyntax', 'userName occurs twice'));
    expect(() => parseUser({ ...minimal, [enterprise]: { department: 'a', DEPARTMENT: 'b' } })).toThrow(
      refused('invalidSyntax', 'department'),
    );
  });

  it('throws invalidValue when a required attribute is missing', () => {
    expect(() => parseUser({ schemas: [schemaUrn.user] })).toThrow(refused('invalidValue', 'userName'));
    expect(() => parseUser({ ...minimal, userName: '' })).toThrow(refused('invalidValue', 'userName'));
    expect(() => parseResource({ schemas: [schemaUrn.group] }, groupResourceType, tolerant)).toThrow(
      refused('invalidValue', 'displayName'),
    );
  });

  it.each([
    [{ active: 'yes' }, 'active must be true or false'],
    [{ active: 1 }, 'active must be true or false'],
    [{ userName: true }, 'userName must be a string'],
    [{ name: 'Ada' }, 'name must be an object'],
    [{ name: { givenName: ['Ada'] } }, 'name.givenName must be a string'],
    [{ addresses: ['London'] }, 'addresses must be an object'],
    [{ emails: [7] }, 'emails must be an object'],
    [{ emails: [{ value: 'a', primary: 'maybe' }] }, 'emails.primary must be true or false'],
    [{ [enterprise]: 'x' }, `${enterprise} must be an object`],
    [{ [enterprise]: { manager: 7 } }, `${enterprise}:manager must be an object`],
    [{ [enterprise]: { manager: [{ value: 'a' }, { value: 'b' }] } }, `${enterprise}:manager must be an object`],
    [
      {
        emails: [
          { value: 'a', primary: true },
          { value: 'b', primary: true },
        ],
      },
      'emails has 2 primary values',
    ],
    [{ emails: Array.from({ length: 1001 }, (_, index) => ({ value: `${index}` })) }, 'at most 1000'],
  ])('throws invalidValue for %j', (part, detail) => {
    expect(() => parseUser({ ...minimal, ...part })).toThrow(refused('invalidValue', detail));
  });

  it('keeps one of several equal values', () => {
    const emails = [
      { value: 'Ada@example.com', type: 'work' },
      { value: 'ada@EXAMPLE.com', type: 'Work', primary: true },
      { value: 'ada@example.com', type: 'home' },
      { value: 'ada@example.com' },
    ];
    expect(parseUser({ ...minimal, emails })['emails']).toEqual([emails[0], emails[2], emails[3]]);
    const addresses = [{ type: 'work', country: 'GB' }, { country: 'GB', type: 'work' }, { country: 'GB' }];
    expect(parseUser({ ...minimal, addresses })['addresses']).toEqual([addresses[0], addresses[2]]);
  });
});

describe('parseResource of schemas', () => {
  it("requires the type's URN from a strict client", () => {
    expect(() => parseUser({ userName: 'ada' }, strict)).toThrow(refused('invalidSyntax', schemaUrn.user));
    expect(() => parseUser({ schemas: [enterprise], userName: 'ada' }, strict)).toThrow(refused('invalidSyntax'));
    const tolerance = watchful();
    expect(parseUser({ schemas: [7], userName: 'ada' }, tolerance)).toEqual(minimal);
    expect(tolerance.quirks).toEqual(['entra.ms-group-schema', 'any.missing-schemas']);
  });

  it('ignores unknown URNs', () => {
    const tolerance = watchful();
    expect(parseUser({ ...minimal, schemas: [schemaUrn.user, 'urn:x'] }, tolerance)).toEqual(minimal);
    expect(tolerance.quirks).toEqual(['entra.ms-group-schema']);
    expect(parseUser({ ...minimal, schemas: [schemaUrn.user, 'urn:x'] }, strict)).toEqual(minimal);
  });
});

describe('parseResource of values in dialects', () => {
  it.each([
    ['entra.string-boolean', { active: 'False' }, { active: false }],
    ['entra.string-boolean', { active: 'TRUE' }, { active: true }],
    ['entra.manager-shape', { [enterprise]: { manager: 'm1' } }, { [enterprise]: { manager: { value: 'm1' } } }],
    [
      'entra.manager-shape',
      { [enterprise]: { manager: [{ $ref: 'https://x', value: 'm1' }] } },
      { [enterprise]: { manager: { $ref: 'https://x', value: 'm1' } } },
    ],
    ['entra.manager-shape', { [enterprise]: { manager: ['m1'] } }, { [enterprise]: { manager: { value: 'm1' } } }],
    [
      'entra.role-json-string',
      { roles: ['{"id":"7","value":"Steward","displayName":"Steward"}'] },
      { roles: [{ value: 'Steward' }] },
    ],
    ['any.members-as-strings', { roles: ['{Steward}'] }, { roles: [{ value: '{Steward}' }] }],
    ['any.members-as-strings', { roles: 'Steward' }, { roles: [{ value: 'Steward' }] }],
  ] as const)('%s: accepts %j from tolerant clients only', (quirk, sent, kept) => {
    const tolerance = watchful();
    expect(parseUser({ ...minimal, ...sent }, tolerance)).toMatchObject(kept);
    // The JSON of a role has members that are no attributes of a role.
    expect(new Set(tolerance.quirks.filter((id) => id !== 'any.unknown-attribute'))).toEqual(new Set([quirk]));
    const careful = watchful('strict');
    expect(() => parseUser({ ...minimal, ...sent }, careful)).toThrow(refused('invalidValue'));
    expect(careful.quirks).toEqual([]);
  });

  it('reads a string with JSON that is not an object as an ordinary value', () => {
    expect(parseUser({ ...minimal, roles: ['[1]', '"x"'] })['roles']).toEqual([{ value: '[1]' }, { value: '"x"' }]);
    expect(parseUser({ ...minimal, roles: ['{"a":1'] })['roles']).toEqual([{ value: '{"a":1' }]);
  });

  it('reads an empty string as no value, also from strict clients', () => {
    const careful = watchful('strict');
    expect(parseUser({ ...minimal, title: '', active: '' }, careful)).toEqual(minimal);
    expect(careful.quirks).toEqual([]);
  });
});

describe('parseResource of members', () => {
  it('identifies members by value alone, and requires it', () => {
    expect(parseGroup([{ value: 'a', type: 'User', display: null }, { value: 'a' }, 'b'])['members']).toEqual([
      { value: 'a', type: 'User' },
      { value: 'b' },
    ]);
    expect(() => parseGroup([{ display: 'Ada' }])).toThrow(refused('invalidValue', 'members must have a value'));
    expect(() => parseGroup([null])).toThrow(refused('invalidValue', 'members must have a value'));
    expect(() => parseGroup([{ value: '' }])).toThrow(refused('invalidValue', 'members must have a value'));
  });

  it('accepts more members than values of any other attribute', () => {
    const ids = Array.from({ length: 5000 }, (_, index) => ({ value: `u${index}` }));
    expect(parseGroup(ids)['members']).toHaveLength(5000);
  });

  it('reads an empty list or null as no members, and rejects an empty string', () => {
    expect(parseGroup([])).not.toHaveProperty('members');
    expect(parseGroup(null)).not.toHaveProperty('members');
    expect(() => parseGroup('')).toThrow(refused('invalidValue', 'members must be a list'));
  });
});

describe('parseResource of types that users and groups do not use', () => {
  const of = (name: string, more: Partial<AttributeDefinition>): AttributeDefinition => ({
    ...plainAttribute,
    name,
    ...more,
  });
  const attributes = [
    of('count', { type: 'integer' }),
    of('ratio', { type: 'decimal' }),
    of('born', { type: 'dateTime' }),
    of('key', { type: 'binary' }),
    of('tags', { multiValued: true }),
    of('parts', { type: 'complex', subAttributes: [of('names', { multiValued: true })] }),
  ];
  const type: ResourceType = {
    ...userResourceType,
    schema: { ...userResourceType.schema, attributes },
    extensions: [],
  };
  const parse = (body: object) => parseResource({ schemas: [schemaUrn.user], ...body }, type, tolerant);

  it('checks decimals, integers, dates and binaries', () => {
    const good = {
      count: 7,
      ratio: 0.5,
      born: '2024-01-01T00:00:00Z',
      key: 'AQ==',
      tags: ['a', 'b'],
      parts: { names: ['x'] },
    };
    expect(parse({ ...good, tags: ['a', 'b', 'a', ''] })).toEqual({ schemas: [schemaUrn.user], ...good });
  });

  it.each([
    [{ count: 0.5 }, 'count must be an integer'],
    [{ ratio: '1' }, 'ratio must be a number'],
    [{ born: '2024-01-01' }, 'born must be a date'],
    [{ born: 7 }, 'born must be a date'],
    [{ key: 7 }, 'key must be a string'],
    [{ tags: [{ value: 'a' }] }, 'tags must be a string'],
  ])('rejects %j', (body, detail) => {
    expect(() => parse(body)).toThrow(refused('invalidValue', detail));
  });
});
