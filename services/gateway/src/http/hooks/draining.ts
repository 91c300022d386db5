import type { FastifyInstance } from 'fastify';

/**
 * While the gateway is about to stop, each answer ends its connection: whoever keeps one for the next request would send that just when
 * it is closed, and could not tell whether it was done.
 */
export function addDraining(app: FastifyInstance, isDraining: () => boolean): void {
  app.addHook('onRequest', (_request, reply, done) => {
    if (isDraining()) reply.header('connection', 'close');
    done();
  });
}
