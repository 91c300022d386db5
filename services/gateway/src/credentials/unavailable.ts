import { ScimError, unavailable } from '@scim-gateway/scim';

/** The 503 for a token that cannot be verified because Collate does not answer. Never a 401: the token may be valid. */
export function toUnavailable(error: unknown): ScimError {
  if (error instanceof ScimError) return error;
  return unavailable('Collate does not answer, so this token cannot be verified now. Try again.', 5, { cause: error });
}
