import type { JsonObject } from './json.ts';
import type { AttributeDefinition, ResourceType, SchemaDefinition } from './schema/definition.ts';
import { schemaUrn } from './urn.ts';

/**
 * An authentication scheme that the service provider supports.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7643#section-5
 */
export interface AuthenticationScheme {
  readonly type: 'oauth' | 'oauth2' | 'oauthbearertoken' | 'httpbasic' | 'httpdigest';
  readonly name: string;
  readonly description: string;
  readonly specUri?: string;
  readonly primary?: boolean;
}

/** The features of a service provider. @see https://www.rfc-editor.org/rfc/rfc7643#section-5 */
export interface ServiceProviderFeatures {
  /** The SCIM base URL, without a trailing slash. */
  readonly baseUrl: string;
  readonly documentationUri?: string;
  readonly patch: boolean;
  readonly bulk: {
    readonly supported: boolean;
    readonly maxOperations: number;
    /** In bytes. */
    readonly maxPayloadSize: number;
  };
  readonly filter: { readonly supported: boolean; readonly maxResults: number };
  readonly changePassword: boolean;
  readonly sort: boolean;
  readonly etag: boolean;
  /** @see https://www.rfc-editor.org/rfc/rfc9865#section-4 */
  readonly pagination: {
    readonly cursor: boolean;
    readonly index: boolean;
    readonly defaultPaginationMethod: 'cursor' | 'index';
    readonly defaultPageSize: number;
    readonly maxPageSize: number;
    /** In seconds. */
    readonly cursorTimeout: number;
  };
  readonly authenticationSchemes: readonly AuthenticationScheme[];
}

/**
 * The body of `GET /ServiceProviderConfig`.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7643#section-5
 */
export function toServiceProviderConfig(features: ServiceProviderFeatures): JsonObject {
  const { baseUrl, documentationUri } = features;
  return {
    schemas: [schemaUrn.serviceProviderConfig],
    ...(documentationUri === undefined ? {} : { documentationUri }),
    patch: { supported: features.patch },
    bulk: { ...features.bulk },
    filter: { ...features.filter },
    changePassword: { supported: features.changePassword },
    sort: { supported: features.sort },
    etag: { supported: features.etag },
    pagination: { ...features.pagination },
    authenticationSchemes: features.authenticationSchemes.map((scheme) => ({ ...scheme })),
    meta: { resourceType: 'ServiceProviderConfig', location: `${baseUrl}/ServiceProviderConfig` },
  };
}

/**
 * The body of `GET /ResourceTypes/{id}`.
 *
 * @param baseUrl the SCIM base URL, without a trailing slash.
 * @see https://www.rfc-editor.org/rfc/rfc7643#section-6
 */
export function toResourceTypeDocument(type: ResourceType, baseUrl: string): JsonObject {
  return {
    schemas: [schemaUrn.resourceType],
    id: type.id,
    name: type.name,
    endpoint: type.endpoint,
    description: type.description,
    schema: type.schema.id,
    schemaExtensions: type.extensions.map(({ schema, required }) => ({ schema: schema.id, required })),
    meta: { resourceType: 'ResourceType', location: `${baseUrl}/ResourceTypes/${type.id}` },
  };
}

/**
 * The body of `GET /Schemas/{id}`.
 *
 * @param baseUrl the SCIM base URL, without a trailing slash.
 * @see https://www.rfc-editor.org/rfc/rfc7643#section-7
 */
export function toSchemaDocument(schema: SchemaDefinition, baseUrl: string): JsonObject {
  return {
    schemas: [schemaUrn.schema],
    id: schema.id,
    name: schema.name,
    description: schema.description,
    attributes: schema.attributes.map(toAttributeDocument),
    meta: { resourceType: 'Schema', location: `${baseUrl}/Schemas/${schema.id}` },
  };
}

function toAttributeDocument(attribute: AttributeDefinition): JsonObject {
  const { name, type, multiValued, description, required, caseExact, mutability, returned, uniqueness } = attribute;
  const { canonicalValues, referenceTypes, subAttributes } = attribute;
  return {
    name,
    type,
    multiValued,
    description,
    required,
    ...(canonicalValues === undefined ? {} : { canonicalValues }),
    caseExact,
    mutability,
    returned,
    uniqueness,
    ...(referenceTypes === undefined ? {} : { referenceTypes }),
    ...(subAttributes === undefined ? {} : { subAttributes: subAttributes.map(toAttributeDocument) }),
  };
}
