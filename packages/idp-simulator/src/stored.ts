import { isObject } from './pointer.ts';
import type { BodyAssertion, Step } from './session.ts';

/** Whether the server stores an attribute, by its SCIM path in lower case. */
export type IsStored = (path: string) => boolean;

interface ListedAttribute {
  readonly name: string;
  readonly subAttributes?: readonly ListedAttribute[];
}

interface ListedSchema {
  readonly id: string;
  readonly attributes?: readonly ListedAttribute[];
}

/** The attributes that a server stores, according to its `/Schemas`. */
export function storedBySchemas(schemas: unknown): IsStored {
  const listed = isObject(schemas) ? schemas['Resources'] : undefined;
  const resources: readonly ListedSchema[] = Array.isArray(listed) ? listed : [];
  const paths = new Set<string>(['externalid']);
  for (const { id, attributes = [] } of resources) {
    paths.add(id.toLowerCase());
    for (const { name, subAttributes = [] } of attributes) {
      const prefix = id.includes(':extension:') ? `${id}:` : '';
      paths.add(`${prefix}${name}`.toLowerCase());
      for (const sub of subAttributes) paths.add(`${prefix}${name}.${sub.name}`.toLowerCase());
    }
  }
  return (path) => paths.has(path);
}

/** Whether an assertion applies: one of level `full` applies only when the server stores its attribute. */
export function applies(assertion: BodyAssertion, step: Step, isStored: IsStored): boolean {
  return assertion.level !== 'full' || isStored(attributeOf(assertion, step));
}

/** The attribute that an assertion checks: that of the pointer, or that of the filter when the pointer names a list. */
function attributeOf({ pointer, contains }: BodyAssertion, step: Step): string {
  const parts = pointer.slice(1).split('/');
  if (parts[0] === 'Resources' && isObject(contains) && 'id' in contains) return String(contains['id']).toLowerCase();
  if (/^(schemas|totalResults|Resources)$/.test(parts[0] ?? '')) return filteredAttribute(step);
  const names = parts.filter((part) => !/^\d+$/.test(part));
  const [first = '', second] = names;
  if (first.startsWith('urn:'))
    return `${first}${second === undefined ? '' : `:${names.slice(1).join('.')}`}`.toLowerCase();
  return names.join('.').toLowerCase();
}

function filteredAttribute({ request }: Step): string {
  const filter = new URL(request.path, 'http://unused').searchParams.get('filter') ?? '';
  return (filter.split(/[ []/)[0] ?? '').toLowerCase();
}
