import { unavailable } from '@scim-gateway/scim';
import type { FastifyInstance } from 'fastify';
import type { RequestContext } from '../../provisioning/service.ts';

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

type StopSignal = RequestContext['signal'];

/** How long a request may go on. Every request has one, and its every call listens: an `AbortSignal` would cost a tenth of it. */
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

  /** Fires once; the first reason counts. */
  end(reason: unknown): void {
    if (this.#end !== undefined) return;
    this.#end = { reason };
    for (const listener of this.#listeners) listener();
  }
}
