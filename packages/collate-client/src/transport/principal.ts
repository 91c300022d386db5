/** The account that a client acts as. */
export interface Principal {
  /** Undefined for a principal without a credential: only public calls can be sent. */
  readonly token: (() => string) | undefined;
  /** The account's name in Collate; undefined until `system.loggedInUser` has returned it. */
  name: string | undefined;
}

/**
 * Whether a 404 means that the principal's own account does not exist. Servers then answer every call as if the
 * requested resource did not exist, with the principal's name in place of the resource's.
 *
 * Until the name is known, the subject of the credential stands in for it.
 */
export function isAboutPrincipal(message: string, principal: Principal): boolean {
  const [, missing] = /^user instance for (.+) not found$/.exec(message) ?? [];
  if (missing === undefined) return false;
  if (principal.name !== undefined) return missing === principal.name;
  const subject = principal.token === undefined ? undefined : subjectOf(principal.token());
  return missing === subject || missing === subject?.toLowerCase();
}

/** The unverified subject of a JSON Web Token: good for recognising our own name, and for nothing else. */
function subjectOf(token: string): string | undefined {
  const [, payload] = token.split('.');
  if (payload === undefined) return undefined;
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
    return hasSubject(claims) ? claims.sub : undefined;
  } catch {
    // Not a JSON Web Token, so its subject is unknown.
    return undefined;
  }
}

function hasSubject(claims: unknown): claims is { readonly sub: string } {
  return typeof claims === 'object' && claims !== null && 'sub' in claims && typeof claims.sub === 'string';
}
