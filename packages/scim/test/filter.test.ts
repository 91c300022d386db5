import { describe, expect, it } from 'vitest';
import {
  type AttributeDefinition,
  defaultFilterLimits,
  evaluateFilter,
  type FilterLimits,
  groupResourceType,
  mentionsAttribute,
  parseAttributePath,
  parseFilter,
  printFilter,
  type ResourceType,
  schemaUrn,
  userResourceType,
} from '../src/index.ts';
import { ada, matches, plainAttribute, strict, tolerant, watchful } from './support/examples.ts';

const enterprise = schemaUrn.enterpriseUser;

function parse(text: string, tolerance = tolerant, limits: FilterLimits = defaultFilterLimits) {
  return parseFilter(text, userResourceType, { tolerance, limits });
}

const refused = (detail = '') =>
  expect.objectContaining({ status: 400, scimType: 'invalidFilter', detail: expect.stringContaining(detail) });

describe('parseFilter', () => {
  it('resolves names against the schema', () => {
    expect(parse('EMAILS.VALUE Eq "x"')).toMatchObject({
      kind: 'compare',
      operator: 'eq',
      value: 'x',
      path: { text: 'emails.value', schema: schemaUrn.user, extension: false, subAttribute: { name: 'value' } },
    });
    expect(parse(`${enterprise}:manager.value pr`)).toMatchObject({
      path: { text: `${enterprise}:manager.value`, schema: enterprise, extension: true },
    });
    expect(parse(`${schemaUrn.user}:userName pr`)).toMatchObject({ path: { text: 'userName' } });
  });

  it('joins chains of and or or into one list of operands, with or without parentheses', () => {
    const chain = parse('(title pr and nickName pr) and (active eq true and locale pr)');
    expect(chain).toMatchObject({ kind: 'and', operands: { length: 4 } });
    expect(parse('title pr or (nickName pr or locale pr)')).toMatchObject({ kind: 'or', operands: { length: 3 } });
  });

  it('compares a complex attribute by its value', () => {
    expect(printFilter(parse('emails eq "x"', strict))).toBe('emails.value eq "x"');
    expect(printFilter(parseFilter('members eq "x"', groupResourceType, { tolerance: strict }))).toBe(
      'members.value eq "x"',
    );
  });

  it.each([
    ['entra.reference-check', `${enterprise}:manager eq "m1"`, `${enterprise}:manager.value eq "m1"`],
    ['entra.valuepath-compare', 'emails[type eq "work"].value eq "x"', 'emails[type eq "work" and value eq "x"]'],
    [
      'entra.valuepath-compare',
      'emails[type eq "work" and primary eq true].value co "x"',
      'emails[type eq "work" and primary eq true and value co "x"]',
    ],
    ['entra.unprefixed-extension', 'department eq "x"', `${enterprise}:department eq "x"`],
    ['entra.string-boolean', 'active eq "True"', 'active eq true'],
    ['entra.string-boolean', 'active ne "FALSE"', 'active ne false'],
    ['any.missing-space', 'userName eq"x"', 'userName eq "x"'],
  ] as const)('%s: accepts %s from tolerant clients only', (quirk, sent, meant) => {
    const tolerance = watchful();
    expect(printFilter(parse(sent, tolerance))).toBe(meant);
    expect(tolerance.quirks).toEqual([quirk]);
    const careful = watchful('strict');
    expect(() => parse(sent, careful)).toThrow(refused());
    expect(careful.quirks).toEqual([]);
  });

  it.each([
    ['', 'an attribute name is missing'],
    ['userName', 'an operator is missing'],
    ['userName eq', 'a value is missing'],
    ['userName eqq "x"', '"eqq" is not an operator'],
    ['userName eq x', 'put strings in double quotes'],
    ['userName eq 01', 'this is not a value'],
    ['userName eq 1e999', 'this is not a value'],
    ['userName eq "x', 'the closing quote of a string is missing'],
    ['userName eq "\\', 'the closing quote of a string is missing'],
    ['userName eq "\\x"', 'at position 13: this is not a JSON string'],
    ['userName eq "\u0001"', 'not a JSON string'],
    ['userName eq "x"and title pr', 'a space is missing before and'],
    ['userName eq "x" title pr', 'only and or or may follow a complete term'],
    ['userName eq "x" android', 'only and or or may follow a complete term'],
    ['userName\teq "x"', 'an operator is missing'],
    ['(userName pr', 'a closing parenthesis is missing'],
    ['emails[type pr', 'a closing bracket is missing'],
    ['emails[]', 'an attribute name is missing'],
    ['emails[type pr].', 'must not follow the brackets'],
    ['emails[type pr].size eq 1', 'must not follow the brackets'],
    ['emails[type pr and addresses[type pr]]', 'is not an attribute of emails'],
    ['emails[type[value pr]]', 'brackets within brackets'],
    ['emails.value[type pr]', 'no sub-attributes'],
    ['userName[type pr]', 'no sub-attributes'],
    ['not userName pr', 'not must be followed by a filter in parentheses'],
    ['shoeSize eq 44', 'shoeSize'],
    [`${'x'.repeat(100)} pr`, `"${'x'.repeat(80)}…"`],
    ['name eq "x"', 'name is complex'],
    ['userName gt null', 'compared with null; gt is not supported, use eq or ne'],
    ['userName gt true', 'compared with a boolean; gt is not supported, use eq or ne'],
    ['active gt true', 'active is a boolean; gt is not supported, use eq or ne'],
    ['active eq 7', 'compared with true or false'],
    ['active eq "yes"', 'compared with true or false'],
    ['x509Certificates.value gt "x"', 'binary'],
    ['meta.created gt "yesterday"', 'compared with a date'],
    ['meta.created eq 7', 'compared with a date'],
    ['password eq "x"', 'password is never returned; filtering by it is not supported'],
    ['password pr', 'password is never returned; filtering by it is not supported'],
  ])('throws invalidFilter for %s', (text, detail) => {
    expect(() => parse(text)).toThrow(refused(detail));
  });

  it('does not repeat the value in its error, because it may be personal', () => {
    expect(() => parse('userName eq ada@example.com')).toThrow(
      expect.objectContaining({ detail: expect.not.stringContaining('ada') }),
    );
  });

  it('throws invalidFilter when the filter exceeds a limit', () => {
    const limits = { maxLength: 50, maxDepth: 2, maxNodes: 3 };
    expect(() => parse(`userName eq "${'x'.repeat(50)}"`, tolerant, limits)).toThrow(
      refused('64 characters; at most 50 are allowed'),
    );
    expect(() => parse('((title pr))', tolerant, limits)).not.toThrow();
    expect(() => parse('(((title pr)))', tolerant, limits)).toThrow(refused('nested more than 2 levels deep'));
    expect(() => parse('title pr or title pr or title pr', tolerant, limits)).not.toThrow();
    expect(() => parse('title pr and title pr or title pr or id pr', tolerant, limits)).toThrow(
      refused('more than 3 terms'),
    );
    expect(() => parse('(title pr) or (title pr)', tolerant, { ...limits, maxDepth: 1, maxNodes: 9 })).not.toThrow();
  });

  it('prints a filter that was built by hand with the parentheses that it needs', () => {
    const [title, active] = [parse('title pr'), parse('active eq true')];
    const and = { kind: 'and', operands: [title, active] } as const;
    const or = { kind: 'or', operands: [title, active] } as const;
    expect(printFilter({ kind: 'and', operands: [and, or, title] })).toBe(
      '(title pr and active eq true) and (title pr or active eq true) and title pr',
    );
    expect(printFilter({ kind: 'or', operands: [or, and] })).toBe(
      '(title pr or active eq true) or title pr and active eq true',
    );
  });

  it('mentionsAttribute finds the attributes that a filter refers to', () => {
    const filter = parse('title pr and not (active eq true or emails[type eq "work"])');
    expect(['title', 'active', 'emails'].every((name) => mentionsAttribute(filter, name))).toBe(true);
    expect(mentionsAttribute(filter, 'type')).toBe(false);
  });
});

describe('parseAttributePath', () => {
  it('resolves an attribute with or without its URN', () => {
    expect(parseAttributePath('Name.GivenName', userResourceType)?.text).toBe('name.givenName');
    expect(parseAttributePath(`${schemaUrn.user}:meta`, userResourceType)?.text).toBe('meta');
    expect(parseAttributePath('department', userResourceType)).toBeUndefined();
    expect(parseAttributePath('constructor', userResourceType)).toBeUndefined();
    expect(parseAttributePath('__proto__', userResourceType)).toBeUndefined();
  });
});

describe('evaluateFilter', () => {
  it.each([
    'userName eq "ada@example.COM"',
    'userName sw "ADA" and userName ew ".com" and userName co "@"',
    'userName gt "ab" and userName ge "ada@example.com" and userName lt "b" and userName le "ada@example.com"',
    'externalId eq "Ext-1" and externalId sw "Ext"',
    'not (externalId eq "ext-1") and not (externalId sw "ext")',
    'active eq true and active ne false',
    'title eq null and title ne "x" and not (title pr)',
    'userName ne null and not (userName eq null)',
    'title ne 5',
    'emails.primary eq true and emails.display eq null',
    'emails.value ne "ada@example.com"',
    'emails[value ew "example.com" and type eq "WORK"]',
    'not (emails[value ew "example.com" and type eq "home"])',
    'name[givenName eq "ada" and familyName pr]',
    'addresses.country eq "gb" and addresses pr',
    'meta.lastModified eq "2024-06-01T10:00:00.5Z" and meta.lastModified gt "2024-06-01T12:00:00+02:00"',
    'meta.created eq "2024-01-01T00:00:00" and meta.lastModified lt "2024-06-01T10:00:01" and meta.lastModified ge "2024-06-01T10:00:00.500Z"',
    'meta.created sw "2024-01" and meta.created le "2024-01-01T00:00:00Z"',
    `${enterprise}:manager[value eq "m1"] and ${enterprise}:department pr`,
    `schemas eq "${enterprise}"`,
    'emails pr and name pr and name.givenName pr and emails.value pr',
  ])('matches %s', (text) => {
    expect(matches(text)).toBe(true);
  });

  it.each([
    'userName eq 7',
    'userName eq true',
    'title co ""',
    'title eq "x" or roles pr or roles[value pr]',
    'roles.value eq "x" or name.middleName eq "x"',
    'emails[type eq "work"] and emails[type eq "other"]',
    'emails.value eq null',
    'meta.created eq "2024-01-02T00:00:00Z"',
    `${enterprise}:costCenter pr`,
    'externalId gt "Ext-1"',
  ])('does not match %s', (text) => {
    expect(matches(text)).toBe(false);
  });

  it('does not match values of another type than the schema defines', () => {
    expect(matches('emails.value eq "x"', { emails: 'x' })).toBe(false);
    expect(matches('emails.value eq "x"', { emails: ['x', { value: ['x'] }] })).toBe(false);
    expect(matches('emails[value eq "x"]', { emails: 'x' })).toBe(false);
    expect(matches('meta.created gt "2024-01-01T00:00:00Z"', { meta: { created: 'soon' } })).toBe(false);
    expect(matches('meta.created gt "2024-01-01T00:00:00Z"', { meta: { created: '2024-99-01T00:00:00Z' } })).toBe(
      false,
    );
    expect(matches('meta.created gt "2024-01-01T00:00:00Z"', { meta: { created: 7 } })).toBe(false);
    expect(matches(`${enterprise}:department pr`, { [enterprise]: 'x' })).toBe(false);
    expect(matches('userName co "x"', { userName: 7 })).toBe(false);
    expect(matches('externalId co "x"', { externalId: 7 })).toBe(false);
    expect(matches('userName eq "x"', { userName: 7 })).toBe(false);
  });

  it('finds no present value in an empty value', () => {
    const empty = { title: '', emails: [], name: { givenName: '', other: [[''], {}] }, roles: [{ value: '' }] };
    expect(matches('title pr or emails pr or name pr or roles pr or roles.value pr', empty)).toBe(false);
    expect(matches('title eq "" and title eq null and emails eq null', empty)).toBe(true);
    expect(matches('active pr', { active: false })).toBe(true);
  });

  it('compares numbers by value', () => {
    const count: AttributeDefinition = { ...plainAttribute, name: 'count', type: 'integer' };
    const type: ResourceType = { ...userResourceType, schema: { ...userResourceType.schema, attributes: [count] } };
    const holds = (text: string) =>
      evaluateFilter(parseFilter(text, type, { tolerance: tolerant }), { count: 10 }) as boolean;
    expect(holds('count gt 9 and count ge 10 and count lt 1.1e1 and count le 10 and count eq 10 and count ne 9')).toBe(
      true,
    );
    expect(holds('count gt 10 or count lt -1 or count eq "10" or count eq 9')).toBe(false);
  });

  it('returns the same result on each call', () => {
    const filter = parse('userName eq "ada@example.com"');
    expect([ada, { userName: 'eve' }, ada].map((resource) => evaluateFilter(filter, resource))).toEqual([
      true,
      false,
      true,
    ]);
  });
});

describe('comparison of letters', () => {
  const holds = (stored: string, asked: string) =>
    matches(`userName eq ${JSON.stringify(asked)}`, { userName: stored });

  it('ignores the case of every script and whether characters are composed', () => {
    expect(holds('émile.ünal@exämple.com', 'ÉMILE.ÜNAL@EXÄMPLE.COM')).toBe(true);
    expect(holds('e\u0301mile', 'ÉMILE')).toBe(true);
    expect(holds('ΟΔΟΣ', 'οδοσ')).toBe(true);
    expect(holds('ДАША', 'даша')).toBe(true);
  });

  it.each(['\u200c', '\u200d', '\u00ad', '\u200e', '\u200f', '\ufe0f', '\u2060'])(
    'ignores %j, which is not shown',
    (character) => {
      expect(holds(`ada${character}@example.com`, 'ADA@example.com')).toBe(true);
      expect(holds('ada@example.com', `ada@${character}example.com`)).toBe(true);
    },
  );

  it.each([
    ['the Kelvin sign', '\u212a', 'k'],
    ['a dotless i', 'ı', 'i'],
    ['a dotted capital I', 'İ', 'i'],
    ['a sharp s', 'ß', 'ss'],
    ['a long s', 'ſ', 's'],
    ['a ligature', 'ﬁ', 'fi'],
    ['a full-width letter', 'ａ', 'a'],
    ['an accented letter', 'é', 'e'],
  ])('SEC-R28: %s does not match an ASCII look-alike', (_name, odd, plain) => {
    const address = (letter: string) => `mar${letter}@example.com`;
    for (const other of [plain, plain.toUpperCase()]) {
      expect(holds(address(other), address(odd))).toBe(false);
      expect(holds(address(odd), address(other))).toBe(false);
    }
    expect(holds(address(odd), address(odd))).toBe(true);
  });
});
