import type { JsonObject } from '@scim-gateway/scim';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { negotiate, scimMediaType } from './media-type.ts';

const identity = (payload: string) => payload;

/** Sends a JSON object in the negotiated media type. Answers hold personal data, so caches must not store them. */
export function render(
  request: FastifyRequest,
  reply: FastifyReply,
  status: number,
  body: object | JsonObject,
): FastifyReply {
  return reply
    .code(status)
    .header('content-type', negotiate(request.headers.accept) ?? scimMediaType)
    .header('cache-control', 'no-store')
    .serializer(identity)
    .send(JSON.stringify(body));
}
