import { CollateError, type CollateErrorKind } from '@scim-gateway/collate-client/model';

/** Failures that nobody but Collate, or what it thinks of our credential, can be blamed for. */
const upstreams: ReadonlySet<CollateErrorKind> = new Set([
  'unreachable',
  'timeout',
  'circuit-open',
  'unauthorized',
  'forbidden',
  'rate-limited',
  'quota',
  'unavailable',
  'malformed',
  // Somebody waited for Collate until the request's time was up.
  'aborted',
]);

/** Where the cause of a failure lies: with Collate, or with the gateway, its Redis included. */
export function originOf(error: unknown): 'gateway' | 'upstream' {
  if (error instanceof CollateError) return upstreams.has(error.kind) ? 'upstream' : 'gateway';
  return error instanceof Error && error.cause !== undefined ? originOf(error.cause) : 'gateway';
}
