import type { Operation } from './operation.ts';

/** The values of the `{…}` in a path template. */
export type PathValues = Readonly<Record<string, string>>;

/** The values of a query string; undefined values are omitted. */
export type QueryValues = Readonly<Record<string, string | number | boolean | undefined>>;

/**
 * Whether a name can be a segment of a path. Proxies resolve an empty segment, `.` and `..` to another path, a lone
 * surrogate cannot be encoded, and Collate 1.12 never answers a path with a NUL character.
 */
export function isAddressable(name: string): boolean {
  return name !== '' && name !== '.' && name !== '..' && !isUnusable(name);
}

/**
 * The path of a call below `/api`, with every value encoded.
 *
 * @throws TypeError for a value that cannot be a segment of a path.
 */
export function toPath(operation: Operation, values: PathValues | undefined, query: QueryValues | undefined): string {
  const path = values === undefined ? operation.path : fill(operation, values);
  return query === undefined ? path : path + toQueryString(query);
}

/** Path templates split into alternating parts: text, name, text… */
const templates = new WeakMap<Operation, readonly string[]>();

function fill(operation: Operation, values: PathValues): string {
  let parts = templates.get(operation);
  if (parts === undefined) {
    parts = operation.path.split(/\{(\w+)\}/);
    templates.set(operation, parts);
  }
  let path = '';
  let isName = false;
  for (const part of parts) {
    path += isName ? toSegment(values[part]) : part;
    isName = !isName;
  }
  return path;
}

function toSegment(value: string | undefined): string {
  if (value === undefined || !isAddressable(value))
    throw new TypeError('a path value is missing or is not a valid path segment');
  return encodeURIComponent(value);
}

function toQueryString(query: QueryValues): string {
  let text = '';
  for (const name in query) {
    const value = query[name];
    if (value !== undefined) text += `${text === '' ? '?' : '&'}${name}=${encodeURIComponent(value)}`;
  }
  return text;
}

function isUnusable(text: string): boolean {
  return /[\0\p{Surrogate}]/u.test(text);
}
