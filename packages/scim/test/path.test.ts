import { describe, expect, it } from 'vitest';
import { parsePath, schemaUrn, userResourceType } from '../src/index.ts';
import { strict, tolerant, watchful } from './support/examples.ts';

const enterprise = schemaUrn.enterpriseUser;

const refused = (scimType: string, detail = '') =>
  expect.objectContaining({ status: 400, scimType, detail: expect.stringContaining(detail) });

describe('parsePath', () => {
  it.each([
    ['userName', 'userName'],
    ['NAME.GIVENNAME', 'name.givenName'],
    [` name.givenName `, 'name.givenName'],
    [`${schemaUrn.user}:name.givenName`, 'name.givenName'],
    [`${enterprise.toUpperCase()}:manager.VALUE`, `${enterprise}:manager.value`],
    ['emails.value', 'emails.value'],
  ])('resolves %s to %s', (text, meant) => {
    expect(parsePath(text, userResourceType, strict)).toMatchObject({ text: meant, path: { text: meant } });
  });

  it('parses a filter in brackets', () => {
    const target = parsePath('Emails[Type eq "work"].Value', userResourceType, strict);
    expect(target).toMatchObject({
      path: { text: 'emails.value', attribute: { name: 'emails' }, subAttribute: { name: 'value' } },
      filter: { kind: 'compare', path: { text: 'type' }, value: 'work' },
    });
    expect(parsePath('emails[type eq "work"] ', userResourceType, strict).path.text).toBe('emails');
  });

  it('entra.unprefixed-extension: accepts an extension attribute without its URN', () => {
    const tolerance = watchful();
    expect(parsePath('manager', userResourceType, tolerance).path.text).toBe(`${enterprise}:manager`);
    expect(tolerance.quirks).toEqual(['entra.unprefixed-extension']);
    expect(() => parsePath('manager', userResourceType, strict)).toThrow(refused('invalidPath'));
  });

  it.each([
    ['favouriteColour', 'invalidPath', 'no attribute of User'],
    ['/displayName', 'invalidPath', 'no attribute of User'],
    ['displayName.foo', 'invalidPath', 'no attribute of User'],
    ['urn:acme:User:badge', 'invalidPath', 'no attribute of User'],
    ['title x', 'invalidPath', 'is malformed'],
    ['emails[type eq "work"', 'invalidPath', 'is malformed'],
    ['emails[type eq "work"]value', 'invalidPath', 'is malformed'],
    ['emails[type eq "work"].', 'invalidPath', 'no sub-attribute of emails'],
    ['emails[type eq "work"].size', 'invalidPath', 'no sub-attribute of emails'],
    ['title[value eq "x"]', 'invalidPath', 'has a single value'],
    ['emails.value[type eq "x"]', 'invalidPath', 'has a single value'],
    ['schemas[value eq "x"]', 'invalidFilter', 'no sub-attributes'],
    ['emails[type zz "work"]', 'invalidFilter', 'is not an operator'],
    ['emails[size eq 1]', 'invalidFilter', 'not an attribute of emails'],
    ['x'.repeat(131_073), 'invalidPath', '131073 characters; at most 131072 are allowed'],
    [`emails[type ${'x'.repeat(200)}`, 'invalidFilter', '…'],
    [`title ${'x'.repeat(200)}`, 'invalidPath', '…'],
  ])('rejects %s', (text, scimType, detail) => {
    expect(() => parsePath(text, userResourceType, tolerant)).toThrow(refused(scimType, detail));
  });
});
