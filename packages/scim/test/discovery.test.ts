import { describe, expect, it } from 'vitest';
import {
  type AttributeDefinition,
  groupResourceType,
  type JsonObject,
  type ResourceType,
  restrictResourceType,
  schemaUrn,
  toResourceTypeDocument,
  toSchemaDocument,
  toServiceProviderConfig,
  userResourceType,
} from '../src/index.ts';

const baseUrl = 'https://example.com/scim/v2';

function names(attributes: readonly AttributeDefinition[]): readonly string[] {
  return attributes.flatMap(({ name, subAttributes }) =>
    subAttributes === undefined ? [name] : subAttributes.map((sub) => `${name}.${sub.name}`),
  );
}

function allNames({ schema, extensions }: ResourceType): readonly string[] {
  return [...names(schema.attributes), ...extensions.flatMap((extension) => names(extension.schema.attributes))];
}

describe('toServiceProviderConfig', () => {
  const features = {
    baseUrl,
    patch: true,
    bulk: { supported: false, maxOperations: 0, maxPayloadSize: 0 },
    filter: { supported: true, maxResults: 1000 },
    changePassword: false,
    sort: false,
    etag: true,
    pagination: {
      cursor: true,
      index: true,
      defaultPaginationMethod: 'index',
      defaultPageSize: 100,
      maxPageSize: 1000,
      cursorTimeout: 3600,
    },
    authenticationSchemes: [{ type: 'oauthbearertoken', name: 'Token', description: 'A bearer token', primary: true }],
  } as const;

  it('declares every feature, supported or not', () => {
    expect(toServiceProviderConfig(features)).toEqual({
      schemas: [schemaUrn.serviceProviderConfig],
      patch: { supported: true },
      bulk: { supported: false, maxOperations: 0, maxPayloadSize: 0 },
      filter: { supported: true, maxResults: 1000 },
      changePassword: { supported: false },
      sort: { supported: false },
      etag: { supported: true },
      pagination: features.pagination,
      authenticationSchemes: features.authenticationSchemes,
      meta: { resourceType: 'ServiceProviderConfig', location: `${baseUrl}/ServiceProviderConfig` },
    });
  });

  it('has a documentationUri only when one is given', () => {
    const documentationUri = 'https://example.com/docs';
    expect(toServiceProviderConfig({ ...features, documentationUri })).toMatchObject({ documentationUri });
  });
});

describe('toResourceTypeDocument', () => {
  it('has the endpoint, schema and extensions of the type', () => {
    expect(toResourceTypeDocument(userResourceType, baseUrl)).toEqual({
      schemas: [schemaUrn.resourceType],
      id: 'User',
      name: 'User',
      endpoint: '/Users',
      description: 'User Account',
      schema: schemaUrn.user,
      schemaExtensions: [{ schema: schemaUrn.enterpriseUser, required: false }],
      meta: { resourceType: 'ResourceType', location: `${baseUrl}/ResourceTypes/User` },
    });
    expect(toResourceTypeDocument(groupResourceType, baseUrl)).toMatchObject({ schemaExtensions: [] });
  });
});

describe('toSchemaDocument', () => {
  it('has every characteristic of every attribute and no null', () => {
    const document = toSchemaDocument(userResourceType.schema, baseUrl);
    expect(document).toMatchObject({
      schemas: [schemaUrn.schema],
      id: schemaUrn.user,
      meta: { resourceType: 'Schema', location: `${baseUrl}/Schemas/${schemaUrn.user}` },
    });
    expect(JSON.stringify(document)).not.toContain('null');
    expect(document['attributes']).toContainEqual(
      expect.objectContaining({ name: 'userName', required: true, uniqueness: 'server', caseExact: false }),
    );
    for (const attribute of document['attributes'] as readonly JsonObject[]) {
      expect(Object.keys(attribute)).toEqual(
        expect.arrayContaining(['name', 'type', 'multiValued', 'description', 'required', 'caseExact']),
      );
      expect(attribute).toMatchObject({ mutability: expect.any(String), returned: expect.any(String) });
    }
  });

  it('has the canonical types of values, which providers use for mappings', () => {
    const emails = userResourceType.schema.attributes.find(({ name }) => name === 'emails');
    const type = emails?.subAttributes?.find(({ name }) => name === 'type');
    expect(type?.canonicalValues).toEqual(['work', 'home', 'other']);
    expect(JSON.stringify(toSchemaDocument(groupResourceType.schema, baseUrl))).toContain('"referenceTypes":["User"]');
  });
});

describe('restrictResourceType', () => {
  it('keeps stored attributes and stored sub-attributes', () => {
    const stored = new Set(['userName', 'name.givenName', 'emails', `${schemaUrn.enterpriseUser}:department`]);
    const type = restrictResourceType(userResourceType, (path) => (stored.has(path) ? {} : undefined));
    expect(allNames(type)).toEqual([
      'userName',
      'name.givenName',
      'emails.value',
      'emails.display',
      'emails.type',
      'emails.primary',
      'department',
    ]);
    expect(type.endpoint).toBe('/Users');
  });

  it('removes an extension without stored attributes', () => {
    const type = restrictResourceType(userResourceType, (path) => (path === 'userName' ? {} : undefined));
    expect(type.extensions).toEqual([]);
  });

  it('returns an equal type when every attribute is stored', () => {
    expect(allNames(restrictResourceType(userResourceType, () => ({})))).toEqual(allNames(userResourceType));
  });
});
