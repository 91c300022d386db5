import { notAcceptable, unsupportedMediaType } from '@scim-gateway/scim';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { parseJsonBody } from '../body/json.ts';
import { jsonMediaType, negotiate, scimMediaType } from '../media-type.ts';

/**
 * Takes bodies of the two media types, in whatever charset they claim, and bodies without a media type; refuses others.
 *
 * @remarks Entra sends its probes without media types, and servers that answered 406 failed its connection test. So an `Accept` that
 * names neither type is refused only in the strict profile.
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
    if (body.length > 0 && request.headers['content-type'] !== undefined) {
      throw unsupportedMediaType(`The body must be ${scimMediaType} or ${jsonMediaType}.`);
    }
    done(null, parseJsonBody(body));
  });
  app.addHook('onRequest', (request, _reply, done) => {
    const isStrict = request.facts.credential?.principal.profile === 'strict';
    done(isStrict ? findUnacceptable(request) : undefined);
  });
}

function findUnacceptable({ headers }: FastifyRequest) {
  if (negotiate(headers.accept) !== undefined) return undefined;
  return notAcceptable(`Answers are ${scimMediaType} or ${jsonMediaType}; Accept names neither.`);
}
