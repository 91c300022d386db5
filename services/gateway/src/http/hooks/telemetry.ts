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

/** Creates each request's facts, and measures and logs the request when its connection or answer ends. */
export function addTelemetry(app: FastifyInstance, observers: Observers): void {
  const { metrics } = observers;
  app.addHook('onRequest', (request, reply, done) => {
    metrics.requestStarted();
    request.facts = {
      startedAt: performance.now(),
      route: request.routeOptions.config?.facts ?? unknownRoute,
      credential: undefined,
      tolerance: undefined,
      ticket: undefined,
      patience: undefined,
      deadline: undefined,
      priority: undefined,
      origin: undefined,
      trace: undefined,
    };
    reply.header('x-request-id', request.id);
    // Not Fastify's onResponse: 'close' also fires when the client disconnects before the answer.
    reply.raw.on('close', () => finish(request, reply, observers));
    done();
  });
}

/** Counts a request whose client disconnected before the answer; never sent. */
const clientClosedRequest = 499;

function finish(request: FastifyRequest, reply: FastifyReply, { metrics, logger, tracing }: Observers): void {
  const { startedAt, route, credential, origin = 'gateway' } = request.facts;
  const seconds = (performance.now() - startedAt) / 1000;
  const status = reply.raw.writableEnded ? reply.statusCode : clientClosedRequest;
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
  logEnd(logger, request, { status, seconds, traceId: trace?.traceId });
}

interface Ending {
  readonly status: number;
  readonly seconds: number;
  readonly traceId: string | undefined;
}

function logEnd(logger: Logger, request: FastifyRequest, { status, seconds, traceId }: Ending): void {
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
    // The connection's address, or the one that a proxy of TRUSTED_PROXIES forwards.
    client: request.ip,
    ...(traceId === undefined ? {} : { traceId }),
  });
}

/**
 * Whether the request deletes or deactivates a user, as far as the gateway has read it. The bulk route counts its
 * operations itself.
 */
function endsAccess({ facts: { route, priority } }: FastifyRequest): boolean {
  const { resource, operation } = route.kind;
  return resource === 'user' && (operation === 'delete' || priority === 'urgent');
}

function toBytes(length: string | number | string[] | undefined): number | undefined {
  return length === undefined ? undefined : Number(length);
}
