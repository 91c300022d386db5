import { ScimError, unavailable } from '@scim-gateway/scim';

/** What the provider is told when a token cannot be checked because Collate does not answer; never that it is wrong. */
export function toUnavailable(error: unknown): ScimError {
  if (error instanceof ScimError) return error;
  return unavailable('Collate cannot be asked about this token at the moment. Try again.', 5, { cause: error });
}
