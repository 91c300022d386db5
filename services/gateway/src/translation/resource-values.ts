import { isObject, type JsonObject, type JsonValue, type PatchOperation, type Resource } from '@scim-gateway/scim';

/** The string at a top-level attribute, if it is one. */
export function textAt(resource: JsonObject | undefined, name: string): string | undefined {
  const value = resource?.[name];
  return typeof value === 'string' ? value : undefined;
}

/** The complex value at a top-level attribute, if it is one. */
export function objectAt(resource: JsonObject | undefined, name: string): JsonObject | undefined {
  const value = resource?.[name];
  return isObject(value) ? value : undefined;
}

/** The complex values of a multi-valued attribute. */
export function objectsAt(resource: JsonObject, name: string): readonly JsonObject[] {
  const value = resource[name];
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** The value at a canonical path such as `title`, `name.middleName` or `urn:…:User:department`. */
export function valueAt(resource: Resource, path: string): JsonValue | undefined {
  return steps(path).reduce<JsonValue | undefined>(
    (value, step) => (isObject(value) ? value[step] : undefined),
    resource,
  );
}

/** A copy of the resource with the value set at a canonical path. */
export function withValueAt(resource: Resource, path: string, value: JsonValue): Resource {
  const [first, second] = steps(path);
  if (first === undefined) return resource;
  if (second === undefined) return { ...resource, [first]: value };
  return { ...resource, [first]: { ...objectAt(resource, first), [second]: value } };
}

function steps(path: string): readonly string[] {
  if (!path.toLowerCase().startsWith('urn:')) return path.split('.');
  const colon = path.lastIndexOf(':');
  return [path.slice(0, colon), path.slice(colon + 1)];
}

/** The values that a PATCH assigns to a top-level string attribute. */
export function assignedTexts(operations: readonly PatchOperation[], attribute: string): readonly string[] {
  return operations.flatMap((operation) => {
    if (operation.op === 'remove' || operation.target.path.attribute.name !== attribute) return [];
    return typeof operation.value === 'string' ? [operation.value] : [];
  });
}
