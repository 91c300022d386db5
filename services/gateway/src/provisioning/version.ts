import { hash } from 'node:crypto';
import { isObject, type JsonValue, matchesVersion, preconditionFailed, type Resource } from '@scim-gateway/scim';

/**
 * The resource with `meta.version`: a weak tag over all attributes that it shows, except `meta` and a user's `groups`.
 * A group has a version only when its members are shown, since they are part of it.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7644#section-3.14
 */
export function withVersion(resource: Resource): Resource {
  const known = versioned.get(resource);
  if (known !== undefined) return known;
  const meta: Record<string, JsonValue> = {};
  Object.assign(meta, resource['meta']);
  meta['version'] = toVersion(resource);
  const result: Record<string, JsonValue> = {};
  Object.assign(result, resource);
  result['meta'] = meta;
  versioned.set(resource, result);
  return result;
}

/** Cached look-ups answer the same resource object again and again. */
const versioned = new WeakMap<Resource, Resource>();

/**
 * Refuses to change a resource that is not in a version that If-Match names, or is in one that If-None-Match names.
 *
 * @param resource the whole resource, a group's members included.
 *
 * @throws ScimError 412.
 * @see https://www.rfc-editor.org/rfc/rfc7644#section-3.14
 */
export function assertVersion(resource: Resource, { ifMatch, ifNoneMatch }: Preconditions): void {
  if (ifMatch === undefined && ifNoneMatch === undefined) return;
  const version = toVersion(resource);
  if (ifNoneMatch !== undefined && matchesVersion(ifNoneMatch, version))
    throw preconditionFailed(
      `The resource has the version ${version}, which If-None-Match excludes. Leave out the header.`,
    );
  if (ifMatch === undefined || matchesVersion(ifMatch, version)) return;
  throw preconditionFailed(
    `The resource has changed: its version is ${version}, which If-Match does not name. Read the resource and send the change again.`,
  );
}

/** The values of `If-Match` and `If-None-Match`. */
interface Preconditions {
  readonly ifMatch?: string;
  readonly ifNoneMatch?: string;
}

/** Whether a request must know the version of the resource that it changes. */
export function hasPreconditions({ ifMatch, ifNoneMatch }: Preconditions): boolean {
  return ifMatch !== undefined || ifNoneMatch !== undefined;
}

function toVersion(resource: Resource): string {
  const parts: JsonValue[] = [];
  for (const name in resource) {
    if (name === 'meta' || name === 'groups') continue;
    const value = resource[name] ?? null;
    // The order of members carries no meaning.
    parts.push(name, name === 'members' && Array.isArray(value) ? [...value].sort(byValue) : value);
  }
  return `W/"${hash('sha1', JSON.stringify(parts), 'base64url')}"`;
}

function byValue(left: JsonValue, right: JsonValue): number {
  const [first, second] = [left, right].map((member) => (isObject(member) ? String(member['value']) : ''));
  if (first === second) return 0;
  return (first ?? '') < (second ?? '') ? -1 : 1;
}
