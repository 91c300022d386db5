/** Who calls: a credential, and the name that Collate knows its owner by once that was told. */
export interface Principal {
  /** Undefined for a principal without a credential: only public calls can be sent. */
  readonly token: (() => string) | undefined;
  /** Set by whoever learns it. */
  name: string | undefined;
}

/**
 * Whether a 404 says that the caller's own account is gone. Servers then answer every call as if the resource that was
 * asked for did not exist, naming the caller where that resource's name would stand.
 *
 * Until the name was told, the subject of the credential stands in for it.
 */
export function saysCallerIsGone(message: string, principal: Principal): boolean {
  const [, missing] = /^user instance for (.+) not found$/.exec(message) ?? [];
  if (missing === undefined) return false;
  if (principal.name !== undefined) return missing === principal.name;
  const subject = principal.token === undefined ? undefined : subjectOf(principal.token());
  return missing === subject || missing === subject?.toLowerCase();
}

/** The subject that a JSON Web Token states, unverified: good for recognising our own name and for nothing else. */
function subjectOf(token: string): string | undefined {
  const [, payload] = token.split('.');
  if (payload === undefined) return undefined;
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
    return hasSubject(claims) ? claims.sub : undefined;
  } catch {
    // Not a JSON Web Token: then its subject is not known.
    return undefined;
  }
}

function hasSubject(claims: unknown): claims is { readonly sub: string } {
  return typeof claims === 'object' && claims !== null && 'sub' in claims && typeof claims.sub === 'string';
}
