import type { JsonObject } from '@scim-gateway/scim';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { negotiate, scimMediaType } from './media-type.ts';

const asItIs = (payload: string) => payload;

/** Sends a JSON object in the media type that the client asked for. The resources of people are not for caches to keep. */
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
    .serializer(asItIs)
    .send(JSON.stringify(body));
}
