import { createHash } from 'node:crypto';
import { type JsonObject, matchesVersion, preconditionFailed, type Resource } from '@scim-gateway/scim';
import type { RequestContext } from './contract.ts';

/**
 * The resource with `meta.version`: a weak tag of everything else that is shown of it. A user's groups and `meta` itself do not count;
 * a group without its members has no version, since who is in belongs to it.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7644#section-3.14
 */
export function withVersion(resource: Resource): Resource {
  const { meta, groups: _groups, ...shown } = resource;
  const digest = createHash('sha1').update(JSON.stringify(shown)).digest('base64url');
  return { ...resource, meta: { ...(meta as JsonObject), version: `W/"${digest}"` } };
}

/**
 * Refuses a change of a resource that is no longer what the client saw; the resource is whole, a group's members included.
 *
 * @throws ScimError 412.
 * @see https://www.rfc-editor.org/rfc/rfc7644#section-3.14
 */
export function assertVersion(resource: Resource, { ifMatch }: RequestContext): void {
  if (ifMatch === undefined) return;
  const version = versionOf(withVersion(resource)) ?? '';
  if (matchesVersion(ifMatch, version)) return;
  throw preconditionFailed(
    `The resource has changed: its version is ${version}, not what If-Match names. Read it again and repeat the change.`,
  );
}

function versionOf({ meta }: Resource): string | undefined {
  const version = typeof meta === 'object' && meta !== null && 'version' in meta ? meta.version : undefined;
  return typeof version === 'string' ? version : undefined;
}
