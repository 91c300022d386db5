import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type AttributeDefinition,
  isProjected,
  parseProjection,
  projectResource,
  type Resource,
  type ResourceType,
  schemaUrn,
  userResourceType,
} from '../src/index.ts';
import { ada, plainAttribute } from './support/examples.ts';

const enterprise = schemaUrn.enterpriseUser;

function show(query: { attributes?: string; excludedAttributes?: string }, resource: Resource = ada): Resource {
  return projectResource(resource, userResourceType, parseProjection(query, userResourceType));
}

describe('projectResource', () => {
  it('returns everything by default', () => {
    expect(show({})).toEqual(ada);
    expect(show({ attributes: ' ', excludedAttributes: '' })).toEqual(ada);
  });

  it('returns requested attributes and those that are always returned', () => {
    expect(show({ attributes: 'USERNAME, name.givenName,emails.value,nonsense,name.nonsense' })).toEqual({
      schemas: [schemaUrn.user],
      id: 'u1',
      userName: 'Ada@Example.com',
      name: { givenName: 'Ada' },
      emails: [{ value: 'ada@example.com' }, { value: 'ada@home.example' }],
    });
    expect(show({ attributes: 'nonsense' })).toEqual({ schemas: [schemaUrn.user], id: 'u1' });
  });

  it('returns an extension requested by URN, attribute or sub-attribute, and lists its URN only then', () => {
    expect(show({ attributes: enterprise })).toEqual({
      schemas: [schemaUrn.user, enterprise],
      id: 'u1',
      [enterprise]: ada[enterprise],
    });
    expect(show({ attributes: `${enterprise.toUpperCase()}:manager.value` })).toMatchObject({
      schemas: [schemaUrn.user, enterprise],
      [enterprise]: { manager: { value: 'm1' } },
    });
  });

  it('leaves out excluded attributes, except those that are always returned', () => {
    const shown = show({ excludedAttributes: `id,schemas,emails.type,emails.primary,name,meta,${enterprise}` });
    expect(shown).toEqual({
      schemas: [schemaUrn.user],
      id: 'u1',
      externalId: 'Ext-1',
      userName: 'Ada@Example.com',
      displayName: 'Ada Lovelace',
      active: true,
      emails: [{ value: 'ada@example.com' }, { value: 'ada@home.example' }],
      addresses: ada['addresses'],
    });
  });

  it('returns no empty value', () => {
    expect(show({ attributes: 'addresses.region,emails.primary' })).toEqual({
      schemas: [schemaUrn.user],
      id: 'u1',
      emails: [{ primary: true }],
    });
  });

  it('returns sub-attributes only of a value that is an object', () => {
    const odd = { id: '1', name: 'Ada', emails: ['x'], [enterprise]: 'x' };
    expect(show({ attributes: `name.givenName,emails.value,${enterprise}:department` }, odd)).toEqual({ id: '1' });
  });

  it('throws invalidValue when attributes and excludedAttributes are combined', () => {
    expect(() => show({ attributes: 'userName', excludedAttributes: 'name' })).toThrow(
      expect.objectContaining({ status: 400, scimType: 'invalidValue' }),
    );
  });

  it('returns exactly the attributes for which isProjected is true', () => {
    const of = (query: object) => parseProjection(query, userResourceType);
    expect(isProjected(of({}), 'groups')).toBe(true);
    expect(isProjected(of({ attributes: 'groups.value' }), 'groups')).toBe(true);
    expect(isProjected(of({ attributes: 'userName' }), 'groups')).toBe(false);
    expect(isProjected(of({ excludedAttributes: 'GROUPS' }), 'groups')).toBe(false);
    expect(isProjected(of({ excludedAttributes: 'groups.display' }), 'groups')).toBe(true);
    expect(isProjected(of({ attributes: 'userName' }), 'id', 'always')).toBe(true);
    expect(isProjected(of({ attributes: 'password' }), 'password', 'never')).toBe(false);
    expect(isProjected(of({}), 'photos', 'request')).toBe(false);
    expect(isProjected(of({ attributes: 'photos' }), 'photos', 'request')).toBe(true);
  });
});

describe('the characteristic returned', () => {
  const part = (name: string, returned: AttributeDefinition['returned']): AttributeDefinition => ({
    ...plainAttribute,
    name,
    returned,
  });
  const parts = [part('a', 'always'), part('n', 'never'), part('r', 'request'), part('d', 'default')];
  const type: ResourceType = {
    ...userResourceType,
    schema: {
      ...userResourceType.schema,
      attributes: [...parts, { ...part('c', 'default'), type: 'complex', subAttributes: parts }],
    },
    extensions: [],
  };
  const values = { a: '1', n: '2', r: '3', d: '4' };
  const resource: Resource = { schemas: [type.schema.id], id: 'x', ...values, c: values };
  const shown = (query: object) => projectResource(resource, type, parseProjection(query, type));
  const always = { schemas: [type.schema.id], id: 'x', a: '1' };

  it('applies to attributes and sub-attributes alike', () => {
    expect(shown({})).toEqual({ ...always, d: '4', c: { a: '1', d: '4' } });
    expect(shown({ attributes: 'r,n' })).toEqual({ ...always, r: '3' });
    expect(shown({ attributes: 'c' })).toEqual({ ...always, c: { a: '1', d: '4' } });
    expect(shown({ attributes: 'c.r,c.n' })).toEqual({ ...always, c: { a: '1', r: '3' } });
    expect(shown({ excludedAttributes: 'a,d,c.a,c.d' })).toEqual({ ...always, c: { a: '1' } });
  });

  it('applies when one projection is used with several types', () => {
    const projection = parseProjection({}, type);
    expect(projectResource(resource, type, projection)).toHaveProperty('d');
    expect(projectResource(ada, userResourceType, projection)).toEqual(ada);
    expect(projectResource({ ...ada, id: 'u2' }, userResourceType, projection)).toMatchObject({ id: 'u2' });
  });

  it('excludes an attribute that is never returned, even when it is requested', () => {
    const names = fc.subarray([
      'password',
      'userName',
      'PASSWORD',
      `${schemaUrn.user}:password`,
      'emails',
      'password.x',
    ]);
    fc.assert(
      fc.property(names, fc.boolean(), (list, excludes) => {
        const query = excludes ? { excludedAttributes: list.join() } : { attributes: list.join() };
        expect(JSON.stringify(show(query, { ...ada, password: 'hunter2' }))).not.toContain('hunter2');
      }),
    );
  });
});
