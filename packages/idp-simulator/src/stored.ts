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

/** What a server's `/Schemas` says that it stores. */
export function storedBySchemas(schemas: unknown): IsStored {
  const resources =
    typeof schemas === 'object' && schemas !== null && 'Resources' in schemas
      ? (schemas.Resources as readonly ListedSchema[])
      : [];
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

/** Whether an assertion counts: those of level `full` only where the attribute they are about is stored. */
export function applies(assertion: BodyAssertion, step: Step, isStored: IsStored): boolean {
  return assertion.level !== 'full' || isStored(attributeOf(assertion, step));
}

/** The attribute that an assertion is about: the pointer's, or the filter's where the pointer is about a list. */
function attributeOf({ pointer, contains }: BodyAssertion, step: Step): string {
  const parts = pointer.slice(1).split('/');
  if (parts[0] === 'Resources' && typeof contains === 'object' && contains !== null && 'id' in contains)
    return String(contains.id).toLowerCase();
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
