import { notAcceptable, type ScimError, unsupportedMediaType } from '@scim-gateway/scim';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { parseJsonBody } from '../body/json.ts';
import { jsonMediaType, negotiate, scimMediaType } from '../media-type.ts';

/**
 * Parses bodies of the two media types, ignoring their charset, and bodies without a media type; refuses others with
 * 415.
 *
 * @remarks Entra tests a connection without media types, and rejects a server that answers 406. So only the strict
 * profile refuses an `Accept` that matches neither type.
 * @see https://www.rfc-editor.org/rfc/rfc7644#section-3.8
 */
export function addMediaTypes(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser<Buffer>([scimMediaType, jsonMediaType], { parseAs: 'buffer' }, (request, body, done) => {
    request.facts.ticket?.settle(body.length);
    done(null, parseJsonBody(body));
  });
  app.addContentTypeParser<Buffer>('*', { parseAs: 'buffer' }, (request, body, done) => {
    request.facts.ticket?.settle(body.length);
    if (body.length > 0 && request.headers['content-type'] !== undefined) throw unsupportedBody();
    done(null, parseJsonBody(body));
  });
  app.addHook('onRequest', (request, _reply, done) => {
    const isStrict = request.facts.credential?.principal.profile === 'strict';
    done(isStrict ? findUnacceptable(request) : undefined);
  });
}

/** The refusal of a body in another media type. */
export function unsupportedBody(): ScimError {
  return unsupportedMediaType(`The body's media type is not supported; send ${scimMediaType} or ${jsonMediaType}.`);
}

function findUnacceptable({ headers }: FastifyRequest): ScimError | undefined {
  if (negotiate(headers.accept) !== undefined) return undefined;
  return notAcceptable(`Accept must include ${scimMediaType} or ${jsonMediaType}.`);
}
