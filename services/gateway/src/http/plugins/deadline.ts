import { setMaxListeners } from 'node:events';
import { unavailable } from '@scim-gateway/scim';
import type { FastifyInstance } from 'fastify';

/** How long after the deadline a use case may still find its own words for it. */
const lastWordsMs = 1_000;

/** Gives every request one signal: its time is up, or its client has gone. */
export function addDeadline(app: FastifyInstance, { deadlineMs }: { readonly deadlineMs: number }): void {
  app.addHook('onRequest', (request, reply, done) => {
    const patience = new Patience();
    request.facts.patience = patience;
    request.facts.deadline = Date.now() + deadlineMs;
    let timer = setTimeout(() => {
      patience.end(new DOMException('the request has reached its deadline', 'TimeoutError'));
      if (!request.raw.complete) {
        // Nobody works on it yet, and what is left of the body would be taken for the next request.
        reply.header('connection', 'close').send(unavailable('The body did not arrive in time. Try again.', 5));
        return;
      }
      timer = setTimeout(() => {
        if (!reply.sent) reply.send(unavailable('The request took longer than the gateway allows. Try again.', 5));
      }, lastWordsMs);
    }, deadlineMs);
    reply.raw.on('close', () => {
      clearTimeout(timer);
      if (!reply.raw.writableEnded) patience.end(new DOMException('the client has gone', 'AbortError'));
    });
    done();
  });
}

/** How long a request may go on. A signal costs more than many an answer out of the cache, so there is one only once somebody asks. */
export class Patience {
  #controller: AbortController | undefined;
  #end: { readonly reason: unknown } | undefined;

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      // Every call to Collate that the request makes listens, many at a time.
      setMaxListeners(0, this.#controller.signal);
      if (this.#end !== undefined) this.#controller.abort(this.#end.reason);
    }
    return this.#controller.signal;
  }

  end(reason: unknown): void {
    this.#end ??= { reason };
    this.#controller?.abort(this.#end.reason);
  }
}
