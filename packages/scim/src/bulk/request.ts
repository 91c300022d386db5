import { invalidSyntax, invalidValue, payloadTooLarge } from '../error.ts';
import { isObject, type JsonObject, type JsonValue, memberInAnyCase } from '../json.ts';
import { messageUrn } from '../urn.ts';

/** What one operation of a bulk request does. @see https://www.rfc-editor.org/rfc/rfc7644#section-3.7 */
export interface BulkOperation {
  readonly kind: 'operation';
  readonly method: 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** The client's own name for what a POST makes; others carry it back, too. */
  readonly bulkId?: string;
  /** As sent, such as `/Users` or `/Groups/…`. */
  readonly path: string;
  /** The version that the resource is presumed to be in. */
  readonly version?: string;
  readonly data?: JsonValue;
}

/** A bulk request whose envelope is in order; an operation that is not is what stands in its place. */
export interface BulkRequest {
  /** After so many failed operations the rest is not begun; undefined for never. */
  readonly failOnErrors: number | undefined;
  readonly operations: readonly (BulkOperation | MalformedOperation)[];
}

/** An operation that cannot be begun. */
export interface MalformedOperation {
  readonly kind: 'malformed';
  /** What of it could be read. */
  readonly asked: { readonly method?: string; readonly bulkId?: string };
  readonly error: ReturnType<typeof invalidSyntax>;
}

const methods: ReadonlySet<unknown> = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

/**
 * A bulk request from a body.
 *
 * @throws ScimError `invalidSyntax` for what is no bulk request, 413 for more operations than `maxOperations`.
 * @see https://www.rfc-editor.org/rfc/rfc7644#section-3.7
 */
export function parseBulkRequest(body: unknown, limits: { readonly maxOperations: number }): BulkRequest {
  if (!isObject(body)) throw invalidSyntax('The body must be a BulkRequest object.');
  const schemas = memberInAnyCase(body, 'schemas');
  if (!Array.isArray(schemas) || !schemas.includes(messageUrn.bulkRequest)) {
    throw invalidSyntax(`The body's schemas must hold ${messageUrn.bulkRequest}.`);
  }
  const operations = memberInAnyCase(body, 'operations');
  if (!Array.isArray(operations)) throw invalidSyntax('Operations must be a list.');
  if (operations.length > limits.maxOperations) {
    throw payloadTooLarge(
      `The request has ${operations.length} operations; a bulk request takes at most ${limits.maxOperations} (maxOperations).`,
    );
  }
  const names = new Set<string>();
  return {
    failOnErrors: parseFailOnErrors(memberInAnyCase(body, 'failonerrors')),
    operations: operations.map((operation) => parseOperation(operation, names)),
  };
}

function parseFailOnErrors(value: JsonValue | undefined): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value === 0 ? undefined : value;
  throw invalidSyntax('failOnErrors must be a positive integer.');
}

function parseOperation(value: JsonValue, names: Set<string>): BulkOperation | MalformedOperation {
  const operation = isObject(value) ? value : {};
  const method = textIn(operation, 'method')?.toUpperCase();
  const bulkId = textIn(operation, 'bulkid');
  const path = textIn(operation, 'path');
  const data = memberInAnyCase(operation, 'data');
  const asked = { ...optional('method', method), ...optional('bulkId', bulkId) };
  if (!isMethod(method)) {
    return {
      kind: 'malformed',
      asked,
      error: invalidSyntax('The method of an operation is POST, PUT, PATCH or DELETE.'),
    };
  }
  if (path === undefined)
    return { kind: 'malformed', asked, error: invalidSyntax('An operation needs a path such as /Users.') };
  if (method !== 'DELETE' && data === undefined)
    return { kind: 'malformed', asked, error: invalidSyntax(`A ${method} needs data.`) };
  const error = method === 'POST' ? takeName(bulkId, names) : undefined;
  if (error !== undefined) return { kind: 'malformed', asked, error };
  const version = optional('version', textIn(operation, 'version'));
  const body = optional('data', method === 'PATCH' && data !== undefined ? toPatchBody(data) : data);
  return { kind: 'operation', method, path, ...optional('bulkId', bulkId), ...version, ...body };
}

/** What is wrong with the name of what a POST is to make, if anything. */
function takeName(bulkId: string | undefined, names: Set<string>): ReturnType<typeof invalidValue> | undefined {
  if (bulkId === undefined || bulkId === '') return invalidValue('A POST needs a bulkId.');
  if (names.has(bulkId)) return invalidValue(`The bulkId ${JSON.stringify(bulkId)} stands twice.`);
  names.add(bulkId);
  return undefined;
}

function optional<K extends string, V>(name: K, value: V | undefined): { readonly [name in K]?: V } {
  return value === undefined ? {} : ({ [name]: value } as { readonly [name in K]?: V });
}

/** The RFC prints a PATCH's data as a bare list of operations, and without schemas (erratum 5050). */
function toPatchBody(data: JsonValue): JsonValue {
  if (Array.isArray(data)) return { schemas: [messageUrn.patchOp], Operations: data };
  if (!isObject(data) || memberInAnyCase(data, 'schemas') !== undefined) return data;
  return { schemas: [messageUrn.patchOp], ...data };
}

function isMethod(method: string | undefined): method is BulkOperation['method'] {
  return methods.has(method);
}

function textIn(object: JsonObject, name: string): string | undefined {
  const value = memberInAnyCase(object, name);
  return typeof value === 'string' ? value : undefined;
}
