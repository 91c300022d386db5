import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { RequestTrace, Tracing } from '../../observability/trace.ts';

/**
 * Runs every handler within a trace: the client's, if the client is authenticated and sends `traceparent`, else a new
 * one.
 */
export function addTracing(app: FastifyInstance, tracing: Tracing): void {
  // preHandler, because reading the body loses the asynchronous context.
  app.addHook('preHandler', (request, _reply, done) => {
    const trace = traceOf(request, tracing);
    request.facts.trace = trace;
    tracing.run(trace, done);
  });
}

/** The request's trace; begins one now for a request that was refused before its handler. */
export function traceOf(request: FastifyRequest, tracing: Tracing): RequestTrace {
  const { trace, credential, route, startedAt } = request.facts;
  if (trace !== undefined) return trace;
  const { traceparent } = request.headers;
  return tracing.begin({
    parent: credential !== undefined && typeof traceparent === 'string' ? traceparent : undefined,
    method: request.method,
    route: request.is404 ? undefined : request.routeOptions.url,
    kind: route.kind,
    startedAt,
  });
}
