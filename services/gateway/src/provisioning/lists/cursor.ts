import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { expiredCursor, invalidCursor } from '@scim-gateway/scim';
import type { Mark } from './window.ts';

/** Where a list goes on: at a mark in Collate's order, or at a position of a list that is made anew each time. */
export type Continuation = { readonly mark: Mark } | { readonly index: number };

/** How long a cursor is good for, in seconds. */
export const cursorTimeoutSeconds = 3600;

const algorithm = 'aes-256-gcm';
const ivLength = 12;
const tagLength = 16;

/** Cursors that only gateways with the same secret can make and read, each bound to the query and the provider it was made for. */
export interface CursorSeal {
  seal(continuation: Continuation, binding: string): string;
  /**
   * @throws ScimError `invalidCursor` for what this query was not given, `expiredCursor` for what is too old.
   * @see https://www.rfc-editor.org/rfc/rfc9865#section-2.1
   */
  open(cursor: string, binding: string): Continuation;
}

export function createCursorSeal(secret: string, clock: () => number): CursorSeal {
  const key = new Uint8Array(hkdfSync('sha256', secret, '', 'scim-gateway cursor', 32));
  return {
    seal: (continuation, binding) => {
      const iv = randomBytes(ivLength);
      const cipher = createCipheriv(algorithm, key, iv).setAAD(Buffer.from(binding));
      const text = JSON.stringify([clock() + cursorTimeoutSeconds * 1000, continuation]);
      return Buffer.concat([iv, cipher.update(text), cipher.final(), cipher.getAuthTag()]).toString('base64url');
    },
    open: (cursor, binding) => {
      const [expiresAt, continuation] = decipher(cursor, binding, key);
      if (clock() >= expiresAt) {
        throw expiredCursor(`The cursor is older than ${cursorTimeoutSeconds} seconds; begin again without one.`);
      }
      return continuation;
    },
  };
}

function decipher(cursor: string, binding: string, key: Uint8Array): readonly [number, Continuation] {
  const bytes = Buffer.from(cursor, 'base64url');
  if (bytes.length <= ivLength + tagLength) throw unknownCursor();
  const decipher = createDecipheriv(algorithm, key, bytes.subarray(0, ivLength), { authTagLength: tagLength });
  decipher.setAAD(Buffer.from(binding)).setAuthTag(bytes.subarray(-tagLength));
  try {
    const text = Buffer.concat([decipher.update(bytes.subarray(ivLength, -tagLength)), decipher.final()]);
    return JSON.parse(text.toString());
  } catch (cause) {
    throw unknownCursor(cause);
  }
}

function unknownCursor(cause?: unknown): Error {
  return invalidCursor('The cursor was not given for this query; begin again without one.', { cause });
}
