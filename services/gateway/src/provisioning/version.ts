import { isObject, type JsonValue, matchesVersion, preconditionFailed, type Resource } from '@scim-gateway/scim';
import { textAt } from '../translation/resource-values.ts';
import { Digest } from './digest.ts';
import type { RequestContext } from './service.ts';

/**
 * The resource with `meta.version`: a weak tag of everything else that is shown of it. A user's groups and `meta` itself do not count;
 * a group without its members has no version, since who is in belongs to it.
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

/** Look-ups out of the cache show the same resource again and again. */
const versioned = new WeakMap<Resource, Resource>();

/**
 * Refuses a change of a resource that is no longer what the client saw; the resource is whole, a group's members included.
 *
 * @throws ScimError 412.
 * @see https://www.rfc-editor.org/rfc/rfc7644#section-3.14
 */
export function assertVersion(resource: Resource, { ifMatch }: RequestContext): void {
  if (ifMatch === undefined) return;
  const version = toVersion(resource);
  if (matchesVersion(ifMatch, version)) return;
  throw preconditionFailed(
    `The resource has changed: its version is ${version}, not what If-Match names. Read it again and repeat the change.`,
  );
}

function toVersion(resource: Resource): string {
  const digest = new Digest();
  for (const name in resource) {
    if (name === 'meta' || name === 'groups') continue;
    const value = resource[name];
    digest.add(name);
    // Who is in counts, not in which order.
    const shown = name === 'members' && Array.isArray(value) ? [...value].sort(byValue) : value;
    digest.add(typeof shown === 'string' ? shown : JSON.stringify(shown));
  }
  return `W/"${digest}"`;
}

function byValue(left: JsonValue, right: JsonValue): number {
  const one = idOf(left);
  const other = idOf(right);
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

function idOf(member: JsonValue): string {
  return (isObject(member) ? textAt(member, 'value') : undefined) ?? '';
}
