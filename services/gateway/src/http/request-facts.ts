import type { Tolerance } from '@scim-gateway/scim';
import type { FastifyRequest } from 'fastify';
import type { Credential } from '../credentials/credential.ts';
import type { Origin, RequestKind } from '../observability/request-metrics.ts';
import type { RequestTrace } from '../observability/trace.ts';
import type { Principal, RequestContext } from '../provisioning/service.ts';
import type { Patience } from './hooks/deadline.ts';
import type { Ticket } from './overload/admission.ts';

/** What a route does, for the hooks that act before it. */
export interface RouteFacts {
  readonly kind: RequestKind;
  /** Whether serving it may change something. */
  readonly writes: boolean;
  /** The largest body it takes, in bytes. */
  readonly bodyLimit: number;
}

/** What is known of a request besides what it says itself; filled in by the hooks, in their order. */
export interface RequestFacts {
  readonly startedAt: number;
  readonly route: RouteFacts;
  credential: Credential | undefined;
  tolerance: Tolerance | undefined;
  patience: Patience | undefined;
  /** When the client is answered at the latest, in milliseconds since the epoch. */
  deadline: number | undefined;
  /** Its place among the requests that are being served. */
  ticket: Ticket | undefined;
  /** Known once the body has come. */
  priority: RequestContext['priority'] | undefined;
  /** Where the cause of a 5xx lies. */
  origin: Origin | undefined;
  /** Where requests are traced. */
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

/** The facts of whatever is no route of ours. */
export const unknownRoute: RouteFacts = {
  kind: { resource: 'other', operation: 'other' },
  writes: false,
  bodyLimit: 0,
};

/** Whose request it is; a request without one is never routed. */
export function principalOf(request: FastifyRequest): Principal {
  const { credential } = request.facts;
  if (credential === undefined) throw new TypeError('a use case was reached without a credential');
  return credential.principal;
}

/** What the use cases are told about a request. */
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
  const ifMatch = request.headers['if-match'];
  return ifMatch === undefined ? context : { ...context, ifMatch };
}
