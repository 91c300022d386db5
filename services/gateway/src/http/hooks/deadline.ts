import type { StopSignal } from '@scim-gateway/cancellation';
import { unavailable } from '@scim-gateway/scim';
import type { FastifyInstance } from 'fastify';

/** After the deadline a use case has this long to answer with its own error. */
const lastWordsMs = 1_000;

/** Gives every request a signal that ends at its deadline, or earlier when its client disconnects. */
export function addDeadline(app: FastifyInstance, { deadlineMs }: { readonly deadlineMs: number }): void {
  app.addHook('onRequest', (request, reply, done) => {
    const patience = new Patience();
    request.facts.patience = patience;
    request.facts.deadline = Date.now() + deadlineMs;
    let timer = setTimeout(() => {
      patience.end(new DOMException('the request has reached its deadline', 'TimeoutError'));
      if (!request.raw.complete) {
        // Close the connection: Node would read the rest of the body as the next request.
        reply.header('connection', 'close').send(unavailable('The body did not arrive in time; send it again.', 5));
        return;
      }
      timer = setTimeout(() => {
        if (!reply.sent)
          reply.send(unavailable('The request took longer than the gateway allows; retry after Retry-After.', 5));
      }, lastWordsMs);
    }, deadlineMs);
    reply.raw.on('close', () => {
      clearTimeout(timer);
      if (!reply.raw.writableEnded) patience.end(new DOMException('the client disconnected', 'AbortError'));
    });
    done();
  });
}

/**
 * The stop signal of one request.
 *
 * @remarks Every call to Collate listens to it. An `AbortSignal` in its place costs a tenth of a request's CPU.
 */
export class Patience implements StopSignal {
  readonly #listeners = new Set<() => void>();
  #end: { readonly reason: unknown } | undefined;

  get aborted(): boolean {
    return this.#end !== undefined;
  }

  get reason(): unknown {
    return this.#end?.reason;
  }

  addEventListener(_type: 'abort', listener: () => void): void {
    this.#listeners.add(listener);
  }

  removeEventListener(_type: 'abort', listener: () => void): void {
    this.#listeners.delete(listener);
  }

  /** Calls every listener once; further calls do nothing. */
  end(reason: unknown): void {
    if (this.#end !== undefined) return;
    this.#end = { reason };
    for (const listener of this.#listeners) listener();
  }
}
