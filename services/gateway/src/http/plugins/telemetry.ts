import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from '../../observability/logger.ts';
import type { Metrics } from '../../observability/metrics.ts';
import { unknownRoute } from '../request-facts.ts';

/** Starts the clock of every request and stops it when its answer is out, or its client gone. */
export function addTelemetry(app: FastifyInstance, { metrics, logger }: { metrics: Metrics; logger: Logger }): void {
  app.addHook('onRequest', (request, reply, done) => {
    metrics.requestStarted();
    request.facts = {
      startedAt: performance.now(),
      route: request.routeOptions.config?.facts ?? unknownRoute,
      credential: undefined,
      tolerance: undefined,
      patience: undefined,
      deadline: undefined,
      ticket: undefined,
      priority: undefined,
    };
    reply.header('x-request-id', request.id);
    // Unlike the framework's own hook this one also runs when the client has gone.
    reply.raw.on('close', () => finish(request, reply, metrics, logger));
    done();
  });
}

/** The status under which a request is counted whose client did not wait for the answer. */
const clientGone = 499;

function finish(request: FastifyRequest, reply: FastifyReply, metrics: Metrics, logger: Logger): void {
  const { startedAt, route, credential } = request.facts;
  const seconds = (performance.now() - startedAt) / 1000;
  const status = reply.raw.writableEnded ? reply.statusCode : clientGone;
  const tenant = credential?.principal.provider ?? 'none';
  const { resource, operation } = route.kind;
  metrics.requestFinished({ resource, operation, tenant, status, seconds });
  const isNoteworthy = route.writes || status >= 400;
  if (!logger.isEnabled(isNoteworthy ? 'info' : 'debug')) return;
  logger[isNoteworthy ? 'info' : 'debug']('request', {
    requestId: request.id,
    method: request.method,
    resource,
    operation,
    status,
    durationMs: Math.round(seconds * 1000),
    credential: credential?.principal.credential,
    provider: credential?.principal.provider,
    // Who is at the other end; behind a proxy only one of TRUSTED_PROXIES is asked.
    client: request.ip,
  });
}
