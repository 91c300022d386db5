import { LeaseError } from '@scim-gateway/cache';
import { CollateError, type CollateErrorKind, type Right } from '@scim-gateway/collate-client/model';
import { ScimError, unavailable } from '@scim-gateway/scim';
import { toScimError } from '../translation/failures.ts';

/** What a failed request needs to be explained: who asked, and whether its time is up. */
interface FailedRequest {
  readonly principal: { readonly collateToken?: () => string };
  readonly signal: { readonly aborted: boolean };
}

/** The error that a provider understands; failures of Collate and of the locks are translated, a bug stays as it is. */
export function toProviderError(error: unknown, { principal, signal }: FailedRequest): unknown {
  if (error instanceof ScimError) return error;
  // The client withheld a write because a lock could not be confirmed.
  const cause = error instanceof CollateError && error.kind === 'withheld' ? error.cause : error;
  if (cause instanceof LeaseError) return explainLeaseTrouble(cause);
  if (error instanceof CollateError) return toScimError(error, { actsAsItself: actsAsItself(principal) });
  if (!signal.aborted) return error;
  return unavailable(
    'The request took longer than the gateway allows. What was written stays written; send the request again.',
    5,
    { cause: error },
  );
}

/** The error for a call that Collate refused because the acting principal lacks this right. */
export function toRefusal(
  error: CollateError,
  refusal: Right,
  { principal }: Pick<FailedRequest, 'principal'>,
): ScimError {
  return toScimError(error, { actsAsItself: actsAsItself(principal), refusal });
}

function actsAsItself({ collateToken }: FailedRequest['principal']): boolean {
  return collateToken !== undefined;
}

/** What was written before the trouble began stays written; the same request completes it. */
function explainLeaseTrouble(error: LeaseError): ScimError {
  const options = { cause: error };
  switch (error.trouble) {
    case 'unreachable':
      return unavailable(
        "The gateway's Redis does not answer. Without it replicas could undo each other's changes, so changes wait; an operator must restore it.",
        10,
        options,
      );
    case 'refused':
      return unavailable(
        "The gateway's Redis refuses commands. An operator must check its memory, rights and state; the gateway's log names the cause.",
        30,
        options,
      );
    case 'settling':
      return unavailable(
        "The gateway's Redis was restarted or replaced. Changes wait until those begun before have ended; send the request again.",
        5,
        options,
      );
    case 'lost':
      return unavailable(
        'Another change of the same user or group may have come between. Send the request again.',
        1,
        options,
      );
  }
}

/** Failures whose cause is Collate, or its view of our credential. */
const upstreamKinds: ReadonlySet<CollateErrorKind> = new Set([
  'unreachable',
  'timeout',
  'circuit-open',
  'unauthorized',
  'forbidden',
  'rate-limited',
  'quota',
  'unavailable',
  'malformed',
  // The request waited for Collate until its time was up.
  'aborted',
]);

/** Where the cause of a failure lies: with Collate, or with the gateway, its Redis included. */
export function originOf(error: unknown): 'gateway' | 'upstream' {
  if (error instanceof CollateError) return upstreamKinds.has(error.kind) ? 'upstream' : 'gateway';
  return error instanceof Error && error.cause !== undefined ? originOf(error.cause) : 'gateway';
}
