import type { AttributeDefinition, ResourceType, SchemaDefinition } from './definition.ts';

/**
 * Adds the attributes of other resource types to a type, for a filter or sort order that applies to several types at
 * once. Resources of the type have no value for the added attributes.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2.1
 */
export function widenResourceType(type: ResourceType, others: readonly ResourceType[]): ResourceType {
  const foreign = others.flatMap(({ schema }) => schema.attributes);
  const schemas = new Map<string, SchemaDefinition>(type.extensions.map(({ schema }) => [schema.id, schema]));
  for (const { schema, extensions } of others) {
    for (const each of [schema, ...extensions.map((extension) => extension.schema)]) {
      if (!schemas.has(each.id)) schemas.set(each.id, each);
    }
  }
  return {
    ...type,
    schema: { ...type.schema, attributes: withoutRepetition([...type.schema.attributes, ...foreign]) },
    extensions: [...schemas.values()].map((schema) => ({ schema, required: false })),
  };
}

/** The first attribute of each name. */
function withoutRepetition(attributes: readonly AttributeDefinition[]): readonly AttributeDefinition[] {
  const byName = new Map<string, AttributeDefinition>();
  for (const attribute of attributes) if (!byName.has(attribute.name)) byName.set(attribute.name, attribute);
  return [...byName.values()];
}
