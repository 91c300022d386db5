/**
 * Whether a version is one of those that an `If-Match` or `If-None-Match` header names; `*` names every version.
 *
 * Tags are compared weakly, by what stands between the quotes: SCIM prints weak tags, which a strong comparison would never match.
 * A tag without quotes counts as well.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7644#section-3.14
 */
export function matchesVersion(header: string, version: string): boolean {
  const wanted = toOpaqueTag(version);
  return header.split(',').some((tag) => tag.trim() === '*' || toOpaqueTag(tag) === wanted);
}

function toOpaqueTag(tag: string): string {
  const strong = tag.trim().replace(/^W\//, '');
  return strong.length >= 2 && strong.startsWith('"') && strong.endsWith('"') ? strong.slice(1, -1) : strong;
}
