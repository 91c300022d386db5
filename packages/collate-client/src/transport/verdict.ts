import { CollateError, type CollateErrorDetails, type CollateErrorKind } from '../model/index.ts';
import type { Operation } from '../operation.ts';
import { readErrorMessage, saysTestFailed, saysUnknownRoute } from './error-body.ts';
import { type Principal, saysCallerIsGone } from './principal.ts';
import { parseRetryAfter } from './retry-after.ts';
import type { Reply, Transport } from './transport.ts';

/** Turns every answer but a success into a `CollateError`. */
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

type Verdict = readonly [kind: CollateErrorKind, details?: Pick<CollateErrorDetails, 'explanation' | 'unknownRoute'>];

const unknownRoute: Verdict = ['malformed', { unknownRoute: true, explanation: 'this server has no such endpoint' }];
const foreignAnswer: Verdict = ['malformed', { explanation: 'the answer does not come from Collate' }];
const callerIsGone: Verdict = [
  'unauthorized',
  { explanation: 'the account that the credential belongs to does not exist' },
];

function toCollateError(
  reply: Reply,
  operation: Operation,
  { principal, clock }: { readonly principal: Principal; readonly clock: () => number },
): CollateError {
  const retryAfterMs = parseRetryAfter(reply.headers['retry-after'], clock());
  const [kind, details] = judge(reply, operation, principal, retryAfterMs);
  return new CollateError(kind, { ...details, operation: operation.name, status: reply.status, retryAfterMs });
}

/** Decides on the status; a text matters only where old servers say with it what others say with the status. */
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
  // A proxy that has lost its backend answers 404 too. Taken for Collate's, it would unmake users.
  if (message === undefined) return foreignAnswer;
  if (saysUnknownRoute(message)) return unknownRoute;
  const asksForSelf = operation.path.endsWith('/loggedInUser');
  return asksForSelf || saysCallerIsGone(message, principal) ? callerIsGone : ['not-found'];
}

/** A row that does not satisfy the server's own rules is refused on reading; nobody who reads can be blamed for that. */
function judgeBadRequest(message: string | undefined, { method }: Operation): Verdict {
  return method === 'GET' && message !== undefined ? ['malformed'] : ['rejected'];
}

function judgeServerError(message: string | undefined, { method }: Operation): Verdict {
  if (message === undefined) return ['unavailable'];
  if (saysUnknownRoute(message)) return unknownRoute;
  return method === 'PATCH' && saysTestFailed(message) ? ['precondition-failed'] : ['unavailable'];
}

function judgeRest(status: number, body: string): Verdict {
  if (status === 405) return saysUnknownRoute(readErrorMessage(body) ?? '') ? unknownRoute : ['rejected'];
  if (status === 408) return ['timeout'];
  if (status >= 500) return ['unavailable'];
  if (status >= 400) return ['rejected'];
  return ['malformed', { explanation: 'redirects are not followed' }];
}
