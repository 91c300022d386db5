import type { FastifyInstance } from 'fastify';

/**
 * Closes each connection after its answer while the gateway drains.
 *
 * @remarks A client that reused the connection could send its next request just as the connection closes. It would not
 * learn whether the gateway carried the request out.
 */
export function addDraining(app: FastifyInstance, isDraining: () => boolean): void {
  // Not onRequest: draining may begin while a request is in flight, and the error handler removes the header.
  app.addHook('onSend', (_request, reply, _payload, done) => {
    if (isDraining()) reply.header('connection', 'close');
    done();
  });
}
