import { LeaseError } from '@scim-gateway/cache';
import { CollateError, type CollateErrorKind } from '@scim-gateway/collate-client/model';
import { ScimError, unavailable } from '@scim-gateway/scim';
import { toScimError } from '../translation/failures.ts';
import type { RequestContext, ResourceService } from './service.ts';

/** The same service; its failures upstream and at the locks become errors that a provider understands. */
export function withScimErrors(service: ResourceService): ResourceService {
  const translating = async <T>(context: RequestContext, work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw translate(error, context);
    }
  };
  return {
    type: service.type,
    create: (body, projection, context) => translating(context, () => service.create(body, projection, context)),
    read: (id, projection, context) => translating(context, () => service.read(id, projection, context)),
    list: (query, context) => translating(context, () => service.list(query, context)),
    replace: (id, body, projection, context) =>
      translating(context, () => service.replace(id, body, projection, context)),
    patch: (id, body, projection, context) => translating(context, () => service.patch(id, body, projection, context)),
    remove: (id, context) => translating(context, () => service.remove(id, context)),
  };
}

function translate(error: unknown, { principal, signal }: RequestContext): unknown {
  if (error instanceof ScimError) return error;
  // The client withheld a write because a lock could not be confirmed.
  const cause = error instanceof CollateError && error.kind === 'withheld' ? error.cause : error;
  if (cause instanceof LeaseError) return explainLeaseTrouble(cause);
  if (error instanceof CollateError) return toScimError(error, { actsAsItself: principal.collateToken !== undefined });
  if (!signal.aborted) return error;
  return unavailable(
    'The request took longer than the gateway allows. What was written stays written; send the request again.',
    5,
    { cause: error },
  );
}

/** Nothing has been written since the trouble began. */
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
