import { commonAttributes } from './common.ts';
import type { AttributeDefinition, ResourceType, SchemaDefinition } from './definition.ts';

/** Where an attribute was found: the schema's URN and the definition. */
export interface FoundAttribute {
  readonly schema: string;
  readonly attribute: AttributeDefinition;
  /** Whether the schema is an extension, so that the attribute lives in an object under the URN. */
  readonly extension: boolean;
}

/** A resource type's attributes by lower-case name, computed once. */
export interface Registry {
  /** Common and core attributes. */
  readonly core: ReadonlyMap<string, FoundAttribute>;
  /** Extensions by lower-case URN. */
  readonly extensions: ReadonlyMap<string, ExtensionEntry>;
  readonly coreUrn: string;
}

export interface ExtensionEntry {
  readonly schema: SchemaDefinition;
  readonly required: boolean;
  readonly attributes: ReadonlyMap<string, FoundAttribute>;
}

const registries = new WeakMap<ResourceType, Registry>();
const subAttributes = new WeakMap<AttributeDefinition, ReadonlyMap<string, AttributeDefinition>>();

/** The registry of a type; the same for each call. */
export function registryOf(type: ResourceType): Registry {
  const known = registries.get(type);
  if (known !== undefined) return known;
  const registry = {
    core: index(type.schema.id, [...commonAttributes, ...type.schema.attributes], false),
    extensions: new Map(
      type.extensions.map(({ schema, required }) => [
        schema.id.toLowerCase(),
        { schema, required, attributes: index(schema.id, schema.attributes, true) },
      ]),
    ),
    coreUrn: type.schema.id.toLowerCase(),
  };
  registries.set(type, registry);
  return registry;
}

/** The sub-attribute of this name, in any case of letters. @see https://www.rfc-editor.org/rfc/rfc7643#section-2.1 */
export function findSubAttribute(attribute: AttributeDefinition, name: string): AttributeDefinition | undefined {
  let known = subAttributes.get(attribute);
  if (known === undefined) {
    known = new Map((attribute.subAttributes ?? []).map((sub) => [sub.name.toLowerCase(), sub]));
    subAttributes.set(attribute, known);
  }
  return known.get(name.toLowerCase());
}

function index(
  schema: string,
  attributes: readonly AttributeDefinition[],
  extension: boolean,
): ReadonlyMap<string, FoundAttribute> {
  return new Map(attributes.map((attribute) => [attribute.name.toLowerCase(), { schema, attribute, extension }]));
}
