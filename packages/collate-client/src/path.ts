import type { Operation } from './operation.ts';

/** The values that stand for the `{…}` of a path template. */
export type PathValues = Readonly<Record<string, string>>;

/** The values of a query string; absent ones are left out. */
export type QueryValues = Readonly<Record<string, string | number | boolean | undefined>>;

/**
 * Whether a name can stand in a path. The empty one and the two that mean "here" and "one up" lead elsewhere on their way
 * through proxies, and half a surrogate pair cannot be written at all.
 */
export function isAddressable(name: string): boolean {
  return name !== '' && name !== '.' && name !== '..' && !hasLoneSurrogate(name);
}

/** The path of a call below `/api`, with every value encoded. Throws a TypeError for a value that cannot be addressed. */
export function toPath(operation: Operation, values: PathValues | undefined, query: QueryValues | undefined): string {
  const path =
    values === undefined
      ? operation.path
      : operation.path.replace(/\{(\w+)\}/g, (_, name: string) => toSegment(values[name]));
  return query === undefined ? path : path + toQueryString(query);
}

function toSegment(value: string | undefined): string {
  if (value === undefined || !isAddressable(value))
    throw new TypeError('a path value is missing or cannot be addressed');
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

function hasLoneSurrogate(text: string): boolean {
  return /\p{Surrogate}/u.test(text);
}
