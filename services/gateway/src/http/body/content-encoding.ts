import { promisify } from 'node:util';
import { gunzip, inflate, inflateRaw } from 'node:zlib';
import { invalidSyntax, payloadTooLarge, unsupportedMediaType } from '@scim-gateway/scim';

/** The content encodings of a body that are read, besides none. */
export const contentEncodings = ['gzip', 'deflate'] as const;

type Inflate = (body: Buffer, options: { readonly maxOutputLength: number }) => Promise<Buffer>;

const inflaters = new Map<string, Inflate>([
  ['gzip', promisify(gunzip)],
  ['x-gzip', promisify(gunzip)],
  ['deflate', inflateEither],
]);

/**
 * Whether a body with this `Content-Encoding` is compressed.
 *
 * @throws ScimError 415 for an encoding that is not supported, or for several.
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-8.4
 */
export function isCompressed(encoding: string | undefined): boolean {
  const name = encoding?.trim().toLowerCase() ?? '';
  if (name === '' || name === 'identity') return false;
  if (inflaters.has(name)) return true;
  throw unsupportedMediaType(
    `The body's Content-Encoding is not supported; send ${contentEncodings.join(' or ')}, or leave the header out.`,
  );
}

/**
 * Decompresses a body, and stops as soon as the result exceeds the limit.
 *
 * @throws ScimError 413 for a result beyond the limit, `invalidSyntax` for a body that is not in its encoding.
 */
export async function decompress(body: Buffer, encoding: string, limitBytes: number): Promise<Buffer> {
  const inflateBody = inflaters.get(encoding.trim().toLowerCase());
  if (inflateBody === undefined || body.length === 0) return body;
  try {
    return await inflateBody(body, { maxOutputLength: limitBytes });
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ERR_BUFFER_TOO_LARGE') {
      throw payloadTooLarge(
        `The decompressed body has more than ${limitBytes} bytes, the limit of this endpoint; send less at a time.`,
      );
    }
    throw invalidSyntax('The body is not compressed as its Content-Encoding states; compress it again.');
  }
}

/** `deflate` means the zlib format, but some clients send the bare stream, which has no such first byte. */
function inflateEither(body: Buffer, options: { readonly maxOutputLength: number }): Promise<Buffer> {
  const isZlib = ((body[0] ?? 0) & 0x0f) === 8;
  return promisify(isZlib ? inflate : inflateRaw)(body, options);
}
