import { decodeJwt, errors } from 'jose';

/**
 * The `exp` claim of a JWT in milliseconds since the epoch; undefined without the claim, or for a text that is not a
 * JWT. The signature is not verified.
 */
export function readExpiry(token: string): number | undefined {
  try {
    const { exp } = decodeJwt(token);
    return typeof exp === 'number' ? exp * 1000 : undefined;
  } catch (error) {
    // A text that is not a JWT has no expiry.
    if (error instanceof errors.JWTInvalid) return undefined;
    throw error;
  }
}
