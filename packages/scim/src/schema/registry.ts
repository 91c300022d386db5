import type { AttributePath } from '../attribute-path.ts';
import { commonAttributes } from './common.ts';
import type { AttributeDefinition, ResourceType, SchemaDefinition } from './definition.ts';

/** A resource type's names, resolved once; each map holds canonical and lower-case spellings. */
export interface Registry {
  /** Common and core attributes by their bare names. */
  readonly attributes: ReadonlyMap<string, AttributePath>;
  /** What each schema URN stands for, the core schema's included. */
  readonly containers: ReadonlyMap<string, Container>;
  /** Everything a text may name: attributes and sub-attributes, with their URN and, where they are of the core, without. */
  readonly paths: ReadonlyMap<string, AttributePath>;
  /** Attributes of extensions, and their sub-attributes, by names that lack the URN. */
  readonly unprefixed: ReadonlyMap<string, AttributePath>;
  /** Core attributes that a resource cannot be without. */
  readonly required: readonly AttributePath[];
}

/** A schema's attributes by name. */
export interface Container {
  readonly urn: string;
  readonly extension: boolean;
  readonly attributes: ReadonlyMap<string, AttributePath>;
}

const registries = new WeakMap<ResourceType, Registry>();
const subAttributes = new WeakMap<AttributeDefinition, ReadonlyMap<string, AttributeDefinition>>();

/** The registry of a type; the same for each call. */
export function registryOf(type: ResourceType): Registry {
  const known = registries.get(type);
  if (known !== undefined) return known;
  const registry = buildRegistry(type);
  registries.set(type, registry);
  return registry;
}

/** What is registered under a name, in any case of letters. @see https://www.rfc-editor.org/rfc/rfc7643#section-2.1 */
export function lookUp<T>(names: ReadonlyMap<string, T>, name: string): T | undefined {
  return names.get(name) ?? names.get(name.toLowerCase());
}

/** The sub-attribute of this name, in any case of letters. */
export function findSubAttribute(attribute: AttributeDefinition, name: string): AttributeDefinition | undefined {
  return lookUp(subAttributesOf(attribute), name);
}

/** An attribute's sub-attributes by canonical and lower-case name. */
export function subAttributesOf(attribute: AttributeDefinition): ReadonlyMap<string, AttributeDefinition> {
  const known = subAttributes.get(attribute);
  if (known !== undefined) return known;
  const names = new Map<string, AttributeDefinition>();
  for (const sub of attribute.subAttributes ?? []) names.set(sub.name, sub).set(sub.name.toLowerCase(), sub);
  subAttributes.set(attribute, names);
  return names;
}

function buildRegistry(type: ResourceType): Registry {
  const paths = new Map<string, AttributePath>();
  const unprefixed = new Map<string, AttributePath>();
  const containers = new Map<string, Container>();
  const core = buildContainer(type.schema, [...commonAttributes, ...type.schema.attributes], false);
  for (const container of [
    core,
    ...type.extensions.map(({ schema }) => buildContainer(schema, schema.attributes, true)),
  ]) {
    containers.set(container.urn, container).set(container.urn.toLowerCase(), container);
    for (const path of new Set(container.attributes.values())) {
      for (const each of [path, ...subPaths(path)]) {
        const bare = container.extension ? each.text.slice(container.urn.length + 1) : each.text;
        register(paths, `${container.urn}:${bare}`, each);
        register(container.extension ? unprefixed : paths, bare, each);
      }
    }
  }
  const required = [...new Set(core.attributes.values())].filter(
    ({ attribute }) => attribute.required && attribute.mutability !== 'readOnly',
  );
  return { attributes: core.attributes, containers, paths, unprefixed, required };
}

function buildContainer(
  schema: SchemaDefinition,
  definitions: readonly AttributeDefinition[],
  extension: boolean,
): Container {
  const attributes = new Map<string, AttributePath>();
  for (const attribute of definitions) {
    const text = extension ? `${schema.id}:${attribute.name}` : attribute.name;
    register(attributes, attribute.name, { schema: schema.id, extension, attribute, text });
  }
  return { urn: schema.id, extension, attributes };
}

function subPaths(path: AttributePath): readonly AttributePath[] {
  const subs = path.attribute.subAttributes ?? [];
  return subs.map((subAttribute) => ({ ...path, subAttribute, text: `${path.text}.${subAttribute.name}` }));
}

function register(names: Map<string, AttributePath>, name: string, path: AttributePath): void {
  names.set(name, path).set(name.toLowerCase(), path);
}
