import type { Operation } from './operation.ts';

/** An OpenAPI document. */
export interface OpenApiDocument {
  readonly openapi: '3.1.0';
  readonly info: { readonly title: string; readonly description: string; readonly version: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, object>>>>;
  readonly components: object;
}

/**
 * Describes the operations as an OpenAPI document: the part of Collate's API that the gateway requires, for comparison
 * with the API of a server.
 *
 * @see https://spec.openapis.org/oas/v3.1.0.html
 */
export function toOpenApiDocument(operations: readonly Operation[]): OpenApiDocument {
  const paths: Record<string, Record<string, object>> = {};
  for (const operation of operations) {
    const path = `/api${operation.path}`;
    paths[path] = { ...paths[path], [operation.method.toLowerCase()]: toOperationObject(operation) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'The part of the Collate API that the gateway requires',
      description: 'Answers may contain more than this describes, but must contain what this describes.',
      version: '1.0.0',
    },
    paths,
    components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } } },
  };
}

function toOperationObject(operation: Operation): object {
  const { name, method, summary, idempotent, authenticated, body, answer } = operation;
  const mediaType = method === 'PATCH' ? 'application/json-patch+json' : 'application/json';
  return {
    operationId: name,
    summary,
    'x-idempotent': idempotent,
    security: authenticated ? [{ bearer: [] }] : [],
    parameters: [...toPathParameters(operation), ...toQueryParameters(operation)],
    ...(body === undefined ? {} : { requestBody: { required: true, content: { [mediaType]: { schema: body } } } }),
    responses: {
      [method === 'POST' ? '201' : '200']: {
        description: summary,
        content: { 'application/json': { schema: answer } },
      },
    },
  };
}

function toPathParameters({ path }: Operation): readonly object[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
}

function toQueryParameters({ query }: Operation): readonly object[] {
  if (query === undefined) return [];
  const required: readonly string[] = query.required ?? [];
  return Object.entries(query.properties).map(([name, schema]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    schema,
  }));
}
