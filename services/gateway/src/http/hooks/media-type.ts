import { notAcceptable, type ScimError, unsupportedMediaType } from '@scim-gateway/scim';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { contentEncodings, decompress, isCompressed } from '../body/content-encoding.ts';
import { parseJsonBody } from '../body/json.ts';
import { jsonMediaType, negotiate, scimMediaType } from '../media-type.ts';

/**
 * Parses bodies of the two media types, ignoring their charset, and bodies without a media type; refuses others with
 * 415. Bodies may be compressed.
 *
 * @remarks Entra tests a connection without media types, and rejects a server that answers 406. So only the strict
 * profile refuses an `Accept` that matches neither type.
 * @see https://www.rfc-editor.org/rfc/rfc7644#section-3.8
 */
export function addMediaTypes(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser<Buffer>([scimMediaType, jsonMediaType], { parseAs: 'buffer' }, readBody);
  app.addContentTypeParser<Buffer>('*', { parseAs: 'buffer' }, (request, body, done) => {
    if (body.length > 0 && request.headers['content-type'] !== undefined) throw unsupportedBody();
    readBody(request, body, done);
  });
  app.addHook('onRequest', (request, reply, done) => {
    // RFC 9110 §15.5.16: the header names the encodings that a body may have.
    if (request.headers['content-encoding'] !== undefined) reply.header('accept-encoding', contentEncodings.join(', '));
    isCompressed(request.headers['content-encoding']);
    const isStrict = request.facts.credential?.principal.profile === 'strict';
    done(isStrict ? findUnacceptable(request) : undefined);
  });
}

type Done = (error: Error | null, body?: unknown) => void;

function readBody(request: FastifyRequest, body: Buffer, done: Done): void {
  const encoding = request.headers['content-encoding'];
  if (encoding === undefined || !isCompressed(encoding)) {
    request.facts.ticket?.settle(body.length);
    done(null, parseJsonBody(body));
    return;
  }
  readCompressed(request, body, encoding).then((value) => done(null, value), done);
}

async function readCompressed(request: FastifyRequest, body: Buffer, encoding: string): Promise<unknown> {
  const plain = await decompress(body, encoding, request.facts.route.bodyLimit);
  request.facts.ticket?.settle(plain.length);
  return parseJsonBody(plain);
}

/** The refusal of a body in another media type. */
export function unsupportedBody(): ScimError {
  return unsupportedMediaType(`The body's media type is not supported; send ${scimMediaType} or ${jsonMediaType}.`);
}

function findUnacceptable({ headers }: FastifyRequest): ScimError | undefined {
  if (negotiate(headers.accept) !== undefined) return undefined;
  return notAcceptable(`Accept must include ${scimMediaType} or ${jsonMediaType}.`);
}
