import { readFileSync } from 'node:fs';
import type { Generation } from '@scim-gateway/collate-simulator';
import { equalJson, isObject } from '@scim-gateway/scim';

/** A session that a public report describes, with the answers that are right. README.md describes the format. */
export interface ReportCase {
  readonly id: string;
  readonly source: string;
  readonly kind: string;
  readonly generations: readonly Generation[];
  readonly steps: readonly Step[];
}

/** One step of a case: a request in one of several forms, or a look into Collate. */
export type Step = RequestStep | RawStep | UsersStep | ParallelStep | StateStep;

export interface RequestStep {
  /** Absent: the gateway. */
  readonly target?: 'collate';
  readonly method: string;
  readonly path: string;
  /** A `null` removes a header that is sent by default. */
  readonly headers?: Readonly<Record<string, string | null>>;
  readonly body?: unknown;
  /** A body that is not JSON, sent unchanged. */
  readonly text?: string;
  /** Whether a byte order mark precedes the body. */
  readonly bom?: boolean;
  readonly chunked?: boolean;
  readonly expect?: Expectation;
  /** Names of placeholders, with pointers to their values in the answer. */
  readonly save?: Readonly<Record<string, string>>;
}

/** Bytes that no HTTP client would send. */
export interface RawStep {
  readonly raw: string;
  readonly rawBody?: string;
  readonly expect?: Expectation;
}

/** Creates users, whose ids become the placeholders `prefix0`, `prefix1` and so on. */
export interface UsersStep {
  readonly users: number;
  readonly prefix: string;
}

/** Sends requests at once. */
export interface ParallelStep {
  readonly parallel: readonly (RequestStep & { readonly times?: number })[];
  readonly expect?: { readonly statuses?: Readonly<Record<string, number>> };
}

/** Compares entities that Collate stores, selected by equal members. */
export interface StateStep {
  readonly state: { readonly in: 'users' | 'teams' | 'memberships'; readonly where: Readonly<Record<string, unknown>> };
  readonly expect?: Expectation;
}

/** What an answer must be. Keys are JSON pointers, except in `header`. */
export interface Expectation {
  readonly status?: readonly number[];
  readonly json?: Readonly<Record<string, unknown>>;
  readonly absent?: readonly string[];
  readonly length?: Readonly<Record<string, number>>;
  /** A list must have an item with these members. */
  readonly contains?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Regular expressions by header name. */
  readonly header?: Readonly<Record<string, string>>;
  /** The number of entities that a `StateStep` selects. */
  readonly count?: number;
}

/** The values of placeholders such as `{{id}}`. */
export type Placeholders = Record<string, unknown>;

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: unknown;
}

/** The cases of the file, in its order. */
export function readCases(): readonly ReportCase[] {
  const text = readFileSync(new URL('public-reports.jsonl', import.meta.url), 'utf8');
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

/** A copy with placeholders filled in; `{{%name}}` is percent-encoded. @throws Error for an unknown placeholder. */
export function fill<T>(template: T, values: Placeholders): T;
export function fill(template: unknown, values: Placeholders): unknown {
  if (typeof template === 'string') return fillText(template, values);
  if (Array.isArray(template)) return template.map((item) => fill(item, values));
  if (!isObject(template)) return template;
  return Object.fromEntries(
    Object.entries(template).map(([name, value]) => [fillText(name, values), fill(value, values)]),
  );
}

function fillText(text: string, values: Placeholders): string {
  return text.replace(/\{\{(%?)(\w+)\}\}/g, (_, percent: string, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`no step before has saved {{${name}}}`);
    return percent === '' ? String(value) : encodeURIComponent(String(value));
  });
}

/** The value that a JSON pointer names; undefined without one. @see https://www.rfc-editor.org/rfc/rfc6901 */
export function at(document: unknown, pointer: string): unknown {
  const names = pointer === '' ? [] : pointer.slice(1).split('/');
  return names.reduce<unknown>((value, name) => {
    const key = name.replaceAll('~1', '/').replaceAll('~0', '~');
    return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
  }, document);
}

/** How an answer differs from what is expected of it; placeholders of the expectation are filled in already. */
export function findDifferences(expected: Expectation, { status, headers, body }: Answer): readonly string[] {
  const is = (pointer: string) => at(body, pointer);
  return [
    ...(expected.status?.includes(status) === false
      ? [describe('status', { status, detail: is('/detail') }, expected.status)]
      : []),
    ...differing(expected.json, is, equalJson),
    ...differing(
      Object.fromEntries((expected.absent ?? []).map((pointer) => [pointer, 'nothing'])),
      is,
      (value) => value === undefined || value === null || toList(value)?.length === 0,
    ),
    ...differing(expected.length, is, (value, length) => (toList(value)?.length ?? 0) === length),
    ...differing(expected.contains, is, (value, members) => toList(value)?.some((item) => hasMembers(item, members))),
    ...differing(
      expected.header,
      (name) => headers[name] ?? '',
      (value, pattern) => new RegExp(pattern).test(String(value)),
    ),
  ];
}

/** The expected values that do not match. */
function differing<T>(
  expected: Readonly<Record<string, T>> | undefined,
  read: (name: string) => unknown,
  matches: (value: unknown, wanted: T) => boolean | undefined,
): readonly string[] {
  return Object.entries(expected ?? {}).flatMap(([name, wanted]) => {
    const value = read(name);
    return matches(value, wanted) === true ? [] : [describe(name, value, wanted)];
  });
}

function describe(what: string, is: unknown, wanted: unknown): string {
  return `${what} is ${JSON.stringify(is)}, expected ${JSON.stringify(wanted)}`;
}

function toList(value: unknown): readonly unknown[] | undefined {
  return Array.isArray(value) ? value : undefined;
}

/** Whether an object has all these members. */
export function hasMembers(item: unknown, members: Readonly<Record<string, unknown>>): boolean {
  return Object.entries(members).every(([name, wanted]) => isObject(item) && equalJson(item[name], wanted));
}
