// biome-ignore lint/suspicious/noExplicitAny: a patch is JSON of any shape.
type Json = any;

/** The merge keys of lists in a strategic merge. The first key that the items have applies. */
const MERGE_KEYS: ReadonlyMap<string, readonly string[]> = new Map([
  ['containers', ['name']],
  ['initContainers', ['name']],
  ['env', ['name']],
  ['volumes', ['name']],
  ['volumeMounts', ['mountPath']],
  ['ports', ['containerPort', 'port']],
  ['imagePullSecrets', ['name']],
  ['hostAliases', ['ip']],
  ['topologySpreadConstraints', ['topologyKey']],
  ['ownerReferences', ['uid']],
]);

const isObject = (value: Json): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);

function mergeKey(field: string, items: readonly Json[]): string | undefined {
  return MERGE_KEYS.get(field)?.find((key) => items.every((item) => isObject(item) && key in item));
}

function mergeList(field: string, current: Json, patch: readonly Json[]): Json {
  const key = mergeKey(field, patch);
  if (!key || !Array.isArray(current)) return patch.filter((item) => item?.$patch === undefined);
  const kept = new Map<unknown, Json>(current.map((item) => [item[key], item]));
  for (const item of patch) {
    if (item.$patch === 'delete') kept.delete(item[key]);
    else kept.set(item[key], mergeObject(kept.get(item[key]) ?? {}, item, mergeList));
  }
  return [...kept.values()];
}

function ordered(field: string, list: readonly Json[], order: readonly Json[]): readonly Json[] {
  const key = mergeKey(field, order) ?? mergeKey(field, list);
  const rank = (item: Json): number =>
    order.findIndex((one) => (key && isObject(one) ? one[key] === item[key] : one === item));
  return list.toSorted((left, right) => rank(left) - rank(right));
}

/** Merges the lists of a field. A JSON merge patch replaces the current list. */
type MergeLists = (field: string, current: Json, patch: Json) => Json;

const replaceList: MergeLists = (_field, _current, patch) => patch;

function mergeValue(field: string, current: Json, patch: Json, mergeLists: MergeLists): Json {
  if (Array.isArray(patch)) return mergeLists(field, current, patch);
  if (isObject(patch))
    return patch.$patch === 'replace' ? withoutDirectives(patch) : mergeObject(current ?? {}, patch, mergeLists);
  return patch;
}

function withoutDirectives(patch: Json): Json {
  return Object.fromEntries(Object.entries(patch).filter(([name]) => !name.startsWith('$')));
}

function applyDirectives(merged: Json, patch: Json): void {
  const kept: readonly string[] | undefined = patch.$retainKeys;
  for (const name of Object.keys(merged)) if (kept && !kept.includes(name)) delete merged[name];
  for (const [name, value] of Object.entries(patch)) {
    const field = name.slice(name.indexOf('/') + 1);
    if (name.startsWith('$deleteFromPrimitiveList/')) {
      merged[field] = (merged[field] ?? []).filter((item: Json) => !(value as Json[]).includes(item));
    }
    if (name.startsWith('$setElementOrder/') && Array.isArray(merged[field])) {
      merged[field] = ordered(field, merged[field], value as Json[]);
    }
  }
}

function mergeObject(current: Json, patch: Json, mergeLists: MergeLists): Json {
  const merged = { ...(isObject(current) ? current : {}) };
  for (const [name, value] of Object.entries(withoutDirectives(patch))) {
    if (value === null) delete merged[name];
    else merged[name] = mergeValue(name, merged[name], value, mergeLists);
  }
  applyDirectives(merged, patch);
  return merged;
}

/** JSON merge patch. @see https://www.rfc-editor.org/rfc/rfc7386 */
export function mergePatch(current: Json, patch: Json): Json {
  return mergeObject(current, patch, replaceList);
}

/**
 * Strategic merge patch, limited to the features that the objects of a chart need: lists merged by key, `$patch`, `$retainKeys`,
 * `$deleteFromPrimitiveList`, `$setElementOrder`.
 *
 * @see https://github.com/kubernetes/community/blob/master/contributors/devel/sig-api-machinery/strategic-merge-patch.md
 */
export function strategicMergePatch(current: Json, patch: Json): Json {
  return mergeObject(current, patch, mergeList);
}
