import { payloadTooLarge } from '@scim-gateway/scim';
import type { FastifyInstance } from 'fastify';

/** Refuses a body whose Content-Length exceeds the route's limit before any of it is stored. */
export function addLimits(app: FastifyInstance): void {
  app.addHook('onRequest', (request, reply, done) => {
    const length = request.headers['content-length'];
    const { bodyLimit } = request.facts.route;
    if (length === undefined || bodyLimit === 0 || Number(length) <= bodyLimit) return done();
    // Most clients read the answer only after they have sent the whole body, so a moderate excess is read and
    // discarded.
    if (Number(length) > bodyLimit * 4) reply.header('connection', 'close');
    return done(
      payloadTooLarge(`The body has ${length} bytes; this endpoint accepts at most ${bodyLimit}. Send less at a time.`),
    );
  });
}
