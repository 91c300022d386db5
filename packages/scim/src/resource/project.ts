import type { AttributePath } from '../attribute-path.ts';
import { invalidValue } from '../error.ts';
import { isList, isObject, type JsonDraft, type JsonObject, type JsonValue, type Resource } from '../json.ts';
import type { AttributeDefinition, ResourceType } from '../schema/definition.ts';
import { lookUp, registryOf } from '../schema/registry.ts';
import { parseAttributePath } from '../schema/resolve.ts';
import { type Shown, type ShownParts, toShownParts } from './shown-parts.ts';

/**
 * The attributes that a client requests; without either list, those returned by default.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7644#section-3.9
 */
export interface Projection {
  readonly attributes?: readonly AttributePath[];
  readonly excludedAttributes?: readonly AttributePath[];
}

const plans = new WeakMap<Projection, { readonly type: ResourceType; readonly parts: ShownParts }>();

/**
 * Parses the parameters `attributes` and `excludedAttributes`. Unknown names are ignored; the URN of a schema stands
 * for all of its attributes.
 *
 * @throws ScimError `invalidValue` when both parameters are present.
 * @see https://www.rfc-editor.org/rfc/rfc7644#section-3.9
 * @example
 * ```ts
 * const projection = parseProjection({ attributes: 'userName,name.givenName' }, userResourceType);
 * const shown = projectResource(user, userResourceType, projection);
 * ```
 */
export function parseProjection(
  query: { readonly attributes?: string | undefined; readonly excludedAttributes?: string | undefined },
  type: ResourceType,
): Projection {
  const attributes = query.attributes?.trim() ?? '';
  const excluded = query.excludedAttributes?.trim() ?? '';
  if (attributes !== '' && excluded !== '')
    throw invalidValue('attributes and excludedAttributes must not be combined; send one of them.');
  if (attributes !== '') return { attributes: parseNames(attributes, type) };
  return excluded === '' ? {} : { excludedAttributes: parseNames(excluded, type) };
}

/**
 * Whether `projectResource` will return a top-level attribute; an attribute that is not needed need not be read.
 *
 * @param returned the attribute's characteristic of that name.
 */
export function isProjected(
  { attributes, excludedAttributes }: Projection,
  attributeName: string,
  returned: AttributeDefinition['returned'] = 'default',
): boolean {
  if (returned === 'always' || returned === 'never') return returned === 'always';
  const isNamed = (path: AttributePath) => path.attribute.name === attributeName;
  if (attributes !== undefined) return attributes.some(isNamed);
  if (returned === 'request') return false;
  return excludedAttributes?.some((path) => isNamed(path) && path.subAttribute === undefined) !== true;
}

/**
 * The attributes of a resource that a client requested. Attributes that are always returned (`schemas`, `id`) are
 * included, those that are never returned are not.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7644#section-3.9
 * @example
 * ```ts
 * projectResource(user, userResourceType, parseProjection({ excludedAttributes: 'emails' }, userResourceType));
 * ```
 */
export function projectResource(resource: Resource, type: ResourceType, projection: Projection): Resource {
  const { core, extensions } = partsOf(projection, type);
  const shown: JsonDraft = {};
  const urns: string[] = [type.schema.id];
  for (const name of Object.keys(resource)) {
    const value = resource[name];
    const extension = extensions.get(name);
    const part = extension === undefined ? show(value, core.get(name)) : showParts(value, extension);
    if (part === undefined) continue;
    shown[name] = part;
    if (extension !== undefined) urns.push(name);
  }
  if (shown['schemas'] !== undefined) shown['schemas'] = urns;
  return shown;
}

function parseNames(text: string, type: ResourceType): readonly AttributePath[] {
  const { containers } = registryOf(type);
  return text.split(',').flatMap((part) => {
    const name = part.trim();
    const container = lookUp(containers, name);
    if (container !== undefined) return [...new Set(container.attributes.values())];
    return parseAttributePath(name, type) ?? [];
  });
}

function partsOf(projection: Projection, type: ResourceType): ShownParts {
  const known = plans.get(projection);
  if (known?.type === type) return known.parts;
  const parts = toShownParts(type, projection.attributes, projection.excludedAttributes);
  plans.set(projection, { type, parts });
  return parts;
}

function show(value: JsonValue | undefined, shown: Shown | undefined): JsonValue | undefined {
  if (shown === undefined || shown === 'whole') return shown === undefined ? undefined : value;
  if (!isList(value)) return showParts(value, shown);
  const items = value.map((item) => showParts(item, shown)).filter((item) => item !== undefined);
  return items.length === 0 ? undefined : items;
}

function showParts(value: JsonValue | undefined, parts: ReadonlyMap<string, Shown>): JsonObject | undefined {
  if (!isObject(value)) return undefined;
  const shown: JsonDraft = {};
  let isEmpty = true;
  for (const name of Object.keys(value)) {
    const part = show(value[name], parts.get(name));
    if (part === undefined) continue;
    shown[name] = part;
    isEmpty = false;
  }
  return isEmpty ? undefined : shown;
}
