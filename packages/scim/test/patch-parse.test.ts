import { describe, expect, it } from 'vitest';
import {
  type AttributePath,
  groupResourceType,
  type JsonValue,
  messageUrn,
  parsePatch,
  ScimError,
  schemaUrn,
  userResourceType,
} from '../src/index.ts';
import { patchBody, strict, tolerant, watchful } from './support/examples.ts';

const enterprise = schemaUrn.enterpriseUser;

function parseUser(operation: JsonValue, tolerance = tolerant) {
  return parsePatch(patchBody(operation), userResourceType, tolerance).map(plain);
}

function parseGroup(operation: JsonValue, tolerance = tolerant) {
  return parsePatch(patchBody(operation), groupResourceType, tolerance).map(plain);
}

/** An operation with its target as text. */
function plain({ target, ...operation }: ReturnType<typeof parsePatch>[number]) {
  return { ...operation, target: target.filter === undefined ? target.path.text : target.text };
}

const refused = (scimType: string, detail = '') =>
  expect.objectContaining({ status: 400, scimType, detail: expect.stringContaining(detail) });

describe('parsePatch of a body', () => {
  it.each([
    [null, 'must be a JSON object'],
    [[], 'must be a JSON object'],
    [{ schemas: [7, schemaUrn.user], Operations: [] }, 'at least one'],
    [{ schemas: [messageUrn.patchOp] }, 'Operations must be a list'],
    [patchBody(), 'at least one'],
    [patchBody('x'), 'Operations[0] must be an object'],
    [patchBody({ op: 'remove', path: 'title' }, { op: 'move', path: 'x' }), 'Operations[1].op'],
    [patchBody({ path: 'title' }), 'Operations[0].op'],
    [patchBody({ op: 'remove', path: 7 }), 'path must be a string'],
  ])('%j is refused', (body, detail) => {
    for (const tolerance of [tolerant, strict])
      expect(() => parsePatch(body, userResourceType, tolerance)).toThrow(refused('invalidSyntax', detail));
  });

  it('reads member names in any case', () => {
    const body = {
      Schemas: [messageUrn.patchOp.toUpperCase()],
      OPERATIONS: [{ Op: 'add', PATH: 'Title', vALUE: 'x' }],
    };
    expect(parsePatch(body, userResourceType, strict).map(plain)).toEqual([{ op: 'add', target: 'title', value: 'x' }]);
  });

  it('entra.op-case: reads op in any case and reports the quirk', () => {
    for (const tolerance of [watchful(), watchful('strict')]) {
      expect(parseUser({ op: 'Replace', path: 'title', value: 'x' }, tolerance)).toHaveLength(1);
      expect(tolerance.quirks).toEqual(['entra.op-case']);
    }
  });
});

describe('parsePatch of an operation', () => {
  it("coerces the value to the attribute's type", () => {
    expect(parseUser({ op: 'replace', path: 'active', value: 'False' })).toEqual([
      { op: 'replace', target: 'active', value: false },
    ]);
    expect(parseUser({ op: 'add', path: 'emails', value: { value: 'x', shoeSize: 44 } })).toEqual([
      { op: 'add', target: 'emails', value: [{ value: 'x' }] },
    ]);
    expect(parseUser({ op: 'add', path: 'emails[type eq "work"]', value: { primary: 'True' } })).toEqual([
      { op: 'add', target: 'emails[type eq "work"]', value: { primary: true } },
    ]);
  });

  it('splits a complex value into one operation for each sub-attribute, value first', () => {
    const value = { displayName: 'x', $ref: 'https://x', VALUE: 'm2', shoeSize: 44 };
    expect(parseUser({ op: 'replace', path: `${enterprise}:manager`, value })).toEqual([
      { op: 'replace', target: `${enterprise}:manager.value`, value: 'm2' },
      { op: 'replace', target: `${enterprise}:manager.$ref`, value: 'https://x' },
    ]);
    expect(parseUser({ op: 'add', path: 'name', value: { givenName: null, familyName: 'L' } })).toEqual([
      { op: 'remove', target: 'name.givenName' },
      { op: 'add', target: 'name.familyName', value: 'L' },
    ]);
    expect(() =>
      parseUser({ op: 'replace', path: `${enterprise}:manager`, value: { displayName: 'x' } }, strict),
    ).toThrow(refused('mutability', 'manager.displayName'));
  });

  it.each([
    [{ op: 'replace', path: 'title', value: null }, 'title'],
    [{ op: 'add', path: 'title', value: '' }, 'title'],
    [{ op: 'replace', path: `${enterprise}:manager`, value: '' }, `${enterprise}:manager`],
    [{ op: 'replace', path: 'emails[type eq "work"].value', value: '' }, 'emails[type eq "work"].value'],
    [{ op: 'replace', path: 'emails[type eq "work"]', value: null }, 'emails[type eq "work"]'],
    [{ op: 'remove', path: 'title', value: 'Analyst' }, 'title'],
    [{ op: 'remove', path: 'emails[type eq "work"]', value: [] }, 'emails[type eq "work"]'],
  ])('reads %j as a remove', (operation, target) => {
    expect(parseUser(operation)).toEqual([{ op: 'remove', target }]);
  });

  it('keeps the value of a multi-valued attribute a list, also when it is empty', () => {
    expect(parseUser({ op: 'replace', path: 'emails', value: [] })).toEqual([
      { op: 'replace', target: 'emails', value: [] },
    ]);
    expect(parseUser({ op: 'add', path: 'emails', value: null })).toEqual([{ op: 'add', target: 'emails', value: [] }]);
  });

  it('ignores a value with only unknown sub-attributes', () => {
    expect(parseUser({ op: 'replace', path: 'emails[type eq "work"]', value: { shoeSize: 44 } })).toEqual([]);
    expect(parseUser({ op: 'replace', path: 'emails[type eq "work"]', value: {} })).toEqual([]);
  });

  it('checks and drops a password', () => {
    const tolerance = watchful();
    expect(parseUser({ op: 'replace', path: 'password', value: 'hunter2' }, tolerance)).toEqual([]);
    expect(tolerance.quirks).toEqual(['okta.password-placeholder']);
    expect(() => parseUser({ op: 'replace', path: 'password', value: true })).toThrow(
      refused('invalidValue', 'password'),
    );
  });

  it.each([
    [{ op: 'add', path: 'nickName' }, 'invalidValue', 'requires a value'],
    [{ op: 'add', path: 'nickName', value: { a: 1 } }, 'invalidValue', 'nickName must be a string'],
    [{ op: 'replace', path: 'name', value: 'Ada' }, 'invalidValue', 'name must be an object'],
    [{ op: 'replace', path: 'emails[type eq "work"]', value: [{ value: 'x' }] }, 'invalidValue', 'must be an object'],
    [{ op: 'replace', path: 'userName', value: '' }, 'invalidValue', 'userName is required'],
    [{ op: 'remove', path: 'userName' }, 'mutability', 'userName is required'],
    [{ op: 'remove', path: 'id' }, 'mutability', 'id is read-only'],
    [{ op: 'replace', path: 'schemas', value: ['urn:x'] }, 'mutability', 'schemas is read-only'],
    [{ op: 'add', path: 'groups', value: [{ value: 'g' }] }, 'mutability', 'groups is read-only'],
    [{ op: 'replace', path: 'meta.lastModified', value: 'x' }, 'mutability', 'read-only'],
    [{ op: 'replace', path: `${enterprise}:manager.displayName`, value: 'x' }, 'mutability', 'read-only'],
    [{ op: 'remove' }, 'noTarget', 'path is required'],
    [{ op: 'remove', path: null, value: { title: 'x' } }, 'noTarget', 'path is required'],
    [{ op: 'add', value: 'x' }, 'invalidValue', 'object of attributes'],
    [{ op: 'replace', path: '' }, 'invalidValue', 'object of attributes'],
  ])('%j is refused', (operation, scimType, detail) => {
    for (const tolerance of [tolerant, strict])
      expect(() => parseUser(operation, tolerance)).toThrow(refused(scimType, detail));
  });
});

describe('parsePatch of an operation without a path', () => {
  it('returns one operation for each attribute', () => {
    const value = {
      NICKNAME: 'Babs',
      name: { givenName: 'Ada' },
      emails: [{ value: 'x' }],
      favouriteColour: 'red',
      schemas: [enterprise],
      [enterprise]: { department: 'Engines', shoeSize: 44 },
      [schemaUrn.user]: { title: 'x' },
      [`${enterprise}:costCenter`]: '7',
      'urn:acme:badge': 7,
    };
    const tolerance = watchful();
    expect(parseUser({ op: 'replace', value }, tolerance)).toEqual([
      { op: 'replace', target: 'nickName', value: 'Babs' },
      { op: 'replace', target: 'name.givenName', value: 'Ada' },
      { op: 'replace', target: 'emails', value: [{ value: 'x' }] },
      { op: 'replace', target: `${enterprise}:department`, value: 'Engines' },
      { op: 'replace', target: 'title', value: 'x' },
      { op: 'replace', target: `${enterprise}:costCenter`, value: '7' },
    ]);
    expect(tolerance.quirks).toEqual(Array.from({ length: 3 }, () => 'any.unknown-attribute'));
  });

  it.each([
    { favouriteColour: 'red' },
    { 'urn:acme:badge': 7 },
    { [enterprise]: { shoeSize: 44 } },
    { name: { shoeSize: 44 } },
    { emails: [{ value: 'x', shoeSize: 44 }] },
  ])('any.unknown-attribute: drops it from %j for tolerant clients only', (value) => {
    const tolerance = watchful();
    parseUser({ op: 'replace', value }, tolerance);
    expect(tolerance.quirks).toEqual(['any.unknown-attribute']);
    expect(() => parseUser({ op: 'replace', value }, strict)).toThrow(refused('invalidSyntax', 'leave it out'));
  });

  it('entra.dotted-keys: accepts paths as attribute names', () => {
    const tolerance = watchful();
    const value = { 'name.givenName': 'Ada', 'emails[type eq "work"].value': 'x', 'name.shoeSize': 44 };
    expect(parseUser({ op: 'replace', value }, tolerance)).toEqual([
      { op: 'replace', target: 'name.givenName', value: 'Ada' },
      { op: 'replace', target: 'emails[type eq "work"].value', value: 'x' },
    ]);
    expect(tolerance.quirks).toEqual(['entra.dotted-keys', 'entra.dotted-keys', 'any.unknown-attribute']);
    for (const name of Object.keys(value).slice(0, 2))
      expect(() => parseUser({ op: 'replace', value: { [name]: 'x' } }, strict)).toThrow(refused('invalidPath'));
  });

  it('okta.patch-echoes-id: ignores read-only attributes', () => {
    const tolerance = watchful();
    expect(parseGroup({ op: 'replace', value: { id: 'g1', displayName: 'G' } }, tolerance)).toEqual([
      { op: 'replace', target: 'displayName', value: 'G' },
    ]);
    expect(tolerance.quirks).toEqual(['okta.patch-echoes-id']);
    expect(() => parseGroup({ op: 'replace', value: { id: 'g1' } }, strict)).toThrow(refused('mutability', 'id'));
    expect(parseUser({ op: 'replace', path: `${enterprise}:manager`, value: { displayName: 'x' } }, tolerance)).toEqual(
      [],
    );
  });

  it('throws mutability when it would change the value of a member', () => {
    expect(() => parseGroup({ op: 'replace', value: { 'members[value eq "a"].value': 'b' } })).toThrow(
      refused('mutability', 'members.value'),
    );
  });
});

describe('parsePatch of the URN of a schema', () => {
  it('applies to all attributes of the schema', () => {
    expect(parseUser({ op: 'add', path: enterprise.toUpperCase(), value: { Department: 'Engines' } })).toEqual([
      { op: 'add', target: `${enterprise}:department`, value: 'Engines' },
    ]);
    const cleared = parseUser({ op: 'remove', path: enterprise });
    expect(cleared.map(({ op, target }) => `${op} ${target.slice(enterprise.length + 1)}`)).toEqual([
      'remove employeeNumber',
      'remove costCenter',
      'remove organization',
      'remove division',
      'remove department',
      'remove manager',
    ]);
    expect(parseUser({ op: 'replace', value: { [enterprise]: null } })).toEqual(cleared);
    expect(parseUser({ op: 'replace', path: enterprise, value: '' })).toEqual(cleared);
  });

  it('requires an object, and does not remove required attributes', () => {
    expect(() => parseUser({ op: 'add', path: enterprise })).toThrow(
      refused('invalidValue', 'object of its attributes'),
    );
    expect(() => parseUser({ op: 'add', path: enterprise, value: 'x' })).toThrow(refused('invalidValue'));
    expect(() => parseUser({ op: 'remove', path: schemaUrn.user })).toThrow(refused('mutability', 'userName'));
  });
});

describe('parsePatch of members', () => {
  it('entra.remove-members-by-value: removes the members in the value, and none when the list is empty', () => {
    const tolerance = watchful();
    const remove = (value: JsonValue) => parseGroup({ op: 'remove', path: 'members', value }, tolerance);
    expect(remove([{ $ref: null, value: 'a' }, 'b'])).toEqual([
      { op: 'remove', target: 'members', values: [{ value: 'a' }, { value: 'b' }] },
    ]);
    expect(remove({ value: 'a' })).toEqual([{ op: 'remove', target: 'members', values: [{ value: 'a' }] }]);
    expect(remove([])).toEqual([{ op: 'remove', target: 'members', values: [] }]);
    expect(new Set(tolerance.quirks)).toEqual(new Set(['entra.remove-members-by-value', 'any.members-as-strings']));
    expect(parseGroup({ op: 'remove', path: 'members' })).toEqual([{ op: 'remove', target: 'members' }]);
  });

  it('rejects a remove whose value is not a list of members', () => {
    const remove = (value: JsonValue, tolerance = tolerant) =>
      parseGroup({ op: 'remove', path: 'members', value }, tolerance);
    expect(() => remove(null)).toThrow(refused('invalidValue', 'leave out the value'));
    expect(() => remove('')).toThrow(refused('invalidValue', 'leave out the value'));
    expect(() => remove([{ value: null }])).toThrow(refused('invalidValue', 'must have a value'));
    expect(() => remove([{ value: 'a' }], strict)).toThrow(
      refused('invalidValue', 'remove members must not have a value'),
    );
    expect(() => parseGroup({ op: 'replace', path: 'members', value: '' })).toThrow(refused('invalidValue'));
    expect(() => parseGroup({ op: 'replace', path: 'members', value: [{ display: 'x' }] })).toThrow(
      refused('invalidValue'),
    );
  });

  it('drops values without content from other lists', () => {
    expect(parseUser({ op: 'remove', path: 'emails', value: [{ value: 'x' }, { value: '' }] })).toEqual([
      { op: 'remove', target: 'emails', values: [{ value: 'x' }] },
    ]);
  });

  it.each(['replace', 'add', 'remove'])('rejects %s on the value of a member', (op) => {
    expect(() => parseGroup({ op, path: 'members[value eq "a"].value', value: 'b' })).toThrow(
      refused('mutability', 'members.value is immutable'),
    );
  });
});

describe('parsePatch of a path that names no attribute', () => {
  it.each([
    'favouriteColour',
    'role',
    'surname',
    'displayName.foo',
    'name.shoeSize',
    'emails[type eq "work"].size',
    'badges[type eq "door"].value',
    'urn:acme:2.0:User',
    'urn:acme:2.0:User:badge',
    `${schemaUrn.user}:role`,
    `${enterprise}:shoeSize`,
    `${enterprise}:manager.shoeSize`,
  ])('any.unknown-attribute: drops %s for tolerant clients only', (path) => {
    for (const op of ['add', 'replace', 'remove']) {
      const tolerance = watchful();
      expect(parseUser({ op, path, value: 7 }, tolerance)).toEqual([]);
      expect(tolerance.quirks).toEqual(['any.unknown-attribute']);
      expect(() => parseUser({ op, path, value: 7 }, strict)).toThrow(refused('invalidPath'));
    }
  });

  it.each(['/displayName', 'title x', 'emails[type eq "work"', 'emails[type eq "work"]value', 'urn:', '7', 'a..b'])(
    'refuses %s, which is no path',
    (path) => {
      expect(() => parseUser({ op: 'add', path, value: 'x' })).toThrow(refused('invalidPath'));
    },
  );

  it.each(['actve', 'active2', 'acitve', 'userNmae', 'username1'])('refuses %s, a misspelt attribute', (path) => {
    expect(() => parseUser({ op: 'replace', path, value: false })).toThrow(refused('invalidPath'));
  });

  it.each(['memebers', 'member', 'memebrs', 'dispalyName'])('refuses %s of a group', (path) => {
    expect(() => parseGroup({ op: 'add', path, value: [{ value: 'u' }] })).toThrow(refused('invalidPath'));
  });

  it('reports an unknown sub-attribute in a filter, which would select nothing', () => {
    const path = 'members[badge eq "7"]';
    expect(() => parseGroup({ op: 'remove', path })).toThrow(refused('invalidFilter'));
  });
});

describe('parsePatch of an invalid value', () => {
  const keepsNone = (names: readonly string[]) => ({
    ...watchful(),
    keeps: ({ attribute }: AttributePath) => !names.includes(attribute.name),
  });

  it.each([
    { op: 'replace', path: 'title', value: { a: 1 } },
    { op: 'replace', path: 'addresses', value: 'London' },
    { op: 'replace', path: 'addresses[planet eq "x"].country', value: 'GB' },
    { op: 'replace', path: `${enterprise}:manager.displayName`, value: 'x' },
    { op: 'replace', value: { title: true } },
    { op: 'replace', value: { phoneNumbers: [{ value: 'a', primary: 'yes' }] } },
  ])('any.unknown-attribute: drops %j if the service does not store the attribute', (operation) => {
    const tolerance = keepsNone(['title', 'addresses', 'manager', 'phoneNumbers']);
    expect(parseUser(operation, tolerance)).toEqual([]);
    expect(tolerance.quirks).toEqual(['any.unknown-attribute']);
    expect(() => parseUser(operation)).toThrow(ScimError);
    expect(() => parseUser(operation, { ...tolerance, profile: 'strict' })).toThrow(ScimError);
  });
});

describe('parsePatch of values in other types', () => {
  it('any.number-as-text: reads a number where the attribute is a string', () => {
    const tolerance = watchful();
    const operation = { op: 'replace', path: `${enterprise}:employeeNumber`, value: 701984 };
    expect(parseUser(operation, tolerance)).toEqual([
      { op: 'replace', target: `${enterprise}:employeeNumber`, value: '701984' },
    ]);
    expect(tolerance.quirks).toEqual(['any.number-as-text']);
    expect(() => parseUser(operation, strict)).toThrow(refused('invalidValue', 'must be a string'));
  });

  it.each([
    ['displayName', [{ $ref: null, value: 'Ada' }], 'Ada'],
    ['displayName', { value: 'Ada' }, 'Ada'],
    ['active', [{ value: false }], false],
  ])('entra.value-list: reads %s from %j', (path, value, read) => {
    const tolerance = watchful();
    expect(parseUser({ op: 'replace', path, value }, tolerance)).toEqual([
      { op: 'replace', target: path, value: read },
    ]);
    expect(tolerance.quirks).toEqual(['entra.value-list']);
    expect(() => parseUser({ op: 'replace', path, value }, strict)).toThrow(refused('invalidValue'));
  });

  it.each([undefined, [], [schemaUrn.user], ['urn:ietf:params:scim:schemas:core:2.0:PatchOp']])(
    'any.patch-schema: accepts the schemas %j from tolerant clients only',
    (schemas) => {
      const tolerance = watchful();
      const body = { schemas, Operations: [{ op: 'remove', path: 'title' }] };
      expect(parsePatch(body, userResourceType, tolerance)).toHaveLength(1);
      expect(tolerance.quirks).toEqual(['any.patch-schema']);
      expect(() => parsePatch(body, userResourceType, strict)).toThrow(refused('invalidSyntax', messageUrn.patchOp));
    },
  );
});
