import type { RequestKind } from '../../observability/request-metrics.ts';
import { operationsOf, toObject } from '../body/shape.ts';

/** What a request's method and path say of whether it takes access away: yes, no, or that its body has to be asked. */
export type Urgency = 'urgent' | 'normal' | 'unknown';

type Kind = Pick<RequestKind, 'resource' | 'operation'>;

/** Judges before there is a body. */
export function foreseeUrgency({ resource, operation }: Kind): Urgency {
  if (resource === 'user' && operation === 'delete') return 'urgent';
  if (operation === 'patch' && (resource === 'user' || resource === 'group')) return 'unknown';
  return operation === 'replace' && resource === 'user' ? 'unknown' : 'normal';
}

/**
 * Whether a request takes access away, so that it goes before others: a user is deleted or deactivated, in whatever dialect, or members
 * are removed and nothing else. It decides on nothing but the turn: what a request asks for is the kernel's to say.
 */
export function takesAccessAway(kind: Kind, body: unknown): boolean {
  const foreseen = foreseeUrgency(kind);
  if (foreseen !== 'unknown') return foreseen === 'urgent';
  if (kind.operation === 'replace') return deactivates(toObject(body));
  const operations = operationsOf(body);
  if (kind.resource === 'user') return operations.some(isDeactivation);
  return operations.length > 0 && operations.every(isRemovalOfMembers);
}

/** With the attribute in `path`, or in an object of attributes as value. */
function isDeactivation({ op, path, value }: Readonly<Record<string, unknown>>): boolean {
  if (typeof op !== 'string' || op.toLowerCase() === 'remove') return false;
  if (typeof path === 'string' && path !== '') return nameOf(path) === 'active' && isFalse(value);
  return deactivates(toObject(value));
}

function deactivates(attributes: Readonly<Record<string, unknown>>): boolean {
  return Object.entries(attributes).some(([name, value]) => nameOf(name) === 'active' && isFalse(value));
}

/** An attribute's name without the schema that may stand before it, in lower case. */
function nameOf(path: string): string {
  return path.slice(path.lastIndexOf(':') + 1).toLowerCase();
}

/** Providers send booleans as texts, and single values as lists. */
function isFalse(value: unknown): boolean {
  if (typeof value === 'string') return value.toLowerCase() === 'false';
  if (Array.isArray(value)) return value.length === 1 && isFalse(toObject(value[0])['value'] ?? value[0]);
  return value === false;
}

function isRemovalOfMembers({ op, path }: Readonly<Record<string, unknown>>): boolean {
  if (typeof op !== 'string' || op.toLowerCase() !== 'remove' || typeof path !== 'string') return false;
  const filter = path.indexOf('[');
  return nameOf(filter < 0 ? path : path.slice(0, filter)) === 'members';
}
