import {
  internal,
  invalidSyntax,
  notFound,
  payloadTooLarge,
  ScimError,
  toErrorBody,
  uriTooLong,
} from '@scim-gateway/scim';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from '../../observability/logger.ts';
import type { Metrics } from '../../observability/metrics.ts';
import { originOf } from '../../provisioning/errors.ts';
import { render } from '../render.ts';
import { unsupportedBody } from './media-type.ts';

/**
 * Renders every failure as a SCIM error. An error other than `ScimError` is a bug: the log gets the error, the client
 * only the request's id.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7644#section-3.12
 */
export function addErrors(app: FastifyInstance, observers: { metrics: Metrics; logger: Logger }): void {
  const { metrics, logger } = observers;
  app.setErrorHandler((error, request, reply) => {
    const scimError = toScimError(error, request.id);
    const { credential, route } = request.facts;
    const tenant = credential?.principal.provider ?? 'none';
    metrics.scimError(tenant, scimError.scimType);
    if (scimError.scimType === 'invalidFilter' && listing.has(route.kind.operation))
      metrics.filterRequest(tenant, 'rejected');
    if (scimError.status >= 500) request.facts.origin = originOf(error);
    if (mayKeepConnection(request, error)) reply.removeHeader('connection');
    if (scimError.status >= 500) log(logger, request, scimError, error);
    return renderError(request, reply, scimError);
  });
  app.setNotFoundHandler(() => {
    throw notFound('Unknown endpoint; the SCIM endpoints are below /scim/v2.');
  });
}

const listing: ReadonlySet<string> = new Set(['list', 'search']);

/**
 * Whether to undo Fastify's `Connection: close` after a refused body: if the body has arrived completely, or is too
 * large. The rest of a large body is read and discarded, because a client that is still sending would see a reset
 * connection instead of the answer.
 */
function mayKeepConnection(request: FastifyRequest, error: unknown): boolean {
  return request.raw.complete || codeOf(error) === 'FST_ERR_CTP_BODY_TOO_LARGE';
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

/** Sends the error with the headers of its status: Retry-After, WWW-Authenticate. */
export function renderError(request: FastifyRequest, reply: FastifyReply, error: ScimError): FastifyReply {
  if (error.retryAfterSeconds !== undefined) reply.header('retry-after', String(Math.ceil(error.retryAfterSeconds)));
  if (error.status === 401) reply.header('www-authenticate', challengeFor(request));
  return render(request, reply, error.status, toErrorBody(error));
}

/** @see https://www.rfc-editor.org/rfc/rfc6750#section-3 */
function challengeFor({ headers }: FastifyRequest): string {
  return headers.authorization === undefined ? 'Bearer realm="SCIM"' : 'Bearer realm="SCIM", error="invalid_token"';
}

/** Turns any failure into the error that the client receives. */
export function toScimError(error: unknown, requestId: string): ScimError {
  if (error instanceof ScimError) return error;
  switch (codeOf(error)) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return payloadTooLarge('The body exceeds the limit of this endpoint; send less at a time.');
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return unsupportedBody();
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
      return invalidSyntax('The body is shorter or longer than its Content-Length; send the exact number of bytes.');
    case 'FST_ERR_BAD_URL':
      return invalidSyntax("The URL's path is not valid percent-encoded UTF-8.");
    case 'FST_ERR_MAX_PARAM_LENGTH':
      return uriTooLong('A segment of the path is longer than any id; use the id that the gateway returned.');
    default:
      return internal(`The gateway failed; its log has the reason under request ${requestId}.`, { cause: error });
  }
}

function log(logger: Logger, request: FastifyRequest, scimError: ScimError, error: unknown): void {
  const { kind } = request.facts.route;
  const facts = { requestId: request.id, ...kind, status: scimError.status };
  if (error instanceof ScimError) logger.warn('request failed', facts, error);
  else logger.error('request failed unexpectedly', facts, error);
}
