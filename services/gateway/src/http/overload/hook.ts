import { type ScimError, tooManyRequests, unavailable } from '@scim-gateway/scim';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Metrics } from '../../observability/metrics.ts';
import { Admission, type AdmissionLimits, type Refusal } from './admission.ts';
import type { Pressure } from './pressure.ts';
import { foreseeUrgency, takesAccessAway } from './urgency.ts';

/** The limits of admission, and what it reads and counts. */
export interface AdmissionOptions extends AdmissionLimits {
  readonly metrics: Metrics;
  readonly findPressure: () => Pressure | undefined;
}

/**
 * Refuses requests beyond the limits with 503, or with 429 if one credential has used up its share.
 *
 * @remarks Most requests are refused before their body is read. A small PATCH or PUT is read first, because its body
 * may make it urgent.
 */
export function addAdmission(app: FastifyInstance, options: AdmissionOptions): void {
  const { metrics, findPressure } = options;
  const admission = new Admission(options);
  const refuse = (request: FastifyRequest, reason: Refusal) => {
    metrics.requestShed(request.facts.credential?.principal.provider ?? 'none', reason);
    return toError(reason);
  };
  app.addHook('onRequest', (request, reply, done) => {
    const { credential, route } = request.facts;
    const outcome = admission.enter({
      credential: credential?.principal.credential ?? '',
      urgency: foreseeUrgency(route.kind),
      bodyBytes: announcedBytes(request),
      pressure: findPressure(),
    });
    if (typeof outcome === 'string') return done(refuse(request, outcome));
    request.facts.ticket = outcome;
    reply.raw.on('close', outcome.release);
    return done();
  });
  app.addHook('preHandler', (request, _reply, done) => {
    const { route, ticket } = request.facts;
    const isUrgent = takesAccessAway(route.kind, request.body);
    request.facts.priority = isUrgent ? 'urgent' : 'normal';
    done(ticket?.isProvisional && !isUrgent ? refuse(request, findPressure() ?? 'in-flight') : undefined);
  });
}

/** A body of unknown or compressed length counts as the largest that the endpoint accepts, until it has arrived. */
function announcedBytes({ headers, facts }: FastifyRequest): number {
  const length = headers['content-length'];
  if (length !== undefined && headers['content-encoding'] === undefined) return Number(length);
  return length === undefined && headers['transfer-encoding'] === undefined ? 0 : facts.route.bodyLimit;
}

/** Random, so that refused clients do not all retry at the same moment. */
function retryAfterSeconds(): number {
  return 1 + Math.floor(Math.random() * 5);
}

function toError(reason: Refusal): ScimError {
  if (reason === 'credential') {
    return tooManyRequests(
      'This token has too many requests in progress; send fewer in parallel, and retry after Retry-After.',
      retryAfterSeconds(),
    );
  }
  return unavailable(
    'The gateway is overloaded and serves deactivations first; retry after Retry-After.',
    retryAfterSeconds(),
  );
}
