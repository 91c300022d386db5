import type { AttributeDefinition, ResourceType, SchemaDefinition } from './definition.ts';

/** What a deployment says of an attribute that it stores, where that is not what the RFC says. */
export type Characteristics = Partial<
  Pick<AttributeDefinition, 'required' | 'canonicalValues' | 'mutability' | 'returned'>
>;

/**
 * The type with only those attributes that a deployment stores, as it stores them; an extension without any is left out. A complex
 * attribute is kept with those of its parts that are stored, or with all of them when only the attribute itself is said to be stored.
 * Common attributes stay.
 *
 * @param describe told of paths such as `title`, `name.givenName` and `urn:…:User:department`; undefined for what is not stored.
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
