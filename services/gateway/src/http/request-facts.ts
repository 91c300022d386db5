import type { Tolerance } from '@scim-gateway/scim';
import type { FastifyRequest } from 'fastify';
import type { Credential } from '../credentials/credential.ts';
import type { Origin, RequestKind } from '../observability/request-metrics.ts';
import type { RequestTrace } from '../observability/trace.ts';
import type { Principal, RequestContext } from '../provisioning/service.ts';
import type { Patience } from './hooks/deadline.ts';
import type { Ticket } from './overload/admission.ts';

/** What a route declares for the hooks that run before its handler. */
export interface RouteFacts {
  readonly kind: RequestKind;
  /** Whether the route needs the scope `write`. */
  readonly writes: boolean;
  /** Largest body that the route accepts, in bytes; 0 for a route without a body. */
  readonly bodyLimit: number;
}

/**
 * State of one request. `addTelemetry` creates it; each later hook fills in its own part, in the order of
 * hooks/README.md.
 */
export interface RequestFacts {
  /** By `performance.now()`. */
  readonly startedAt: number;
  readonly route: RouteFacts;
  credential: Credential | undefined;
  tolerance: Tolerance | undefined;
  /** The request's place among the admitted ones. */
  ticket: Ticket | undefined;
  patience: Patience | undefined;
  /** When the answer is due at the latest, in milliseconds since the epoch. */
  deadline: number | undefined;
  /** Set once the body has arrived. */
  priority: RequestContext['priority'] | undefined;
  /** Where a 5xx was caused. */
  origin: Origin | undefined;
  /** Set only if tracing is configured. */
  trace: RequestTrace | undefined;
}

declare module 'fastify' {
  interface FastifyRequest {
    facts: RequestFacts;
  }
  interface FastifyContextConfig {
    readonly facts?: RouteFacts;
  }
}

/** The facts of a path without a route. */
export const unknownRoute: RouteFacts = {
  kind: { resource: 'other', operation: 'other' },
  writes: false,
  bodyLimit: 0,
};

/**
 * The principal that a request acts as.
 *
 * @throws TypeError if the request has no credential, which the authentication hook prevents.
 */
export function principalOf(request: FastifyRequest): Principal {
  const { credential } = request.facts;
  if (credential === undefined) throw new TypeError('a use case was reached without a credential');
  return credential.principal;
}

/**
 * The context in which a use case serves a request.
 *
 * @throws TypeError if a hook is missing.
 */
export function contextOf(request: FastifyRequest): RequestContext {
  const { patience, tolerance, deadline, priority } = request.facts;
  if (patience === undefined || tolerance === undefined)
    throw new TypeError('a use case was reached without its hooks');
  const context: RequestContext = {
    principal: principalOf(request),
    signal: patience,
    tolerance,
    requestId: request.id,
    ...(deadline === undefined ? {} : { deadline }),
    ...(priority === undefined ? {} : { priority }),
  };
  const { 'if-match': ifMatch, 'if-none-match': ifNoneMatch } = request.headers;
  return {
    ...context,
    ...(ifMatch === undefined ? {} : { ifMatch }),
    ...(ifNoneMatch === undefined ? {} : { ifNoneMatch }),
  };
}
