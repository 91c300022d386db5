import type { AttributeDefinition, ResourceType } from '@scim-gateway/scim';
import Type, { type TSchema } from 'typebox';

/** Converts a SCIM schema to JSON Schema, for documentation only. */
export function toJsonSchema(type: ResourceType): TSchema {
  const extensions = type.extensions.map(({ schema }) => [schema.id, toObject(schema.attributes, schema.description)]);
  const own = toProperties(type.schema.attributes);
  const properties = { ...common, ...own, ...Object.fromEntries(extensions), meta };
  const required = type.schema.attributes.filter((attribute) => attribute.required).map(({ name }) => name);
  return Type.Unsafe({
    $id: type.name,
    type: 'object',
    description: type.description,
    properties,
    required: ['schemas', ...required],
  });
}

const common = {
  schemas: Type.Array(Type.String(), { description: 'The URNs of the schemas that the resource uses.' }),
  id: Type.String({ format: 'uuid', readOnly: true, description: "The resource's id, the same as in Collate." }),
  externalId: Type.Optional(Type.String({ description: "The provider's own identifier." })),
};

const meta = Type.Unsafe({
  type: 'object',
  readOnly: true,
  properties: {
    resourceType: { type: 'string' },
    created: { type: 'string', format: 'date-time' },
    lastModified: { type: 'string', format: 'date-time' },
    location: { type: 'string', format: 'uri' },
    version: { type: 'string' },
  },
});

function toProperties(attributes: readonly AttributeDefinition[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    attributes
      .filter(({ returned }) => returned !== 'never')
      .map((attribute) => [attribute.name, toProperty(attribute)]),
  );
}

/** A complex attribute. `$ref` becomes a pattern property, because tools read a property `$ref` as a reference. */
function toObject(attributes: readonly AttributeDefinition[], description: string): object {
  const reference = attributes.find(({ name }) => name === '$ref');
  const properties = toProperties(attributes.filter((attribute) => attribute !== reference));
  const patterns = reference === undefined ? {} : { patternProperties: { '^\\$ref$': toProperty(reference) } };
  return { type: 'object', description, properties, ...patterns };
}

const types = {
  string: { type: 'string' },
  boolean: { type: 'boolean' },
  decimal: { type: 'number' },
  integer: { type: 'integer' },
  dateTime: { type: 'string', format: 'date-time' },
  binary: { type: 'string', contentEncoding: 'base64' },
  reference: { type: 'string' },
} as const;

function toProperty(attribute: AttributeDefinition): object {
  const { type, multiValued, description, mutability, canonicalValues, subAttributes = [] } = attribute;
  const single =
    type === 'complex'
      ? toObject(subAttributes, description)
      : { ...types[type], description, ...(canonicalValues === undefined ? {} : { examples: [...canonicalValues] }) };
  const access = mutability === 'readOnly' ? { readOnly: true } : {};
  return multiValued ? { type: 'array', description, items: single, ...access } : { ...single, ...access };
}
