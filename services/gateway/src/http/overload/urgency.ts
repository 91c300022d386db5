import { isObject, patchOperationsOf, type SentOperation } from '@scim-gateway/scim';
import type { RequestKind } from '../../observability/request-metrics.ts';

/** Whether a request is a revocation, judged before its body arrives; `unknown` if that depends on the body. */
export type Urgency = 'urgent' | 'normal' | 'unknown';

type Kind = Pick<RequestKind, 'resource' | 'operation'>;

/** Judges a request by its resource type and operation. */
export function foreseeUrgency({ resource, operation }: Kind): Urgency {
  if (resource === 'user' && operation === 'delete') return 'urgent';
  if (operation === 'patch' && (resource === 'user' || resource === 'group')) return 'unknown';
  return operation === 'replace' && resource === 'user' ? 'unknown' : 'normal';
}

/**
 * Whether a request is a revocation: it deletes a user, deactivates one in any dialect, or only removes members from a
 * group.
 *
 * @remarks Decides the order of requests only. The kernel decides the meaning of a body, and may still refuse this one.
 */
export function takesAccessAway(kind: Kind, body: unknown): boolean {
  const foreseen = foreseeUrgency(kind);
  if (foreseen !== 'unknown') return foreseen === 'urgent';
  if (kind.operation === 'replace') return deactivates(body);
  const operations = patchOperationsOf(body);
  if (kind.resource === 'user') return operations.some(isDeactivation);
  return operations.length > 0 && operations.every(isMemberRemoval);
}

/** `active` stands in the operation's path, or in the object of attributes that is its value. */
function isDeactivation({ op, path, value }: SentOperation): boolean {
  if (typeof op !== 'string' || op.toLowerCase() === 'remove') return false;
  if (typeof path === 'string' && path !== '') return nameOf(path) === 'active' && isFalse(value);
  return deactivates(value);
}

function deactivates(attributes: unknown): boolean {
  if (!isObject(attributes)) return false;
  return Object.entries(attributes).some(([name, value]) => nameOf(name) === 'active' && isFalse(value));
}

/** The attribute's name in lower case, without its schema's URN. */
function nameOf(path: string): string {
  return path.slice(path.lastIndexOf(':') + 1).toLowerCase();
}

/** Providers send booleans as strings, and single values as lists. */
function isFalse(value: unknown): boolean {
  if (typeof value === 'string') return value.toLowerCase() === 'false';
  if (!Array.isArray(value)) return value === false;
  const [only] = value;
  return value.length === 1 && isFalse((isObject(only) ? only['value'] : undefined) ?? only);
}

function isMemberRemoval({ op, path }: SentOperation): boolean {
  if (typeof op !== 'string' || op.toLowerCase() !== 'remove' || typeof path !== 'string') return false;
  const filter = path.indexOf('[');
  return nameOf(filter < 0 ? path : path.slice(0, filter)) === 'members';
}
