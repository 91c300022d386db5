import { isObject, type JsonObject, type JsonValue } from './json.ts';
import type { AttributeDefinition } from './schema/definition.ts';

/**
 * An attribute or sub-attribute, resolved against a schema.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7644#section-3.10
 */
export interface AttributePath {
  /** The URN of the schema that defines the attribute. */
  readonly schema: string;
  /**
   * Whether the attribute is a member of the extension object under that URN; core attributes are members of the
   * resource.
   */
  readonly extension: boolean;
  readonly attribute: AttributeDefinition;
  readonly subAttribute?: AttributeDefinition;
  /** The canonical spelling, with the URN of an extension and without that of the core schema. */
  readonly text: string;
}

/** The path of a sub-attribute, relative to the resource. */
export function subAttributePath(path: AttributePath, subAttribute: AttributeDefinition): AttributePath {
  return { ...path, subAttribute, text: `${path.text}.${subAttribute.name}` };
}

/** The path of a sub-attribute, relative to one value of its attribute. */
export function relativePath(path: AttributePath, subAttribute: AttributeDefinition): AttributePath {
  return { schema: path.schema, extension: false, attribute: subAttribute, text: subAttribute.name };
}

/** The value of the path's attribute; the sub-attribute is ignored. */
export function attributeValue(
  resource: JsonObject,
  { extension, schema, attribute }: AttributePath,
): JsonValue | undefined {
  if (!extension) return resource[attribute.name];
  const container = resource[schema];
  return isObject(container) ? container[attribute.name] : undefined;
}
