import { type QuirkId, type ScimError, type Tolerance, unauthorized } from '@scim-gateway/scim';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Authenticate, Authentication, Credential, Refusal } from '../../credentials/credential.ts';
import type { Metrics } from '../../observability/metrics.ts';
import type { Principal } from '../../provisioning/service.ts';

export interface AuthenticationOptions {
  readonly authenticate: Authenticate;
  readonly metrics: Metrics;
  /** The paths that need no token, spelled exactly so. Whoever presents a token there must still have a right one. */
  readonly publicPaths: ReadonlySet<string>;
}

/**
 * Lets nothing pass without a credential, whatever the path is and whether there is anything behind it.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7644#section-2
 */
export function addAuthentication(app: FastifyInstance, options: AuthenticationOptions): void {
  const { authenticate, metrics, publicPaths } = options;
  const tolerances = createTolerances(metrics);
  const accept = (request: FastifyRequest, credential: Credential) => {
    request.facts.credential = credential;
    request.facts.tolerance = tolerances(credential.principal);
  };
  const settle = (request: FastifyRequest, authentication: Authentication): ScimError | undefined => {
    if (authentication.kind === 'accepted') {
      metrics.authAttempt(authentication.credential.method, 'ok');
      accept(request, authentication.credential);
      return undefined;
    }
    const isMissing = authentication.reason === 'missing';
    if (isMissing && isRead(request) && publicPaths.has(pathOf(request))) return undefined;
    metrics.authAttempt(authentication.method, authentication.reason);
    return toError(authentication.reason);
  };
  app.addHook('onRequest', (request, _reply, done) => {
    const authentication = authenticate(request.headers.authorization);
    if (authentication instanceof Promise) {
      authentication.then((settled) => done(settle(request, settled)), done);
    } else {
      done(settle(request, authentication));
    }
  });
}

function isRead({ method }: FastifyRequest): boolean {
  return method === 'GET' || method === 'HEAD';
}

/** The path as it was sent, not as a router would read it. */
function pathOf({ raw }: FastifyRequest): string {
  const url = raw.url ?? '';
  const end = url.indexOf('?');
  return end < 0 ? url : url.slice(0, end);
}

function toError(reason: Refusal): ScimError {
  switch (reason) {
    case 'missing':
      return unauthorized('The request has no bearer token in its Authorization header.');
    case 'expired':
      return unauthorized('The token has expired; put a new one into the identity provider.');
    case 'invalid':
      return unauthorized('The token is not one of this gateway; check what was pasted into the identity provider.');
  }
}

/** What each principal is granted, with its deviations counted; made once per principal. */
function createTolerances(metrics: Metrics): (principal: Principal) => Tolerance {
  const known = new WeakMap<Principal, Tolerance>();
  return (principal) => {
    const existing = known.get(principal);
    if (existing !== undefined) return existing;
    const onQuirk = (quirk: QuirkId) => metrics.quirk(principal.provider, quirk);
    const tolerance: Tolerance = { profile: principal.profile, onQuirk };
    known.set(principal, tolerance);
    return tolerance;
  };
}
