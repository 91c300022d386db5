import { type AttributePath, subAttributePath } from './attribute-path.ts';
import { invalidPath, type ScimError } from './error.ts';
import type { Filter } from './filter/ast.ts';
import { defaultFilterLimits, FilterBudget } from './filter/limits.ts';
import { FilterParser } from './filter/parse.ts';
import { Scanner } from './filter/scanner.ts';
import { quote } from './quote.ts';
import type { ResourceType } from './schema/definition.ts';
import { findSubAttribute } from './schema/registry.ts';
import { resolveAttributePath } from './schema/resolve.ts';
import { type Tolerance, tolerates } from './tolerance.ts';

/**
 * The target of a PATCH operation: an attribute, the values of it that match a filter, or a sub-attribute of either.
 */
export interface PatchTarget {
  readonly path: AttributePath;
  /** Selects values of a multi-valued attribute; absent for all. */
  readonly filter?: Filter;
  /** The target's name in errors. */
  readonly text: string;
}

/**
 * Parses a PATCH path: `attr`, `attr.sub`, `attr[filter]` or `attr[filter].sub`, with or without a URN.
 *
 * @throws ScimError `invalidPath`; `invalidFilter` for the filter within the brackets.
 * @see https://www.rfc-editor.org/rfc/rfc7644#section-3.5.2
 * @example
 * ```ts
 * const { path, filter } = parsePath('emails[type eq "work"].value', userResourceType, { profile: 'strict' });
 * path.text; // 'emails.value'
 * ```
 */
export function parsePath(text: string, type: ResourceType, tolerance: Tolerance): PatchTarget {
  const { maxLength } = defaultFilterLimits;
  if (text.length > maxLength)
    throw invalidPath(`The path has ${text.length} characters; at most ${maxLength} are allowed.`);
  const whole = resolveAttributePath(text, type, tolerance);
  if (whole !== undefined) return { path: whole, text: whole.text };
  const scanner = new Scanner(text);
  scanner.skipBlanks();
  const path = resolveAttributePath(scanner.takeWord(), type, tolerance);
  if (path === undefined) throw invalidPath(`The path ${quote(text)} names no attribute of ${type.name}.`);
  if (!scanner.take('[')) {
    assertEnd(scanner);
    return { path, text: path.text };
  }
  if (!isSelectable(path, tolerance))
    throw invalidPath(`${path.text} has a single value; leave out the filter in brackets.`);
  const filter = parseValueFilter(scanner, type, tolerance, path);
  if (!scanner.take(']')) throw malformed(scanner);
  const target = scanner.take('.') ? toSubAttribute(path, scanner) : path;
  assertEnd(scanner);
  return { path: target, filter, text };
}

/** @remarks `any.single-value-filter`: `manager[value eq "…"]`, although a user has one manager only. */
function isSelectable({ attribute, subAttribute }: AttributePath, tolerance: Tolerance): boolean {
  if (subAttribute !== undefined) return false;
  return attribute.multiValued || (attribute.type === 'complex' && tolerates(tolerance, 'any.single-value-filter'));
}

function parseValueFilter(scanner: Scanner, type: ResourceType, tolerance: Tolerance, path: AttributePath): Filter {
  const budget = new FilterBudget(scanner.text, defaultFilterLimits);
  return new FilterParser(scanner, type, tolerance, budget).parseInBrackets(path);
}

function toSubAttribute(path: AttributePath, scanner: Scanner): AttributePath {
  const sub = findSubAttribute(path.attribute, scanner.takeWord());
  if (sub === undefined) throw invalidPath(`The path ${quote(scanner.text)} names no sub-attribute of ${path.text}.`);
  return subAttributePath(path, sub);
}

function assertEnd(scanner: Scanner): void {
  scanner.skipBlanks();
  if (!scanner.isDone) throw malformed(scanner);
}

function malformed({ text }: Scanner): ScimError {
  return invalidPath(`The path ${quote(text)} is malformed; use a form such as emails[type eq "work"].value.`);
}
