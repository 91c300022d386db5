import { isObject, type JsonObject, type JsonValue, member, type Resource } from './json.ts';
import type { AttributeDefinition, ResourceType } from './schema/definition.ts';
import { type FoundAttribute, findSubAttribute, registryOf } from './schema/registry.ts';

/** An attribute that a text names, resolved against the schema. @see https://www.rfc-editor.org/rfc/rfc7644#section-3.10 */
export interface AttributePath {
  /** The URN of the schema that defines the attribute. */
  readonly schema: string;
  /** Whether the attribute lives in an object under that URN. */
  readonly extension: boolean;
  readonly attribute: AttributeDefinition;
  readonly subAttribute?: AttributeDefinition;
  /** The canonical spelling; the core schema's URN is left out. */
  readonly text: string;
}

/** The attribute that a name, with or without its URN, means; undefined when the type has none. Names count in any case of letters. */
export function parseAttributePath(text: string, type: ResourceType): AttributePath | undefined {
  const { attributes, rest } = splitUrn(text, type);
  const dot = rest.indexOf('.');
  const found = attributes?.get((dot < 0 ? rest : rest.slice(0, dot)).toLowerCase());
  if (found === undefined) return undefined;
  if (dot < 0) return toAttributePath(found);
  const subAttribute = findSubAttribute(found.attribute, rest.slice(dot + 1));
  return subAttribute === undefined ? undefined : toAttributePath(found, subAttribute);
}

/** The attribute of an extension named without its URN, as Entra's tutorial does for `manager`. */
export function parseUnprefixedPath(text: string, type: ResourceType): AttributePath | undefined {
  for (const { schema } of type.extensions) {
    const found = parseAttributePath(`${schema.id}:${text}`, type);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The path of an attribute, or of one of its sub-attributes. */
export function toAttributePath(found: FoundAttribute, subAttribute?: AttributeDefinition): AttributePath {
  const name = found.extension ? `${found.schema}:${found.attribute.name}` : found.attribute.name;
  const path = { schema: found.schema, extension: found.extension, attribute: found.attribute };
  return subAttribute === undefined
    ? { ...path, text: name }
    : { ...path, subAttribute, text: `${name}.${subAttribute.name}` };
}

/** The value of the path's attribute, sub-attribute not considered. */
export function attributeValue(
  resource: Resource,
  path: Pick<AttributePath, 'extension' | 'schema' | 'attribute'>,
): JsonValue | undefined {
  if (!path.extension) return member(resource, path.attribute.name);
  const extension = member(resource, path.schema);
  return isObject(extension) ? member(extension, path.attribute.name) : undefined;
}

/** A copy of the resource with the attribute's value replaced, or without the attribute; an emptied extension goes with it. */
export function withAttributeValue(
  resource: Resource,
  path: Pick<AttributePath, 'extension' | 'schema' | 'attribute'>,
  value: JsonValue | undefined,
): Resource {
  if (!path.extension) return withMember(resource, path.attribute.name, value);
  const before = member(resource, path.schema);
  const extension = withMember(isObject(before) ? before : {}, path.attribute.name, value);
  return withMember(resource, path.schema, Object.keys(extension).length === 0 ? undefined : extension);
}

/** A copy of the object with the member replaced, or without it. */
export function withMember(object: JsonObject, name: string, value: JsonValue | undefined): JsonObject {
  if (value !== undefined) return { ...object, [name]: value };
  const { [name]: _dropped, ...others } = object;
  return others;
}

function splitUrn(
  text: string,
  type: ResourceType,
): { readonly attributes: ReadonlyMap<string, FoundAttribute> | undefined; readonly rest: string } {
  const registry = registryOf(type);
  if (!text.includes(':')) return { attributes: registry.core, rest: text };
  const lower = text.toLowerCase();
  if (lower.startsWith(`${registry.coreUrn}:`))
    return { attributes: registry.core, rest: text.slice(registry.coreUrn.length + 1) };
  for (const [urn, { attributes }] of registry.extensions) {
    if (lower.startsWith(`${urn}:`)) return { attributes, rest: text.slice(urn.length + 1) };
  }
  return { attributes: undefined, rest: text };
}
