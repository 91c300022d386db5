import type { AttributeDefinition, ResourceType, SchemaDefinition } from './definition.ts';

/** The type with only those attributes that a deployment stores; an extension without any is left out. */
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
  if (!isStored(path)) return [];
  if (attribute.subAttributes === undefined) return [attribute];
  const subAttributes = attribute.subAttributes.filter((sub) => isStored(`${path}.${sub.name}`));
  return subAttributes.length === 0 ? [] : [{ ...attribute, subAttributes }];
}
