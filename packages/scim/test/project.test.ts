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

describe('a projection', () => {
  it('shows everything by default', () => {
    expect(show({})).toEqual(ada);
    expect(show({ attributes: ' ', excludedAttributes: '' })).toEqual(ada);
  });

  it('shows what is asked for, and what is always shown', () => {
    expect(show({ attributes: 'USERNAME, name.givenName,emails.value,nonsense,name.nonsense' })).toEqual({
      schemas: [schemaUrn.user],
      id: 'u1',
      userName: 'Ada@Example.com',
      name: { givenName: 'Ada' },
      emails: [{ value: 'ada@example.com' }, { value: 'ada@home.example' }],
    });
    expect(show({ attributes: 'nonsense' })).toEqual({ schemas: [schemaUrn.user], id: 'u1' });
  });

  it('shows an extension by its URN, its attributes or their parts, and lists its URN only then', () => {
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

  it('leaves out what is excluded, but not what is always shown', () => {
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

  it('shows no value of which nothing is left', () => {
    expect(show({ attributes: 'addresses.region,emails.primary' })).toEqual({
      schemas: [schemaUrn.user],
      id: 'u1',
      emails: [{ primary: true }],
    });
  });

  it('shows parts of what should be a complex value only if it is one', () => {
    const odd = { id: '1', name: 'Ada', emails: ['x'], [enterprise]: 'x' };
    expect(show({ attributes: `name.givenName,emails.value,${enterprise}:department` }, odd)).toEqual({ id: '1' });
  });

  it('takes attributes or excludedAttributes, not both', () => {
    expect(() => show({ attributes: 'userName', excludedAttributes: 'name' })).toThrow(
      expect.objectContaining({ status: 400, scimType: 'invalidValue' }),
    );
  });

  it('knows beforehand which attributes it will show', () => {
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

describe('returned', () => {
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

  it('decides of attributes and of their parts alike', () => {
    expect(shown({})).toEqual({ ...always, d: '4', c: { a: '1', d: '4' } });
    expect(shown({ attributes: 'r,n' })).toEqual({ ...always, r: '3' });
    expect(shown({ attributes: 'c' })).toEqual({ ...always, c: { a: '1', d: '4' } });
    expect(shown({ attributes: 'c.r,c.n' })).toEqual({ ...always, c: { a: '1', r: '3' } });
    expect(shown({ excludedAttributes: 'a,d,c.a,c.d' })).toEqual({ ...always, c: { a: '1' } });
  });

  it('holds for one projection used with several types', () => {
    const projection = parseProjection({}, type);
    expect(projectResource(resource, type, projection)).toHaveProperty('d');
    expect(projectResource(ada, userResourceType, projection)).toEqual(ada);
    expect(projectResource({ ...ada, id: 'u2' }, userResourceType, projection)).toMatchObject({ id: 'u2' });
  });

  it('never shows what is never returned, whatever is asked for', () => {
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
