import { type QuirkId, type ScimError, type Tolerance, unauthorized } from '@scim-gateway/scim';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Authenticate, Authentication, Credential, Refusal } from '../../credentials/credential.ts';
import type { Metrics } from '../../observability/metrics.ts';
import type { Principal } from '../../provisioning/service.ts';

/** How to recognise credentials, and where none is needed. */
export interface AuthenticationOptions {
  readonly authenticate: Authenticate;
  readonly metrics: Metrics;
  /**
   * Paths that answer reads without a token, compared with the path exactly as sent. A wrong token is refused there
   * too.
   */
  readonly publicPaths: ReadonlySet<string>;
}

/**
 * Refuses every request without a valid credential with 401, also for paths that do not exist.
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

/**
 * The path exactly as sent: the router normalises paths, and two spellings of a private path must not become public.
 */
function pathOf({ raw }: FastifyRequest): string {
  const url = raw.url ?? '';
  const end = url.indexOf('?');
  return end < 0 ? url : url.slice(0, end);
}

function toError(reason: Refusal): ScimError {
  switch (reason) {
    case 'missing':
      return unauthorized('Authorization is missing; send a header "Authorization: Bearer <token>".');
    case 'expired':
      return unauthorized('The token has expired; enter a new one in the identity provider.');
    case 'invalid':
      return unauthorized('The token is unknown to this gateway; check the token entered in the identity provider.');
  }
}

/** Returns each principal's tolerance, which counts the principal's quirks; created once per principal. */
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
