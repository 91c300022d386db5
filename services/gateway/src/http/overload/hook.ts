import { type ScimError, tooManyRequests, unavailable } from '@scim-gateway/scim';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Metrics } from '../../observability/metrics.ts';
import { Admission, type AdmissionLimits, type Refusal } from './admission.ts';
import type { Pressure } from './pressure.ts';
import { foreseeUrgency, takesAccessAway } from './urgency.ts';

/** What decides whether there is room for a request. */
export interface AdmissionOptions extends AdmissionLimits {
  readonly metrics: Metrics;
  readonly findPressure: () => Pressure | undefined;
}

/**
 * Turns requests away before they take memory when more are being served than can be, deactivations and other revocations last: 503, or
 * 429 to a credential that takes all there is. Most are turned away before their body is read; where only the body tells that a
 * request is a revocation, small ones are read first.
 */
export function addAdmission(app: FastifyInstance, options: AdmissionOptions): void {
  const { metrics, findPressure } = options;
  const admission = new Admission(options);
  const shed = (request: FastifyRequest, reason: Refusal | Pressure) => {
    metrics.requestShed(request.facts.credential?.principal.provider ?? 'none', reason);
    return toError(reason);
  };
  app.addHook('onRequest', (request, reply, done) => {
    const { credential, route } = request.facts;
    const pressure = findPressure();
    const applicant = {
      credential: credential?.principal.credential ?? '',
      urgency: foreseeUrgency(route.kind),
      bodyBytes: announcedBytes(request),
    };
    const outcome = admission.enter(applicant, pressure !== undefined);
    if (outcome === 'pressure') return done(shed(request, pressure ?? 'in-flight'));
    if (typeof outcome === 'string') return done(shed(request, outcome));
    request.facts.ticket = outcome;
    reply.raw.on('close', outcome.leave);
    return done();
  });
  app.addHook('preHandler', (request, _reply, done) => {
    const { route, ticket } = request.facts;
    const isUrgent = takesAccessAway(route.kind, request.body);
    request.facts.priority = isUrgent ? 'urgent' : 'normal';
    done(ticket?.isProvisional && !isUrgent ? shed(request, findPressure() ?? 'in-flight') : undefined);
  });
}

/** A body of unknown length may be as large as the endpoint takes, until it has come. */
function announcedBytes({ headers, facts }: FastifyRequest): number {
  const length = headers['content-length'];
  if (length !== undefined) return Number(length);
  return headers['transfer-encoding'] === undefined ? 0 : facts.route.bodyLimit;
}

/** Later for some than for others, so that they do not all come back at one moment. */
function retryAfterSeconds(): number {
  return 1 + Math.floor(Math.random() * 5);
}

function toError(reason: Refusal | Pressure): ScimError {
  if (reason === 'credential') {
    return tooManyRequests(
      'This token has too many requests under way at one time; send fewer in parallel.',
      retryAfterSeconds(),
    );
  }
  return unavailable('The gateway has more to do than it can; deactivations go first. Try again.', retryAfterSeconds());
}
