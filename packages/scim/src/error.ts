import { messageUrn } from './urn.ts';

/**
 * The detail error keywords of the protocol.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7644#section-3.12
 * @see https://www.rfc-editor.org/rfc/rfc9865#section-2.1
 */
export type ScimType =
  | 'invalidFilter'
  | 'tooMany'
  | 'uniqueness'
  | 'mutability'
  | 'invalidSyntax'
  | 'invalidPath'
  | 'noTarget'
  | 'invalidValue'
  | 'invalidVers'
  | 'sensitive'
  | 'invalidCursor'
  | 'expiredCursor'
  | 'invalidCount';

/** What may accompany an error's detail. */
export interface ErrorOptions {
  readonly cause?: unknown;
}

interface ErrorFields extends ErrorOptions {
  readonly status: number;
  readonly scimType?: ScimType;
  readonly retryAfterSeconds?: number;
}

/** A failure that the client is told about as it is; `detail` is written for whoever reads a provider's provisioning log. */
export class ScimError extends Error {
  override readonly name = 'ScimError';
  readonly status: number;
  readonly scimType: ScimType | undefined;
  readonly detail: string;
  /** Whole seconds after which trying again makes sense. */
  readonly retryAfterSeconds: number | undefined;

  constructor(detail: string, fields: ErrorFields) {
    super(detail, fields.cause === undefined ? undefined : { cause: fields.cause });
    this.detail = detail;
    this.status = fields.status;
    this.scimType = fields.scimType;
    this.retryAfterSeconds = fields.retryAfterSeconds;
  }
}

/** An error as a client receives it. @see https://www.rfc-editor.org/rfc/rfc7644#section-3.12 */
export interface ErrorBody {
  readonly schemas: readonly string[];
  readonly status: string;
  readonly scimType?: ScimType;
  readonly detail: string;
}

/** The body that tells a client of the error; its `status` is a string, as the RFC has it. */
export function toErrorBody(error: ScimError): ErrorBody {
  const scimType = error.scimType === undefined ? {} : { scimType: error.scimType };
  return { schemas: [messageUrn.error], status: String(error.status), ...scimType, detail: error.detail };
}

type Factory = (detail: string, options?: ErrorOptions) => ScimError;

function factory(status: number, scimType?: ScimType): Factory {
  const fields = scimType === undefined ? { status } : { status, scimType };
  return (detail, options) => new ScimError(detail, { ...fields, ...options });
}

/** The filter's syntax, or an attribute and operator combination in it, is not supported. */
export const invalidFilter: Factory = factory(400, 'invalidFilter');
/** More results than the server is willing to calculate. */
export const tooMany: Factory = factory(400, 'tooMany');
/** A value is in use, or reserved. */
export const uniqueness: Factory = factory(409, 'uniqueness');
/** The change is not compatible with the attribute's mutability. */
export const mutability: Factory = factory(400, 'mutability');
/** The body's structure is not what the request needs. */
export const invalidSyntax: Factory = factory(400, 'invalidSyntax');
/** A PATCH path cannot be read, or names nothing. */
export const invalidPath: Factory = factory(400, 'invalidPath');
/** A PATCH path does not yield anything that could be operated on. */
export const noTarget: Factory = factory(400, 'noTarget');
/** A required value is missing, or a value does not fit its attribute. */
export const invalidValue: Factory = factory(400, 'invalidValue');
/** The protocol version asked for is not supported. */
export const invalidVers: Factory = factory(400, 'invalidVers');
/** The cursor is none that this server gave for this query. */
export const invalidCursor: Factory = factory(400, 'invalidCursor');
/** The cursor was good once. */
export const expiredCursor: Factory = factory(400, 'expiredCursor');
/** The count that came with a cursor is no number of resources. */
export const invalidCount: Factory = factory(400, 'invalidCount');
/** The request would carry something sensitive in a URL. */
export const sensitive: Factory = factory(403, 'sensitive');
/** Credentials are missing or wrong. */
export const unauthorized: Factory = factory(401);
/** The client may not do this. */
export const forbidden: Factory = factory(403);
/** There is no such resource or endpoint. */
export const notFound: Factory = factory(404);
/** The endpoint does not know the method. */
export const methodNotAllowed: Factory = factory(405);
/** No media type that the client accepts can be produced. */
export const notAcceptable: Factory = factory(406);
/** The request collides with the state of things, other than by a value in use. */
export const conflict: Factory = factory(409);
/** The resource is not in the version that the client presumes. */
export const preconditionFailed: Factory = factory(412);
/** The body is larger than the server takes. */
export const payloadTooLarge: Factory = factory(413);
/** The URL is longer than the server takes. */
export const uriTooLong: Factory = factory(414);
/** The body's media type is not one that SCIM uses. */
export const unsupportedMediaType: Factory = factory(415);
/** Something that nobody foresaw. */
export const internal: Factory = factory(500);
/** The protocol has it, this server does not. */
export const notImplemented: Factory = factory(501);

/** The client sends more than it may, and should wait. */
export function tooManyRequests(detail: string, retryAfterSeconds: number, options?: ErrorOptions): ScimError {
  return new ScimError(detail, { status: 429, retryAfterSeconds, ...options });
}

/** The server cannot do it at the moment; trying again later makes sense. */
export function unavailable(detail: string, retryAfterSeconds: number, options?: ErrorOptions): ScimError {
  return new ScimError(detail, { status: 503, retryAfterSeconds, ...options });
}
