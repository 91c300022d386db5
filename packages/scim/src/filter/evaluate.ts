import { type AttributePath, attributeValue } from '../attribute-path.ts';
import { isList, isObject, isUnassigned, type JsonObject, type JsonValue, type Resource } from '../json.ts';
import type { Filter } from './ast.ts';
import { toTest } from './test-value.ts';

/** A filter made ready to be asked of many resources. */
type Matcher = (container: JsonObject) => boolean;

/** What a comparison asks of one value. */
type Test = (value: JsonValue) => boolean;

const matchers = new WeakMap<Filter, Matcher>();

/**
 * Whether a resource satisfies a filter. A multi-valued attribute does if any of its values does; the conditions of a value path
 * must hold of one and the same value.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2.2
 */
export function evaluateFilter(filter: Filter, resource: Resource): boolean {
  let matcher = matchers.get(filter);
  if (matcher === undefined) {
    matcher = toMatcher(filter);
    matchers.set(filter, matcher);
  }
  return matcher(resource);
}

function toMatcher(filter: Filter): Matcher {
  switch (filter.kind) {
    case 'and':
      return toConjunction(filter.operands.map(toMatcher));
    case 'or':
      return toDisjunction(filter.operands.map(toMatcher));
    case 'not': {
      const matches = toMatcher(filter.operand);
      return (container) => !matches(container);
    }
    case 'present':
      return toAnyValue(filter.path, isPresent, false);
    case 'compare':
      return toComparisonMatcher(filter.path, filter);
    case 'valuePath':
      return toValueMatcher(filter.path, toMatcher(filter.filter));
  }
}

function toConjunction(operands: readonly Matcher[]): Matcher {
  return (container) => {
    for (const matches of operands) if (!matches(container)) return false;
    return true;
  };
}

function toDisjunction(operands: readonly Matcher[]): Matcher {
  return (container) => {
    for (const matches of operands) if (matches(container)) return true;
    return false;
  };
}

/** Absence is no value: it is not equal to anything, and equal to null. */
function toComparisonMatcher(path: AttributePath, { operator, value }: Extract<Filter, { kind: 'compare' }>): Matcher {
  if (value === null) {
    return operator === 'eq' ? toAnyValue(path, (each) => !isPresent(each), true) : toAnyValue(path, isPresent, false);
  }
  const definition = path.subAttribute ?? path.attribute;
  if (operator !== 'ne') return toAnyValue(path, toTest(operator, value, definition), false);
  const equals = toTest('eq', value, definition);
  return toAnyValue(path, (each) => !equals(each), true);
}

/** Whether any value at the path passes; `whenAbsent` is the answer where there is none. */
function toAnyValue(path: AttributePath, test: Test, whenAbsent: boolean): Matcher {
  const sub = path.subAttribute?.name;
  if (sub !== undefined) return (container) => anyPart(attributeValue(container, path), sub, test, whenAbsent);
  return (container) => {
    const value = attributeValue(container, path);
    if (isUnassigned(value)) return whenAbsent;
    return isList(value) ? value.some(test) : test(value);
  };
}

function anyPart(value: JsonValue | undefined, sub: string, test: Test, whenAbsent: boolean): boolean {
  if (!isList(value)) {
    const part = isObject(value) ? value[sub] : undefined;
    return isUnassigned(part) ? whenAbsent : test(part);
  }
  let isAbsent = true;
  for (const item of value) {
    const part = isObject(item) ? item[sub] : undefined;
    if (isUnassigned(part)) continue;
    if (test(part)) return true;
    isAbsent = false;
  }
  return isAbsent && whenAbsent;
}

function toValueMatcher(path: AttributePath, matches: Matcher): Matcher {
  return (container) => {
    const value = attributeValue(container, path);
    if (isList(value)) return value.some((item) => isObject(item) && matches(item));
    return isObject(value) && matches(value);
  };
}

/** @see https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2.2 "pr": a non-empty value, or a non-empty node of a complex one */
function isPresent(value: JsonValue | undefined): boolean {
  if (isUnassigned(value) || value === '') return false;
  if (isList(value)) return value.some(isPresent);
  return isObject(value) ? Object.values(value).some(isPresent) : true;
}
