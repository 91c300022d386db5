import { type AttributePath, subAttributePath } from '../attribute-path.ts';
import { commonAttributes } from './common.ts';
import type { AttributeDefinition, ResourceType, SchemaDefinition } from './definition.ts';

/** The names of a resource type, resolved once. Each map has canonical and lower-case spellings as keys. */
export interface Registry {
  /** Common and core attributes by name without URN. */
  readonly attributes: ReadonlyMap<string, AttributePath>;
  /** The attributes of each schema by its URN, the core schema included. */
  readonly containers: ReadonlyMap<string, Container>;
  /** Attributes and sub-attributes by every standard spelling: with their URN and, for core attributes, without. */
  readonly paths: ReadonlyMap<string, AttributePath>;
  /** Extension attributes and their sub-attributes by name without URN. */
  readonly unprefixed: ReadonlyMap<string, AttributePath>;
  /** The core attributes that a client must set. */
  readonly required: readonly AttributePath[];
}

/** The attributes of one schema by name. */
export interface Container {
  readonly urn: string;
  readonly extension: boolean;
  readonly attributes: ReadonlyMap<string, AttributePath>;
}

const registries = new WeakMap<ResourceType, Registry>();
const subAttributes = new WeakMap<AttributeDefinition, ReadonlyMap<string, AttributeDefinition>>();

/** The registry of a resource type; built on the first call. */
export function registryOf(type: ResourceType): Registry {
  const known = registries.get(type);
  if (known !== undefined) return known;
  const registry = buildRegistry(type);
  registries.set(type, registry);
  return registry;
}

/** The entry under a name in any case. @see https://www.rfc-editor.org/rfc/rfc7643#section-2.1 */
export function lookUp<T>(names: ReadonlyMap<string, T>, name: string): T | undefined {
  return names.get(name) ?? names.get(name.toLowerCase());
}

/** The sub-attribute with a name in any case. */
export function findSubAttribute(attribute: AttributeDefinition, name: string): AttributeDefinition | undefined {
  return lookUp(subAttributesOf(attribute), name);
}

/** The sub-attributes of an attribute by canonical and lower-case name. */
export function subAttributesOf(attribute: AttributeDefinition): ReadonlyMap<string, AttributeDefinition> {
  const known = subAttributes.get(attribute);
  if (known !== undefined) return known;
  const names = new Map<string, AttributeDefinition>();
  for (const sub of attribute.subAttributes ?? []) register(names, sub.name, sub);
  subAttributes.set(attribute, names);
  return names;
}

function buildRegistry(type: ResourceType): Registry {
  const paths = new Map<string, AttributePath>();
  const unprefixed = new Map<string, AttributePath>();
  const containers = new Map<string, Container>();
  const core = buildCore(type.schema);
  for (const container of [core, ...type.extensions.map(({ schema }) => buildExtension(schema))]) {
    const { urn, extension } = container;
    register(containers, urn, container);
    for (const path of new Set(container.attributes.values())) {
      for (const each of [path, ...subPaths(path)]) {
        const bare = extension ? each.text.slice(urn.length + 1) : each.text;
        register(paths, `${urn}:${bare}`, each);
        register(extension ? unprefixed : paths, bare, each);
      }
    }
  }
  const required = [...new Set(core.attributes.values())].filter(
    ({ attribute }) => attribute.required && attribute.mutability !== 'readOnly',
  );
  return { attributes: core.attributes, containers, paths, unprefixed, required };
}

function buildCore(schema: SchemaDefinition): Container {
  const urn = schema.id;
  const attributes = new Map<string, AttributePath>();
  for (const attribute of [...commonAttributes, ...schema.attributes])
    register(attributes, attribute.name, { schema: urn, extension: false, attribute, text: attribute.name });
  return { urn, extension: false, attributes };
}

function buildExtension(schema: SchemaDefinition): Container {
  const urn = schema.id;
  const attributes = new Map<string, AttributePath>();
  for (const attribute of schema.attributes)
    register(attributes, attribute.name, { schema: urn, extension: true, attribute, text: `${urn}:${attribute.name}` });
  return { urn, extension: true, attributes };
}

function subPaths(path: AttributePath): readonly AttributePath[] {
  return (path.attribute.subAttributes ?? []).map((subAttribute) => subAttributePath(path, subAttribute));
}

function register<T>(names: Map<string, T>, name: string, entry: T): void {
  names.set(name, entry).set(name.toLowerCase(), entry);
}
