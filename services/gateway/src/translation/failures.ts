import {
  type CollateError,
  describeRefusal,
  type RefusableField,
  type Right,
  wayOutOf,
} from '@scim-gateway/collate-client/model';
import {
  forbidden,
  invalidValue,
  notFound,
  type ScimError,
  tooManyRequests,
  unavailable,
  uniqueness,
} from '@scim-gateway/scim';

/** The `Retry-After`, in seconds, where Collate names none. */
const defaultRetryAfterSeconds = 30;

/** What else explains a failure. */
interface FailureContext {
  /** Whether the provider's own Collate bot made the call: its administrator can grant the right. */
  readonly actsAsItself: boolean;
  /** The right that a refused call lacked, where the server reports it. */
  readonly refusal?: Right | undefined;
}

/**
 * The SCIM error for a failure of Collate, written for the administrator who reads a provider's provisioning log.
 *
 * A refusal of our own credential is never 401, because a provider that receives 401 disables itself.
 */
export function toScimError(error: CollateError, context: FailureContext): ScimError {
  const options = { cause: error };
  const { operation } = error;
  const retryAfter = toSeconds(error.retryAfterMs) ?? defaultRetryAfterSeconds;
  switch (error.kind) {
    case 'rate-limited':
      return tooManyRequests('Collate limits the rate of requests. Send the request again later.', retryAfter, options);
    case 'quota':
      return forbidden(
        `The limit of Collate's plan is reached (${operation}). Ask a Collate administrator to extend the plan.`,
        options,
      );
    case 'unauthorized':
      return unavailable("Collate refuses the gateway's token. An operator must renew COLLATE_TOKEN.", 60, options);
    case 'forbidden':
      return toRefusalError(error, context);
    case 'conflict':
      return uniqueness('Collate already has an entity with this name or e-mail.', options);
    case 'not-found':
      return notFound('The resource, or one that it refers to, does not exist in Collate any more.', options);
    case 'rejected':
      return invalidValue(explainRejection(error), options);
    case 'precondition-failed':
      return unavailable('Another client changed the resource meanwhile. Send the request again.', 1, options);
    case 'withheld':
      return unavailable('Another change of the same user or group is being made. Send the request again.', 5, options);
    case 'unreachable':
    case 'timeout':
    case 'aborted':
    case 'circuit-open':
    case 'unavailable':
    case 'malformed':
      return unavailable(
        'Collate did not answer in time, or not as expected. Send the request again.',
        retryAfter,
        options,
      );
  }
}

/** The SCIM attribute that a field of a user follows from; the name of an account is derived from the userName. */
const userAttributes: Readonly<Record<RefusableField, string>> = {
  name: 'userName',
  email: 'emails',
  displayName: 'displayName',
  externalId: 'externalId',
  scimUserName: 'userName',
};

function explainRejection({ operation, fields }: CollateError): string {
  const isTeam = operation.startsWith('teams.');
  const attributes = [...new Set(fields.map((field) => (isTeam ? 'displayName' : userAttributes[field])))];
  const what = attributes.length === 0 ? 'a value' : `the value of ${attributes.join(' and ')}`;
  return `Collate refused ${what} (${operation}). Check it for characters and lengths that Collate forbids.`;
}

/** A provider's own bot is its administrator's concern: 403. The gateway's bot is an operator's: 503. */
function toRefusalError(error: CollateError, { actsAsItself, refusal }: FailureContext): ScimError {
  const bot = actsAsItself ? 'The Collate bot whose token was sent' : "The gateway's Collate bot";
  const reason =
    refusal === undefined
      ? '. "scim-gateway doctor" names what an administrator of Collate must do.'
      : `: ${describeRefusal(refusal)}. ${wayOutOf(refusal)}`;
  const detail = `${bot} lacks the right for ${error.operation}${reason}`;
  return actsAsItself ? forbidden(detail, { cause: error }) : unavailable(detail, 60, { cause: error });
}

function toSeconds(milliseconds: number | undefined): number | undefined {
  return milliseconds === undefined ? undefined : Math.max(1, Math.ceil(milliseconds / 1000));
}
