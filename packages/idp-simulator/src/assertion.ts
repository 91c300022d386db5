import { isDeepStrictEqual } from 'node:util';
import { valueAt } from './pointer.ts';
import type { BodyAssertion } from './session.ts';

/** What an assertion demands and finds, when the two differ. */
export interface Difference {
  readonly expected: string;
  readonly actual: unknown;
}

/** Checks one place of an answer; undefined when it is as demanded. */
export function check(assertion: BodyAssertion, body: unknown): Difference | undefined {
  const actual = valueAt(body, assertion.pointer);
  const failed = demands(assertion).find(([, holds]) => !holds(actual));
  return failed === undefined ? undefined : { expected: failed[0], actual };
}

type Demand = readonly [expected: string, holds: (actual: unknown) => boolean];

function demands(assertion: BodyAssertion): readonly Demand[] {
  const { equals, type, absent, strict, contains, notContains, length, emptyOrAbsent, min, max } = assertion;
  return [
    ...('equals' in assertion
      ? [demand(`equals ${JSON.stringify(equals)}`, (actual) => isDeepStrictEqual(actual, equals))]
      : []),
    ...(type === undefined ? [] : [demand(`is of type ${type}`, (actual) => typeOf(actual) === type)]),
    ...(absent === true
      ? [
          demand(strict === true ? 'is missing' : 'is missing, null or empty', (actual) =>
            isAbsent(actual, strict === true),
          ),
        ]
      : []),
    ...(contains === undefined
      ? []
      : [demand(`contains ${JSON.stringify(contains)}`, (actual) => includes(actual, contains))]),
    ...(notContains === undefined
      ? []
      : [demand(`does not contain ${JSON.stringify(notContains)}`, (actual) => !includes(actual, notContains))]),
    ...(length === undefined
      ? []
      : [demand(`has ${length} items`, (actual) => hasLength(actual, length, emptyOrAbsent === true))]),
    ...(min === undefined
      ? []
      : [demand(`is at least ${min}`, (actual) => typeof actual === 'number' && actual >= min)]),
    ...(max === undefined
      ? []
      : [demand(`is at most ${max}`, (actual) => typeof actual === 'number' && actual <= max)]),
  ];
}

function demand(expected: string, holds: (actual: unknown) => boolean): Demand {
  return [expected, holds];
}

function typeOf(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return value === null ? 'null' : typeof value;
}

function isAbsent(value: unknown, strict: boolean): boolean {
  return value === undefined || (!strict && (value === null || (Array.isArray(value) && value.length === 0)));
}

function hasLength(value: unknown, length: number, orAbsent: boolean): boolean {
  return Array.isArray(value) ? value.length === length : orAbsent && length === 0 && value === undefined;
}

/** Whether a list has an item that is, or has everything of, the wanted one. */
function includes(value: unknown, wanted: unknown): boolean {
  return Array.isArray(value) && value.some((item) => isSuperset(item, wanted));
}

function isSuperset(value: unknown, wanted: unknown): boolean {
  if (typeof wanted !== 'object' || wanted === null) return isDeepStrictEqual(value, wanted);
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(wanted).every(([name, part]) => isSuperset(Reflect.get(value, name), part));
}
