import { isDeepStrictEqual } from 'node:util';
import { isObject, valueAt } from './pointer.ts';
import type { BodyAssertion } from './session.ts';

/** The expected and the actual value of a failed assertion. */
export interface Difference {
  readonly expected: string;
  readonly actual: unknown;
}

/** Checks one place of an answer. @returns undefined when the assertion holds. */
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
          strict === true
            ? demand('is missing', (actual) => actual === undefined)
            : demand('is missing, null or empty', isAbsentOrEmpty),
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
      : [
          demand(`has ${length} items`, (actual) =>
            hasLength(emptyOrAbsent === true && actual === undefined ? [] : actual, length),
          ),
        ]),
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

function isAbsentOrEmpty(value: unknown): boolean {
  return value === undefined || value === null || hasLength(value, 0);
}

function hasLength(value: unknown, length: number): boolean {
  return Array.isArray(value) && value.length === length;
}

/** Whether a list has an item that equals the wanted value, or is an object that contains all its members. */
function includes(value: unknown, wanted: unknown): boolean {
  return Array.isArray(value) && value.some((item) => isSuperset(item, wanted));
}

function isSuperset(value: unknown, wanted: unknown): boolean {
  if (!isObject(wanted)) return isDeepStrictEqual(value, wanted);
  if (!isObject(value)) return false;
  return Object.entries(wanted).every(([name, part]) => isSuperset(value[name], part));
}
