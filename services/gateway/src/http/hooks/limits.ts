import { payloadTooLarge } from '@scim-gateway/scim';
import type { FastifyInstance } from 'fastify';

/** Refuses a body that says it is too large before a byte of it is kept. */
export function addLimits(app: FastifyInstance): void {
  app.addHook('onRequest', (request, reply, done) => {
    const length = request.headers['content-length'];
    const { bodyLimit } = request.facts.route;
    if (length === undefined || bodyLimit === 0 || Number(length) <= bodyLimit) return done();
    // A client that is still sending reads the answer only after it has sent everything; one that sends far too much is cut off.
    if (Number(length) > bodyLimit * 4) reply.header('connection', 'close');
    return done(
      payloadTooLarge(`The body has ${length} bytes; this endpoint takes at most ${bodyLimit}. Send less at a time.`),
    );
  });
}
