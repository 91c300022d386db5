import {
  forbidden,
  isObject,
  type JsonObject,
  notFound,
  type ResourceType,
  type ServiceProviderFeatures,
  toListResponse,
  toResourceTypeDocument,
  toSchemaDocument,
  toServiceProviderConfig,
} from '@scim-gateway/scim';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { cursorTimeoutSeconds } from '../../provisioning/lists/cursor.ts';
import { render } from '../render.ts';
import { discoveryDocumentation } from '../schemas/operations.ts';
import type { PageLimits } from './list-query.ts';
import { addAllowedMethods } from './unsupported.ts';

/** What the discovery endpoints describe. */
export interface DiscoveryOptions {
  /** The SCIM base URL without a trailing slash; known once the gateway listens. */
  readonly baseUrl: () => string;
  readonly describeTypes: () => readonly ResourceType[];
  readonly pages: PageLimits;
  readonly bulk: ServiceProviderFeatures['bulk'];
}

interface Documents {
  readonly configuration: JsonObject;
  readonly resourceTypes: readonly JsonObject[];
  readonly schemas: readonly JsonObject[];
}

/**
 * The endpoints that describe the gateway's features, resource types and schemas.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7644#section-4
 */
export function addDiscoveryRoutes(app: FastifyInstance, options: DiscoveryOptions): void {
  const documents = createDocuments(options);
  const add = (url: string, resource: 'schema' | 'config', operation: 'get' | 'list', find: Find) => {
    const facts = { kind: { resource, operation }, writes: false, bodyLimit: 0 };
    app.get(url, { config: { facts }, schema: discoveryDocumentation(url), handler: createHandler(find, documents) });
    addAllowedMethods(app, url, ['GET']);
  };
  add('/ServiceProviderConfig', 'config', 'get', ({ configuration }) => configuration);
  add('/ResourceTypes', 'config', 'list', ({ resourceTypes }) => toList(resourceTypes));
  add('/ResourceTypes/:id', 'config', 'get', ({ resourceTypes }, id) =>
    resourceTypes.find((type) => type['id'] === id || type['name'] === id),
  );
  add('/Schemas', 'schema', 'list', ({ schemas }) => toList(schemas));
  add('/Schemas/:id', 'schema', 'get', ({ schemas }, id) =>
    schemas.find((schema) => String(schema['id']).toLowerCase() === id.toLowerCase()),
  );
}

type Find = (documents: Documents, id: string) => JsonObject | undefined;

function createHandler(find: Find, documents: () => Documents) {
  return (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const { query, params } = request;
    if (isObject(query) && Object.keys(query).some((name) => name.toLowerCase() === 'filter')) {
      throw forbidden('A filter is not supported on discovery endpoints; leave it out.');
    }
    const id = isObject(params) ? String(params['id'] ?? '') : '';
    const document = find(documents(), id);
    if (document === undefined)
      throw notFound('Unknown schema or resource type; list the known ones at /Schemas and /ResourceTypes.');
    return render(request, reply, 200, document);
  };
}

function toList(resources: readonly JsonObject[]): JsonObject {
  return toListResponse({ resources, totalResults: resources.length, startIndex: 1 });
}

/** Creates the documents on first use, because the base URL is known only once the gateway listens. */
function createDocuments({ baseUrl, describeTypes, pages, bulk }: DiscoveryOptions): () => Documents {
  let documents: Documents | undefined;
  return () => {
    documents ??= describe(baseUrl(), describeTypes(), { pages, bulk });
    return documents;
  };
}

function describe(
  baseUrl: string,
  types: readonly ResourceType[],
  { pages, bulk }: Pick<DiscoveryOptions, 'pages' | 'bulk'>,
): Documents {
  const schemas = types.flatMap((type) => [type.schema, ...type.extensions.map(({ schema }) => schema)]);
  return {
    configuration: toServiceProviderConfig({
      baseUrl,
      patch: true,
      bulk,
      filter: { supported: true, maxResults: pages.max },
      changePassword: false,
      sort: true,
      etag: true,
      pagination: {
        cursor: true,
        index: true,
        defaultPaginationMethod: 'index',
        defaultPageSize: Math.min(pages.default, pages.max),
        maxPageSize: pages.max,
        cursorTimeout: cursorTimeoutSeconds,
      },
      authenticationSchemes: [bearerToken],
    }),
    resourceTypes: types.map((type) => toResourceTypeDocument(type, baseUrl)),
    schemas: schemas.map((schema) => toSchemaDocument(schema, baseUrl)),
  };
}

const bearerToken = {
  type: 'oauthbearertoken',
  name: 'Bearer token',
  description: "The gateway's token in the header Authorization: Bearer.",
  specUri: 'https://www.rfc-editor.org/rfc/rfc6750',
  primary: true,
} as const;
