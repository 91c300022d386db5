import { invalidSyntax, invalidValue, payloadTooLarge, type ScimError } from '../error.ts';
import { isList, isObject, type JsonObject, type JsonValue, memberInAnyCase } from '../json.ts';
import { messageUrn } from '../urn.ts';

/** One operation of a bulk request. @see https://www.rfc-editor.org/rfc/rfc7644#section-3.7 */
export type BulkOperation = BulkCreation | BulkChange;

/** A POST: it creates a resource that other operations refer to as `bulkId:` and its bulkId. */
export interface BulkCreation extends OperationFields {
  readonly method: 'POST';
  /** The client's name for the resource; unique among the POSTs of the request. */
  readonly bulkId: string;
  readonly data: JsonValue;
}

interface BulkChange extends OperationFields {
  readonly method: 'PUT' | 'PATCH' | 'DELETE';
  /** Returned with the result. */
  readonly bulkId?: string | undefined;
  /** Present unless the method is DELETE. The data of a PATCH is a whole PatchOp message. */
  readonly data?: JsonValue | undefined;
}

interface OperationFields {
  readonly kind: 'operation';
  /** The path below the SCIM base URL, such as `/Users` or `/Groups/…`; may contain `bulkId:…`. */
  readonly path: string;
  /** The entity tag that the resource must have. */
  readonly version?: string | undefined;
}

/** A bulk request with a valid envelope. Operations may be malformed: each fails on its own. */
export interface BulkRequest {
  /** The number of failures after which no further operation starts; undefined for no limit. */
  readonly failOnErrors: number | undefined;
  readonly operations: readonly (BulkOperation | MalformedOperation)[];
}

/** An operation that cannot be performed. */
export interface MalformedOperation {
  readonly kind: 'malformed';
  /** The fields that could be read, for the result. */
  readonly sent: { readonly method: string | undefined; readonly bulkId: string | undefined };
  readonly error: ScimError;
}

const methods = ['POST', 'PUT', 'PATCH', 'DELETE'] as const;

/**
 * Parses the body of a bulk request. Member names match in any case.
 *
 * @throws ScimError `invalidSyntax` when the envelope is malformed; 413 when it has more than `maxOperations`
 * operations.
 * @see https://www.rfc-editor.org/rfc/rfc7644#section-3.7
 * @example
 * ```ts
 * const { operations, failOnErrors } = parseBulkRequest(body, { maxOperations: 1000 });
 * ```
 */
export function parseBulkRequest(body: unknown, limits: { readonly maxOperations: number }): BulkRequest {
  if (!isObject(body)) throw invalidSyntax('The body must be a JSON object: a BulkRequest message.');
  const schemas = memberInAnyCase(body, 'schemas');
  if (!isList(schemas) || !schemas.includes(messageUrn.bulkRequest))
    throw invalidSyntax(`schemas must contain ${messageUrn.bulkRequest}.`);
  const operations = memberInAnyCase(body, 'operations');
  if (!isList(operations)) throw invalidSyntax('Operations must be a list.');
  if (operations.length > limits.maxOperations) throw tooManyOperations(operations.length, limits.maxOperations);
  const bulkIds = new Set<string>();
  return {
    failOnErrors: parseFailOnErrors(memberInAnyCase(body, 'failonerrors')),
    operations: operations.map((operation) => parseOperation(operation, bulkIds)),
  };
}

function tooManyOperations(count: number, maxOperations: number): ScimError {
  return payloadTooLarge(
    `The request has ${count} operations; at most ${maxOperations} are allowed (maxOperations). Split the request.`,
  );
}

function parseFailOnErrors(value: JsonValue | undefined): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value === 0 ? undefined : value;
  throw invalidSyntax('failOnErrors must be a positive integer.');
}

function parseOperation(value: JsonValue, bulkIds: Set<string>): BulkOperation | MalformedOperation {
  const operation = isObject(value) ? value : {};
  const sent = { method: stringIn(operation, 'method')?.toUpperCase(), bulkId: stringIn(operation, 'bulkid') };
  const malformed = (error: ScimError) => ({ kind: 'malformed', sent, error }) as const;
  const method = methods.find((each) => each === sent.method);
  if (method === undefined) return malformed(invalidSyntax('method must be POST, PUT, PATCH or DELETE.'));
  const path = stringIn(operation, 'path');
  if (path === undefined) return malformed(invalidSyntax('path must be a string such as /Users.'));
  const data = memberInAnyCase(operation, 'data');
  const fields = { kind: 'operation', path, version: stringIn(operation, 'version') } as const;
  if (method === 'DELETE') return { ...fields, method, bulkId: sent.bulkId, data };
  if (data === undefined) return malformed(invalidSyntax(`data is required for ${method}.`));
  if (method !== 'POST')
    return { ...fields, method, bulkId: sent.bulkId, data: method === 'PATCH' ? toPatchMessage(data) : data };
  if (sent.bulkId === undefined || sent.bulkId === '') return malformed(invalidValue('bulkId is required for POST.'));
  if (bulkIds.has(sent.bulkId)) return malformed(repeatedBulkId(sent.bulkId));
  bulkIds.add(sent.bulkId);
  return { ...fields, method, bulkId: sent.bulkId, data };
}

function repeatedBulkId(bulkId: string): ScimError {
  return invalidValue(
    `The bulkId ${JSON.stringify(bulkId)} is used by an earlier POST; give each POST a bulkId of its own.`,
  );
}

/** The RFC's examples send a PATCH's data as a bare list of operations, or without schemas (erratum 5050). */
function toPatchMessage(data: JsonValue): JsonValue {
  if (isList(data)) return { schemas: [messageUrn.patchOp], Operations: data };
  if (!isObject(data) || memberInAnyCase(data, 'schemas') !== undefined) return data;
  return { schemas: [messageUrn.patchOp], ...data };
}

function stringIn(object: JsonObject, lowerName: string): string | undefined {
  const value = memberInAnyCase(object, lowerName);
  return typeof value === 'string' ? value : undefined;
}
