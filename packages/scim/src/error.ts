import { messageUrn } from './urn.ts';

/**
 * The error keywords of the protocol.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7644#section-3.12
 * @see https://www.rfc-editor.org/rfc/rfc9865#section-2.1
 */
export const scimTypes = [
  'invalidFilter',
  'tooMany',
  'uniqueness',
  'mutability',
  'invalidSyntax',
  'invalidPath',
  'noTarget',
  'invalidValue',
  'invalidVers',
  'sensitive',
  'invalidCursor',
  'expiredCursor',
  'invalidCount',
] as const;

/** One of `scimTypes`. */
export type ScimType = (typeof scimTypes)[number];

/** Options of every error. */
export interface ErrorOptions {
  /** The error that led to this one; for logs, never sent to a client. */
  readonly cause?: unknown;
}

interface ErrorFields extends ErrorOptions {
  readonly status: number;
  readonly scimType?: ScimType;
  readonly retryAfterSeconds?: number;
}

/**
 * An error that a client receives as it is. The factories below create it, such as `invalidValue` and `notFound`.
 *
 * Administrators read `detail` in the provisioning log of their identity provider: it names what was wrong, with
 * which value, and what to do.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7644#section-3.12
 * @example
 * ```ts
 * try {
 *   parseFilter(text, userResourceType, { tolerance });
 * } catch (error) {
 *   if (error instanceof ScimError) return reply(error.status, toErrorBody(error));
 *   throw error;
 * }
 * ```
 */
export class ScimError extends Error {
  override readonly name = 'ScimError';
  /** The HTTP status. */
  readonly status: number;
  readonly scimType: ScimType | undefined;
  readonly detail: string;
  /** Whole seconds that the client should wait before it repeats the request. */
  readonly retryAfterSeconds: number | undefined;

  constructor(detail: string, fields: ErrorFields) {
    super(detail, fields.cause === undefined ? undefined : { cause: fields.cause });
    this.detail = detail;
    this.status = fields.status;
    this.scimType = fields.scimType;
    this.retryAfterSeconds = fields.retryAfterSeconds;
  }
}

/** The body of an error response. @see https://www.rfc-editor.org/rfc/rfc7644#section-3.12 */
export interface ErrorBody {
  readonly schemas: readonly string[];
  /** The HTTP status, as a string. */
  readonly status: string;
  readonly scimType?: ScimType;
  readonly detail: string;
}

/** The body of an error response. @see https://www.rfc-editor.org/rfc/rfc7644#section-3.12 */
export function toErrorBody(error: ScimError): ErrorBody {
  const scimType = error.scimType === undefined ? {} : { scimType: error.scimType };
  return { schemas: [messageUrn.error], status: String(error.status), ...scimType, detail: error.detail };
}

type Factory = (detail: string, options?: ErrorOptions) => ScimError;

function factory(status: number, scimType?: ScimType): Factory {
  const fields = scimType === undefined ? { status } : { status, scimType };
  return (detail, options) => new ScimError(detail, { ...fields, ...options });
}

/**
 * The filter is malformed, or compares an attribute in a way that is not supported.
 *
 * @example
 * ```ts
 * throw invalidFilter('active is a boolean; co is not supported, use eq.');
 * ```
 */
export const invalidFilter: Factory = factory(400, 'invalidFilter');
/** The request has more results, or needs more work, than the server allows. */
export const tooMany: Factory = factory(400, 'tooMany');
/** A value is in use by another resource, or reserved. */
export const uniqueness: Factory = factory(409, 'uniqueness');
/** The attribute's mutability forbids the change. */
export const mutability: Factory = factory(400, 'mutability');
/** The structure of the body is wrong. */
export const invalidSyntax: Factory = factory(400, 'invalidSyntax');
/** A PATCH path is malformed, or names an attribute that does not exist. */
export const invalidPath: Factory = factory(400, 'invalidPath');
/** A PATCH path matches no value. */
export const noTarget: Factory = factory(400, 'noTarget');
/**
 * A required value is missing, or a value does not fit its attribute.
 *
 * @example
 * ```ts
 * throw invalidValue('userName must be a string.');
 * ```
 */
export const invalidValue: Factory = factory(400, 'invalidValue');
/** The cursor was not issued for this query. @see https://www.rfc-editor.org/rfc/rfc9865#section-2.1 */
export const invalidCursor: Factory = factory(400, 'invalidCursor');
/** The cursor has expired. @see https://www.rfc-editor.org/rfc/rfc9865#section-2.1 */
export const expiredCursor: Factory = factory(400, 'expiredCursor');
/**
 * The `count` of a query with a cursor is not a positive integer.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9865#section-2.1
 */
export const invalidCount: Factory = factory(400, 'invalidCount');
/** The credential is missing or wrong. */
export const unauthorized: Factory = factory(401);
/** The credential does not permit the request. */
export const forbidden: Factory = factory(403);
/** The resource or endpoint does not exist. */
export const notFound: Factory = factory(404);
/** The endpoint does not support the method. */
export const methodNotAllowed: Factory = factory(405);
/** The server supports no media type that the client accepts. */
export const notAcceptable: Factory = factory(406);
/** The request conflicts with the current state; use `uniqueness` for a value in use. */
export const conflict: Factory = factory(409);
/**
 * The resource has another version than the one that the client requires.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7644#section-3.14
 */
export const preconditionFailed: Factory = factory(412);
/** The body is larger than the server accepts. */
export const payloadTooLarge: Factory = factory(413);
/** The URL is longer than the server accepts. */
export const uriTooLong: Factory = factory(414);
/** The media type of the body is not one of SCIM's. */
export const unsupportedMediaType: Factory = factory(415);
/** An unexpected failure; its detail must not describe the cause. */
export const internal: Factory = factory(500);
/** The server does not implement this part of the protocol. */
export const notImplemented: Factory = factory(501);

/** The client sends too many requests. @param retryAfterSeconds whole seconds to wait */
export function tooManyRequests(detail: string, retryAfterSeconds: number, options?: ErrorOptions): ScimError {
  return new ScimError(detail, { status: 429, retryAfterSeconds, ...options });
}

/** The server is temporarily unable to respond. @param retryAfterSeconds whole seconds to wait */
export function unavailable(detail: string, retryAfterSeconds: number, options?: ErrorOptions): ScimError {
  return new ScimError(detail, { status: 503, retryAfterSeconds, ...options });
}
