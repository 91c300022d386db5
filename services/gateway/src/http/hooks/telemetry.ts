import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from '../../observability/logger.ts';
import type { Metrics } from '../../observability/metrics.ts';
import type { Tracing } from '../../observability/trace.ts';
import { unknownRoute } from '../request-facts.ts';
import { traceOf } from './tracing.ts';

interface Observers {
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly tracing?: Tracing;
}

/** Starts the clock of every request and stops it when its answer is out, or its client gone. */
export function addTelemetry(app: FastifyInstance, observers: Observers): void {
  const { metrics } = observers;
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
      origin: undefined,
      trace: undefined,
    };
    reply.header('x-request-id', request.id);
    // Unlike the framework's own hook this one also runs when the client has gone.
    reply.raw.on('close', () => finish(request, reply, observers));
    done();
  });
}

/** The status under which a request is counted whose client did not wait for the answer. */
const clientGone = 499;

function finish(request: FastifyRequest, reply: FastifyReply, { metrics, logger, tracing }: Observers): void {
  const { startedAt, route, credential, origin = 'gateway' } = request.facts;
  const seconds = (performance.now() - startedAt) / 1000;
  const status = reply.raw.writableEnded ? reply.statusCode : clientGone;
  const tenant = credential?.principal.provider ?? 'none';
  const trace = tracing === undefined ? undefined : traceOf(request, tracing);
  trace?.end({ status, tenant });
  metrics.requestFinished({
    kind: route.kind,
    tenant,
    status,
    seconds,
    requestBytes: toBytes(request.headers['content-length']),
    responseBytes: toBytes(reply.getHeader('content-length')),
    origin,
    traceId: trace?.traceId,
  });
  if (credential !== undefined && endsAccess(request)) metrics.deprovisioned({ tenant, status, seconds });
  logEnd(request, { status, seconds, traceId: trace?.traceId }, logger);
}

function logEnd(
  request: FastifyRequest,
  {
    status,
    seconds,
    traceId,
  }: { readonly status: number; readonly seconds: number; readonly traceId: string | undefined },
  logger: Logger,
): void {
  const { route, credential } = request.facts;
  const { resource, operation } = route.kind;
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
    ...(traceId === undefined ? {} : { traceId }),
  });
}

/** Whether a user is to be deactivated or deleted, as far as anybody has looked; within a bulk request each operation is counted itself. */
function endsAccess({ facts: { route, priority } }: FastifyRequest): boolean {
  const { resource, operation } = route.kind;
  return resource === 'user' && (operation === 'delete' || priority === 'urgent');
}

function toBytes(length: string | number | string[] | undefined): number | undefined {
  return length === undefined ? undefined : Number(length);
}
