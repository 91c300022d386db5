import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { RequestTrace, Tracing } from '../../observability/trace.ts';

/** Makes every request part of a trace: the one that its sender is in, if somebody we know sends it, else one of its own. */
export function addTracing(app: FastifyInstance, tracing: Tracing): void {
  // After the body has come: what reads it forgets what it is part of.
  app.addHook('preHandler', (request, _reply, done) => {
    const trace = traceOf(request, tracing);
    request.facts.trace = trace;
    tracing.run(trace, done);
  });
}

/** The request's trace; one that was refused early has none until its end. */
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
