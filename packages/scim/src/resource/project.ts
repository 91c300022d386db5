import {
  type AttributePath,
  attributeValue,
  parseAttributePath,
  toAttributePath,
  withAttributeValue,
} from '../attribute-path.ts';
import { invalidValue } from '../error.ts';
import { isObject, type JsonObject, type JsonValue, type Resource } from '../json.ts';
import type { ResourceType } from '../schema/definition.ts';
import { registryOf } from '../schema/registry.ts';

/** Which attributes a client wants to see; neither list: those returned by default. @see https://www.rfc-editor.org/rfc/rfc7644#section-3.9 */
export interface Projection {
  readonly attributes?: readonly AttributePath[];
  readonly excludedAttributes?: readonly AttributePath[];
}

/**
 * The projection that the query parameters ask for. Names that the type has not are ignored.
 *
 * @throws ScimError `invalidValue` when both are given.
 */
export function parseProjection(
  query: { readonly attributes?: string | undefined; readonly excludedAttributes?: string | undefined },
  type: ResourceType,
): Projection {
  const attributes = query.attributes?.trim();
  const excluded = query.excludedAttributes?.trim();
  if (attributes && excluded)
    throw invalidValue('attributes and excludedAttributes exclude each other; send one of them.');
  if (attributes) return { attributes: parseNames(attributes, type) };
  return excluded ? { excludedAttributes: parseNames(excluded, type) } : {};
}

/** Whether a top-level attribute of this name will be shown. */
export function isProjected(projection: Projection, attributeName: string): boolean {
  const named = (path: AttributePath) => path.attribute.name === attributeName;
  if (projection.attributes !== undefined) return projection.attributes.some(named);
  return !projection.excludedAttributes?.some((path) => named(path) && path.subAttribute === undefined);
}

/** The part of the resource that the projection shows; `schemas` and `id` always, what is never returned never. */
export function projectResource(resource: Resource, type: ResourceType, projection: Projection): Resource {
  const shown =
    projection.attributes === undefined
      ? exclude(resource, projection.excludedAttributes ?? [])
      : include(resource, projection.attributes);
  return withoutHidden(shown, type, projection);
}

function parseNames(text: string, type: ResourceType): readonly AttributePath[] {
  return text.split(',').flatMap((part) => {
    const name = part.trim();
    const extension = registryOf(type).extensions.get(name.toLowerCase());
    if (extension !== undefined) return [...extension.attributes.values()].map((found) => toAttributePath(found));
    const path = name === '' ? undefined : parseAttributePath(name, type);
    return path === undefined ? [] : [path];
  });
}

function include(resource: Resource, paths: readonly AttributePath[]): Resource {
  const shown: Record<string, JsonValue> = {};
  for (const name of ['schemas', 'id']) if (resource[name] !== undefined) shown[name] = resource[name];
  for (const path of paths) {
    const value = attributeValue(resource, path);
    if (value === undefined) continue;
    const part = path.subAttribute === undefined ? value : pickSub(value, path.subAttribute.name);
    const wrapped = path.extension ? { [path.attribute.name]: part } : part;
    const key = path.extension ? path.schema : path.attribute.name;
    const before = shown[key];
    shown[key] = before === undefined ? wrapped : mergeParts(before, wrapped);
  }
  return shown;
}

function pickSub(value: JsonValue, name: string): JsonValue {
  if (Array.isArray(value)) return value.map((item: JsonValue) => pickSub(item, name));
  return isObject(value) && value[name] !== undefined ? { [name]: value[name] } : {};
}

/** Two selections of sub-attributes of one attribute, put together. */
function mergeParts(before: JsonValue, part: JsonValue): JsonValue {
  if (Array.isArray(before) && Array.isArray(part))
    return before.map((item: JsonValue, index) => mergeParts(item, part[index] ?? {}));
  return isObject(before) && isObject(part) ? { ...before, ...part } : part;
}

function exclude(resource: Resource, paths: readonly AttributePath[]): Resource {
  return paths.reduce((shown, path) => {
    const value = path.attribute.returned === 'always' ? undefined : attributeValue(shown, path);
    if (value === undefined) return shown;
    return withAttributeValue(
      shown,
      path,
      path.subAttribute === undefined ? undefined : dropSub(value, path.subAttribute.name),
    );
  }, resource);
}

function dropSub(value: JsonValue, name: string): JsonValue {
  if (Array.isArray(value)) return value.map((item: JsonValue) => dropSub(item, name));
  if (!isObject(value)) return value;
  const { [name]: _dropped, ...others } = value;
  return others;
}

function withoutHidden(resource: JsonObject, type: ResourceType, projection: Projection): Resource {
  const { core } = registryOf(type);
  const isHidden = (name: string) => {
    const returned = core.get(name.toLowerCase())?.attribute.returned;
    return returned === 'never' || (returned === 'request' && projection.attributes === undefined);
  };
  const names = Object.keys(resource);
  return names.some(isHidden)
    ? Object.fromEntries(Object.entries(resource).filter(([name]) => !isHidden(name)))
    : resource;
}
