import { type AttributePath, attributeValue } from '../attribute-path.ts';
import { isList, isObject, isUnassigned, type JsonObject, type JsonValue, type Resource } from '../json.ts';
import type { Filter } from './ast.ts';
import { toTest } from './test-value.ts';

/** A compiled filter. Its argument is the resource or, within a value path, one value of the attribute. */
type Matcher = (container: JsonObject) => boolean;

/** A condition on the values at a path. */
interface Condition {
  readonly test: (value: JsonValue) => boolean;
  /** The result when there is no value. */
  readonly whenAbsent: boolean;
}

const matchers = new WeakMap<Filter, Matcher>();

/**
 * Whether a resource matches a filter. A multi-valued attribute matches when any of its values does; within a value
 * path, one and the same value must meet all conditions.
 *
 * The filter is compiled on the first call.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2.2
 * @example
 * ```ts
 * const filter = parseFilter('emails[type eq "work"]', userResourceType, { tolerance: { profile: 'strict' } });
 * const colleagues = users.filter((user) => evaluateFilter(filter, user));
 * ```
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
      return toPathMatcher(filter.path, present);
    case 'compare':
      return toPathMatcher(filter.path, toCondition(filter));
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

const present: Condition = { test: isPresent, whenAbsent: false };
const absent: Condition = { test: (value) => !isPresent(value), whenAbsent: true };

/** An absent value equals null, and differs from every other value. */
function toCondition({ path, operator, value }: Extract<Filter, { kind: 'compare' }>): Condition {
  if (value === null) return operator === 'eq' ? absent : present;
  const definition = path.subAttribute ?? path.attribute;
  if (operator !== 'ne') return { test: toTest(operator, value, definition), whenAbsent: false };
  const equals = toTest('eq', value, definition);
  return { test: (each) => !equals(each), whenAbsent: true };
}

/** Matches when any value at the path meets the condition. */
function toPathMatcher(path: AttributePath, condition: Condition): Matcher {
  const sub = path.subAttribute?.name;
  if (sub !== undefined) return (container) => anyPart(attributeValue(container, path), sub, condition);
  const { test, whenAbsent } = condition;
  return (container) => {
    const value = attributeValue(container, path);
    if (isUnassigned(value)) return whenAbsent;
    return isList(value) ? value.some(test) : test(value);
  };
}

function anyPart(value: JsonValue | undefined, sub: string, { test, whenAbsent }: Condition): boolean {
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

/**
 * @see https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2.2 `pr`: "a non-empty or non-null value", or a non-empty
 * complex value
 */
function isPresent(value: JsonValue | undefined): boolean {
  if (isUnassigned(value) || value === '') return false;
  if (isList(value)) return value.some(isPresent);
  return isObject(value) ? Object.values(value).some(isPresent) : true;
}
