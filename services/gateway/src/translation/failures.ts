import type { CollateError } from '@scim-gateway/collate-client/model';
import {
  forbidden,
  invalidValue,
  notFound,
  type ScimError,
  tooManyRequests,
  unavailable,
  uniqueness,
} from '@scim-gateway/scim';

/** Seconds after which a provider should try again when Collate gave no hint. */
const defaultRetryAfterSeconds = 30;

/**
 * What a provider is told when Collate could not do what was asked.
 *
 * Our own credential being refused is never 401: a provider that reads 401 disables itself. `actsAsItself` says that the
 * request ran with the provider's own Collate bot, whose missing right the provider's administrator can mend.
 */
export function toScimError(error: CollateError, actsAsItself: boolean): ScimError {
  const options = { cause: error };
  const { operation } = error;
  const retryAfter = toSeconds(error.retryAfterMs) ?? defaultRetryAfterSeconds;
  switch (error.kind) {
    case 'rate-limited':
      return tooManyRequests('Collate limits the rate of requests; try again later.', retryAfter, options);
    case 'quota':
      return forbidden(`Collate's plan allows no more of these (${operation}); ask a Collate administrator.`, options);
    case 'unauthorized':
      return unavailable(
        'Collate refuses the credential that the gateway uses; an operator must renew it.',
        60,
        options,
      );
    case 'forbidden':
      return lacksRight(operation, actsAsItself, options);
    case 'conflict':
      return uniqueness('Collate already has an entity with this name or e-mail.', options);
    case 'not-found':
      return notFound('The resource, or one that it refers to, no longer exists in Collate.', options);
    case 'rejected':
      return invalidValue(
        `Collate refused a value (${operation}); look for characters or lengths it forbids.`,
        options,
      );
    case 'precondition-failed':
      return unavailable('Somebody else changed the resource at the same moment; try again.', 1, options);
    case 'withheld':
      return unavailable('The change waits for another one of the same user or group; try again.', 5, options);
    case 'unreachable':
    case 'timeout':
    case 'aborted':
    case 'circuit-open':
    case 'unavailable':
    case 'malformed':
      return unavailable('Collate did not answer properly in time; try again.', retryAfter, options);
  }
}

function lacksRight(operation: string, actsAsItself: boolean, options: { readonly cause: CollateError }): ScimError {
  if (!actsAsItself) {
    return unavailable(
      `The gateway's Collate bot lacks the right for ${operation}; an operator must grant it.`,
      60,
      options,
    );
  }
  return forbidden(
    `The Collate bot whose token was sent lacks the right for ${operation}; grant it in Settings → Bots.`,
    options,
  );
}

function toSeconds(milliseconds: number | undefined): number | undefined {
  return milliseconds === undefined ? undefined : Math.max(1, Math.ceil(milliseconds / 1000));
}
