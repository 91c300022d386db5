import { CollateError, type CollateErrorDetails, type CollateErrorKind } from '../model/index.ts';
import type { Operation } from '../operation.ts';
import { isFailedTest, isUnknownRoute, readErrorMessage, readViolations } from './error-body.ts';
import { isAboutPrincipal, type Principal } from './principal.ts';
import { parseRetryAfter } from './retry-after.ts';
import type { Reply, Transport } from './transport.ts';

/** Throws a `CollateError` for every answer except a success. */
export function withVerdict(
  next: Transport,
  options: { readonly principal: Principal; readonly clock: () => number },
): Transport {
  return async (call) => {
    const reply = await next(call);
    if (reply.status >= 200 && reply.status < 300) return reply;
    throw toCollateError(reply, call.operation, options);
  };
}

type Verdict = readonly [
  kind: CollateErrorKind,
  details?: Pick<CollateErrorDetails, 'explanation' | 'unknownRoute' | 'fields'>,
];

const unknownRoute: Verdict = ['malformed', { unknownRoute: true, explanation: 'this server has no such endpoint' }];
const foreignAnswer: Verdict = ['malformed', { explanation: 'the answer does not come from Collate' }];
const principalIsMissing: Verdict = ['unauthorized', { explanation: 'the account of the credential does not exist' }];

function toCollateError(
  reply: Reply,
  operation: Operation,
  { principal, clock }: { readonly principal: Principal; readonly clock: () => number },
): CollateError {
  const retryAfterMs = parseRetryAfter(reply.headers['retry-after'], clock());
  const [kind, details] = judge(reply, operation, principal, retryAfterMs);
  return new CollateError(kind, { ...details, operation: operation.name, status: reply.status, retryAfterMs });
}

/** Decides by the status, and by the message only where servers use one status for different failures. */
function judge(
  { status, body }: Reply,
  operation: Operation,
  principal: Principal,
  retryAfterMs: number | undefined,
): Verdict {
  switch (status) {
    case 401:
      return ['unauthorized'];
    case 403:
      return ['forbidden'];
    case 409:
      return ['conflict'];
    case 412:
      return ['precondition-failed'];
    case 404:
      return judgeNotFound(readErrorMessage(body), operation, principal);
    case 429:
      return [retryAfterMs === undefined && operation.method === 'POST' ? 'quota' : 'rate-limited'];
    case 400:
      return judgeBadRequest(readErrorMessage(body), operation);
    case 500:
      return judgeServerError(readErrorMessage(body), operation);
    default:
      return judgeRest(status, body);
  }
}

function judgeNotFound(message: string | undefined, operation: Operation, principal: Principal): Verdict {
  // A proxy without its backend answers 404 too. Read as Collate's answer, it would make users disappear.
  if (message === undefined) return foreignAnswer;
  if (isUnknownRoute(message)) return unknownRoute;
  const asksForSelf = operation.path.endsWith('/loggedInUser');
  return asksForSelf || isAboutPrincipal(message, principal) ? principalIsMissing : ['not-found'];
}

/** Servers answer 400 to reads of rows that violate their own rules: then the row is malformed, not the request. */
function judgeBadRequest(message: string | undefined, { method }: Operation): Verdict {
  if (message === undefined) return ['rejected'];
  return method === 'GET' ? ['malformed'] : ['rejected', { fields: readViolations(message) }];
}

function judgeServerError(message: string | undefined, { method }: Operation): Verdict {
  if (message === undefined) return ['unavailable'];
  if (isUnknownRoute(message)) return unknownRoute;
  return method === 'PATCH' && isFailedTest(message) ? ['precondition-failed'] : ['unavailable'];
}

function judgeRest(status: number, body: string): Verdict {
  if (status === 405) return isUnknownRoute(readErrorMessage(body) ?? '') ? unknownRoute : ['rejected'];
  if (status === 408) return ['timeout'];
  if (status >= 500) return ['unavailable'];
  if (status >= 400) return ['rejected'];
  return ['malformed', { explanation: 'redirects are not followed' }];
}
