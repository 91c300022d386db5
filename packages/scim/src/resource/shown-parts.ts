import type { AttributePath } from '../attribute-path.ts';
import type { AttributeDefinition, ResourceType } from '../schema/definition.ts';
import { registryOf } from '../schema/registry.ts';

/** The returned part of a value: all of it, or some of its sub-attributes by name. */
export type Shown = 'whole' | ReadonlyMap<string, Shown>;

/** The returned attributes of a resource by name. */
export interface ShownParts {
  readonly core: ReadonlyMap<string, Shown>;
  /** By URN. */
  readonly extensions: ReadonlyMap<string, ReadonlyMap<string, Shown>>;
}

/** What a client requested of one attribute or sub-attribute. */
interface Selection {
  /** Whether the client listed attributes at this level, so that others are left out. */
  readonly isSelective: boolean;
  readonly isRequested: boolean;
  readonly isExcluded: boolean;
}

/**
 * The attributes to return, decided by what the client requested and by each attribute's `returned` characteristic.
 *
 * @param attributes the requested attributes; undefined for the default set.
 * @see https://www.rfc-editor.org/rfc/rfc7643#section-7
 */
export function toShownParts(
  type: ResourceType,
  attributes: readonly AttributePath[] | undefined,
  excluded: readonly AttributePath[] | undefined,
): ShownParts {
  const core = new Map<string, Shown>();
  const extensions = new Map<string, Map<string, Shown>>();
  for (const container of new Set(registryOf(type).containers.values())) {
    const parts = container.extension ? new Map<string, Shown>() : core;
    if (container.extension) extensions.set(container.urn, parts);
    for (const path of new Set(container.attributes.values())) {
      const shown = toShown(path.attribute, namesOf(path, attributes), namesOf(path, excluded) ?? []);
      if (shown !== undefined) parts.set(path.attribute.name, shown);
    }
  }
  return { core, extensions };
}

/** The sub-attributes of an attribute that a list names; undefined among them stands for the whole attribute. */
function namesOf(
  { schema, attribute }: AttributePath,
  list: readonly AttributePath[] | undefined,
): readonly (string | undefined)[] | undefined {
  return list
    ?.filter((path) => path.attribute.name === attribute.name && path.schema === schema)
    .map((path) => path.subAttribute?.name);
}

function toShown(
  attribute: AttributeDefinition,
  requested: readonly (string | undefined)[] | undefined,
  excluded: readonly (string | undefined)[],
): Shown | undefined {
  const isRequested = requested !== undefined && requested.length > 0;
  const isExcluded = excluded.includes(undefined);
  if (!isShown(attribute, { isSelective: requested !== undefined, isRequested, isExcluded })) return undefined;
  const isSelective = isRequested && !requested.includes(undefined);
  const subs = attribute.subAttributes ?? [];
  const shown = subs.filter((sub) =>
    isShown(sub, {
      isSelective,
      isRequested: isSelective && requested.includes(sub.name),
      isExcluded: excluded.includes(sub.name),
    }),
  );
  return shown.length === subs.length ? 'whole' : new Map(shown.map(({ name }) => [name, 'whole'] as const));
}

function isShown({ returned }: AttributeDefinition, { isSelective, isRequested, isExcluded }: Selection): boolean {
  switch (returned) {
    case 'always':
      return true;
    case 'never':
      return false;
    case 'request':
      return isRequested;
    case 'default':
      return isSelective ? isRequested : !isExcluded;
  }
}
