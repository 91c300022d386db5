import { decodeJwt, errors } from 'jose';

/** When a JWT says that it expires, in milliseconds since the epoch; not verified, and `undefined` for one that does not say, or is no JWT. */
export function readExpiry(token: string): number | undefined {
  try {
    const { exp } = decodeJwt(token);
    return typeof exp === 'number' ? exp * 1000 : undefined;
  } catch (error) {
    if (error instanceof errors.JWTInvalid) return undefined;
    throw error;
  }
}
