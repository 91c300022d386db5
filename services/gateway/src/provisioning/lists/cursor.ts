import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { expiredCursor, invalidCursor } from '@scim-gateway/scim';
import type { Bookmark } from './window.ts';

/** Where a list continues: at a bookmark in Collate's order, or at a 1-based index of a list that is built anew. */
export type Continuation = { readonly bookmark: Bookmark } | { readonly index: number };

/** The lifetime of a cursor, in seconds. */
export const cursorTimeoutSeconds = 3600;

const algorithm = 'aes-256-gcm';
const ivLength = 12;
const tagLength = 16;

/** Cursors that only gateways with the same secret can create and read, each bound to one query of one credential. */
export interface CursorSeal {
  seal(continuation: Continuation, binding: string): string;
  /**
   * @throws ScimError `invalidCursor` for a cursor of another query, `expiredCursor` for one that is too old.
   * @see https://www.rfc-editor.org/rfc/rfc9865#section-2.1
   */
  open(cursor: string, binding: string): Continuation;
}

export function createCursorSeal(secret: string, clock: () => number): CursorSeal {
  const key = new Uint8Array(hkdfSync('sha256', secret, '', 'scim-gateway cursor 2', 32));
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
        throw expiredCursor(`The cursor is older than ${cursorTimeoutSeconds} seconds; start again without a cursor.`);
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
  return invalidCursor('The cursor does not belong to this query; start again without a cursor.', { cause });
}
