import type { AttributeDefinition, ResourceType, SchemaDefinition } from './definition.ts';

/** The characteristics of an attribute in a deployment, where they differ from the RFC's. */
export type Characteristics = Partial<
  Pick<AttributeDefinition, 'required' | 'canonicalValues' | 'mutability' | 'returned'>
>;

/**
 * Restricts a resource type to the attributes that a deployment stores. Common attributes stay; an extension without
 * any stored attribute is removed. A complex attribute keeps its stored sub-attributes, or all of them when only the
 * attribute itself is stored.
 *
 * @param describe receives a path such as `title`, `name.givenName` or `urn:…:User:department`; returns the
 * characteristics of a stored attribute that differ, or undefined for an attribute that is not stored.
 * @see https://www.rfc-editor.org/rfc/rfc7643#section-7
 * @example
 * ```ts
 * const stored = new Set(['userName', 'name.givenName']);
 * const type = restrictResourceType(userResourceType, (path) => (stored.has(path) ? {} : undefined));
 * ```
 */
export function restrictResourceType(
  type: ResourceType,
  describe: (path: string) => Characteristics | undefined,
): ResourceType {
  const extensions = type.extensions.map(({ schema, required }) => ({
    schema: restrict(schema, `${schema.id}:`, describe),
    required,
  }));
  return {
    ...type,
    schema: restrict(type.schema, '', describe),
    extensions: extensions.filter(({ schema }) => schema.attributes.length > 0),
  };
}

function restrict(
  schema: SchemaDefinition,
  prefix: string,
  describe: (path: string) => Characteristics | undefined,
): SchemaDefinition {
  const attributes = schema.attributes.flatMap((attribute) =>
    restrictAttribute(attribute, `${prefix}${attribute.name}`, describe),
  );
  return { ...schema, attributes };
}

function restrictAttribute(
  attribute: AttributeDefinition,
  path: string,
  describe: (path: string) => Characteristics | undefined,
): readonly AttributeDefinition[] {
  const own = describe(path);
  const subAttributes = (attribute.subAttributes ?? []).flatMap((sub) =>
    restrictAttribute(sub, `${path}.${sub.name}`, describe),
  );
  if (subAttributes.length > 0) return [{ ...attribute, ...own, subAttributes }];
  return own === undefined ? [] : [{ ...attribute, ...own }];
}
