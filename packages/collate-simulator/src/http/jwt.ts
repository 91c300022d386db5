import { createSign, createVerify, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { isObject } from '../state/row.ts';

/** The claims of a token. */
export type Claims = Readonly<Record<string, unknown>>;

/** Signs and verifies tokens as the server does for its bots. The first use generates the key, which is slow. */
export class JwtIssuer {
  readonly keyId = 'simulator-key';
  #keys: { readonly publicKey: KeyObject; readonly privateKey: KeyObject } | undefined;

  sign(claims: Claims, header: Claims = {}): string {
    const content = [{ alg: 'RS256', typ: 'JWT', kid: this.keyId, ...header }, claims].map(encode).join('.');
    const signature = createSign('RSA-SHA256').update(content).sign(this.#pair().privateKey, 'base64url');
    return `${content}.${signature}`;
  }

  /** The header and the claims, and whether this issuer signed them; undefined when the text is no token. */
  parse(token: string): { readonly header: Claims; readonly claims: Claims; readonly isSigned: boolean } | undefined {
    const [header, claims, signature] = token.split('.');
    if (header === undefined || claims === undefined || signature === undefined) return undefined;
    const isSigned = createVerify('RSA-SHA256')
      .update(`${header}.${claims}`)
      .verify(this.#pair().publicKey, signature, 'base64url');
    return { header: decode(header), claims: decode(claims), isSigned };
  }

  /** The JSON Web Key Set that verifies the tokens. */
  keySet(): Claims {
    const { n, e } = this.#pair().publicKey.export({ format: 'jwk' });
    return { keys: [{ kty: 'RSA', kid: this.keyId, n, e, alg: 'RS256', use: 'sig' }] };
  }

  #pair(): { readonly publicKey: KeyObject; readonly privateKey: KeyObject } {
    this.#keys ??= generateKeyPairSync('rsa', { modulusLength: 2048 });
    return this.#keys;
  }
}

function encode(part: Claims): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}

function decode(part: string): Claims {
  const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
  return isObject(value) ? value : {};
}
