import { isObject, type JsonObject, type JsonValue } from './json.ts';
import type { AttributeDefinition, ResourceType } from './schema/definition.ts';
import { lookUp, registryOf } from './schema/registry.ts';
import { type Tolerance, tolerates } from './tolerance.ts';

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
  return lookUp(registryOf(type).paths, text);
}

/**
 * The attribute that a name means to a provider.
 *
 * @remarks `entra.unprefixed-extension`: an extension's attribute may be named without its URN, as Entra's tutorial does for `manager`.
 */
export function resolveAttributePath(
  text: string,
  type: ResourceType,
  tolerance: Tolerance,
): AttributePath | undefined {
  const path = parseAttributePath(text, type);
  if (path !== undefined) return path;
  const unprefixed = lookUp(registryOf(type).unprefixed, text);
  return unprefixed !== undefined && tolerates(tolerance, 'entra.unprefixed-extension') ? unprefixed : undefined;
}

/** The path of a sub-attribute, seen from the resource. */
export function subAttributePath(path: AttributePath, subAttribute: AttributeDefinition): AttributePath {
  return { ...path, subAttribute, text: `${path.text}.${subAttribute.name}` };
}

/** The path of a sub-attribute, seen from one value of its attribute. */
export function relativePath(path: AttributePath, subAttribute: AttributeDefinition): AttributePath {
  return { schema: path.schema, extension: false, attribute: subAttribute, text: subAttribute.name };
}

/** The value of the path's attribute, sub-attribute not considered. */
export function attributeValue(
  resource: JsonObject,
  { extension, schema, attribute }: AttributePath,
): JsonValue | undefined {
  if (!extension) return resource[attribute.name];
  const container = resource[schema];
  return isObject(container) ? container[attribute.name] : undefined;
}
