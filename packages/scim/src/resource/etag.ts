/**
 * Whether an `If-Match` or `If-None-Match` header contains a version; `*` matches every version.
 *
 * The comparison is weak: only the text between the quotes counts. SCIM uses weak tags, which a strong comparison never
 * matches. Tags without quotes are accepted.
 *
 * @param version an entity tag such as `W/"1"`.
 * @see https://www.rfc-editor.org/rfc/rfc7644#section-3.14
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-8.8.3.2
 * @example
 * ```ts
 * matchesVersion('"1", "2"', 'W/"2"'); // true
 * ```
 */
export function matchesVersion(header: string, version: string): boolean {
  const wanted = toOpaqueTag(version);
  return header.split(',').some((tag) => tag.trim() === '*' || toOpaqueTag(tag) === wanted);
}

function toOpaqueTag(tag: string): string {
  const strong = tag.trim().replace(/^W\//, '');
  return strong.length >= 2 && strong.startsWith('"') && strong.endsWith('"') ? strong.slice(1, -1) : strong;
}
