import { parseAttributePath, withAttributeValue } from '../attribute-path.ts';
import { invalidSyntax, invalidValue } from '../error.ts';
import { equalJson, isObject, type JsonObject, type JsonValue, member, type Resource } from '../json.ts';
import { type Tolerance, tolerates } from '../tolerance.ts';
import { coerceValue } from './coerce.ts';
import type { ResourceType } from './definition.ts';
import { type FoundAttribute, registryOf } from './registry.ts';

/**
 * The resource that a POST or PUT body describes: canonical names, values of the right type, read-only and unknown attributes left out.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7644#section-3.3
 * @throws ScimError `invalidSyntax` when the body is no resource of the type, `invalidValue` when a value is wrong or a required one missing.
 */
export function parseResource(input: unknown, type: ResourceType, tolerance: Tolerance): Resource {
  if (!isObject(input)) throw invalidSyntax(`The body must be a JSON object that describes a ${type.name}.`);
  assertSchemas(input, type, tolerance);
  let resource: Resource = { schemas: [type.schema.id] };
  for (const [name, value] of Object.entries(input)) resource = withInput(resource, name, value, type, tolerance);
  assertRequired(resource, type);
  return withSchemas(resource, type);
}

/** @throws ScimError `invalidValue` when a required attribute has no value. */
export function assertRequired(resource: Resource, type: ResourceType): void {
  for (const { attribute } of registryOf(type).core.values()) {
    if (!attribute.required || attribute.name === 'schemas') continue;
    const value = member(resource, attribute.name);
    if (value === undefined || value === '') throw invalidValue(`${attribute.name} is required and must not be empty.`);
  }
}

/** The resource with `schemas` listing the core schema and those extensions that have values. */
export function withSchemas(resource: Resource, type: ResourceType): Resource {
  const present = type.extensions
    .filter(({ schema }) => member(resource, schema.id) !== undefined)
    .map(({ schema }) => schema.id);
  const schemas = [type.schema.id, ...present];
  const before = member(resource, 'schemas');
  if (Array.isArray(before) && before.length === schemas.length && schemas.every((urn) => before.includes(urn)))
    return resource;
  return equalJson(before, schemas) ? resource : { ...resource, schemas };
}

function withInput(
  resource: Resource,
  name: string,
  value: JsonValue,
  type: ResourceType,
  tolerance: Tolerance,
): Resource {
  const registry = registryOf(type);
  const lower = name.toLowerCase();
  const extension = registry.extensions.get(lower);
  if (extension !== undefined)
    return withExtension(resource, extension.attributes, extension.schema.id, value, tolerance);
  const found = registry.core.get(lower) ?? findDotted(name, type, tolerance);
  return found === undefined ? resource : withAttribute(resource, found, value, tolerance);
}

/** An attribute named with its URN instead of inside an object; sub-attributes cannot be named so in a whole resource. */
function findDotted(name: string, type: ResourceType, tolerance: Tolerance): FoundAttribute | undefined {
  const path = name.includes(':') ? parseAttributePath(name, type) : undefined;
  if (path === undefined || path.subAttribute !== undefined) return undefined;
  return tolerates(tolerance, 'entra.dotted-keys') ? path : undefined;
}

function withExtension(
  resource: Resource,
  attributes: ReadonlyMap<string, FoundAttribute>,
  urn: string,
  value: JsonValue,
  tolerance: Tolerance,
): Resource {
  if (value === null) return resource;
  if (!isObject(value)) throw invalidValue(`${urn} must be an object.`);
  return Object.entries(value).reduce((kept, [name, part]) => {
    const found = attributes.get(name.toLowerCase());
    return found === undefined ? kept : withAttribute(kept, found, part, tolerance);
  }, resource);
}

function withAttribute(resource: Resource, found: FoundAttribute, value: JsonValue, tolerance: Tolerance): Resource {
  const { attribute } = found;
  if (attribute.mutability === 'readOnly' || attribute.name === 'schemas') return resource;
  if (attribute.returned === 'never') {
    tolerance.onQuirk?.('okta.password-placeholder');
    return resource;
  }
  const path = found.extension ? `${found.schema}:${attribute.name}` : attribute.name;
  const coerced = coerceValue(value, attribute, path, tolerance);
  return coerced === undefined ? resource : withAttributeValue(resource, found, coerced);
}

function assertSchemas(input: JsonObject, type: ResourceType, tolerance: Tolerance): void {
  const entry = Object.entries(input).find(([name]) => name.toLowerCase() === 'schemas');
  const schemas = entry?.[1];
  const urns = Array.isArray(schemas) ? schemas.filter((urn): urn is string => typeof urn === 'string') : [];
  const known = urns.some((urn) => urn.toLowerCase() === type.schema.id.toLowerCase());
  if (known) {
    const foreign = urns.some(
      (urn) =>
        urn.toLowerCase() !== type.schema.id.toLowerCase() && !registryOf(type).extensions.has(urn.toLowerCase()),
    );
    if (foreign) tolerance.onQuirk?.('entra.ms-group-schema');
    return;
  }
  if (!tolerates(tolerance, 'any.missing-schemas')) throw invalidSyntax(`schemas must contain ${type.schema.id}.`);
}
