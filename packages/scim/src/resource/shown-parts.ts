import type { AttributePath } from '../attribute-path.ts';
import type { AttributeDefinition, ResourceType } from '../schema/definition.ts';
import { registryOf } from '../schema/registry.ts';

/** How much of a value is shown: all of it, or these of its parts. */
export type Shown = 'whole' | ReadonlyMap<string, Shown>;

/** What of a resource is shown; a name that is missing is not. */
export interface ShownParts {
  readonly core: ReadonlyMap<string, Shown>;
  /** By URN. */
  readonly extensions: ReadonlyMap<string, ReadonlyMap<string, Shown>>;
}

/** How a client's wishes bear on one attribute or part. */
interface Wish {
  /** Whether its siblings were asked for by name. */
  readonly isSelective: boolean;
  readonly isAsked: boolean;
  readonly isExcluded: boolean;
}

/**
 * What of a type's resources a client is shown, each attribute and part weighed by its `returned`.
 *
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

/** What a list says of an attribute: the names of the parts it lists, undefined for the whole. */
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
  asked: readonly (string | undefined)[] | undefined,
  excluded: readonly (string | undefined)[],
): Shown | undefined {
  const isAsked = asked !== undefined && asked.length > 0;
  const isExcluded = excluded.includes(undefined);
  if (!isShown(attribute, { isSelective: asked !== undefined, isAsked, isExcluded })) return undefined;
  const isSelective = isAsked && !asked.includes(undefined);
  const subs = attribute.subAttributes ?? [];
  const shown = subs.filter((sub) =>
    isShown(sub, {
      isSelective,
      isAsked: isSelective && asked.includes(sub.name),
      isExcluded: excluded.includes(sub.name),
    }),
  );
  return shown.length === subs.length ? 'whole' : new Map(shown.map(({ name }) => [name, 'whole'] as const));
}

function isShown({ returned }: AttributeDefinition, { isSelective, isAsked, isExcluded }: Wish): boolean {
  switch (returned) {
    case 'always':
      return true;
    case 'never':
      return false;
    case 'request':
      return isAsked;
    case 'default':
      return isSelective ? isAsked : !isExcluded;
  }
}
