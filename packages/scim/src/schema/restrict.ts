import type { AttributeDefinition, ResourceType, SchemaDefinition } from './definition.ts';

/**
 * The type with only those attributes that a deployment stores; an extension without any is left out. A complex attribute is kept with
 * those of its parts that are stored, or with all of them when only the attribute itself is said to be stored. Common attributes stay.
 *
 * @param isStored told of paths such as `title`, `name.givenName` and `urn:…:User:department`.
 */
export function restrictResourceType(type: ResourceType, isStored: (path: string) => boolean): ResourceType {
  const extensions = type.extensions.map(({ schema, required }) => ({
    schema: restrict(schema, `${schema.id}:`, isStored),
    required,
  }));
  return {
    ...type,
    schema: restrict(type.schema, '', isStored),
    extensions: extensions.filter(({ schema }) => schema.attributes.length > 0),
  };
}

function restrict(schema: SchemaDefinition, prefix: string, isStored: (path: string) => boolean): SchemaDefinition {
  const attributes = schema.attributes.flatMap((attribute) =>
    restrictAttribute(attribute, `${prefix}${attribute.name}`, isStored),
  );
  return { ...schema, attributes };
}

function restrictAttribute(
  attribute: AttributeDefinition,
  path: string,
  isStored: (path: string) => boolean,
): readonly AttributeDefinition[] {
  const subAttributes = attribute.subAttributes?.filter((sub) => isStored(`${path}.${sub.name}`)) ?? [];
  if (subAttributes.length > 0) return [{ ...attribute, subAttributes }];
  return isStored(path) ? [attribute] : [];
}
