import { type AttributePath, subAttributePath } from './attribute-path.ts';
import { invalidPath, type ScimError } from './error.ts';
import type { Filter } from './filter/ast.ts';
import { defaultFilterLimits, FilterBudget } from './filter/limits.ts';
import { FilterParser } from './filter/parse.ts';
import { Scanner } from './filter/scanner.ts';
import type { ResourceType } from './schema/definition.ts';
import { findSubAttribute } from './schema/registry.ts';
import { resolveAttributePath } from './schema/resolve.ts';
import type { Tolerance } from './tolerance.ts';

/** What an operation changes: an attribute, those of its values that a filter selects, or a sub-attribute of either. */
export interface PatchTarget {
  readonly path: AttributePath;
  readonly filter?: Filter;
  /** How the target is named to people. */
  readonly text: string;
}

/**
 * What a PATCH path means: `attr`, `attr.sub`, `attr[filter]` or `attr[filter].sub`, each with a URN before it or without.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7644#section-3.5.2
 * @throws ScimError `invalidPath`, or `invalidFilter` for what is inside the brackets.
 */
export function parsePath(text: string, type: ResourceType, tolerance: Tolerance): PatchTarget {
  const { maxLength } = defaultFilterLimits;
  if (text.length > maxLength) throw invalidPath(`The path is longer than ${maxLength} characters.`);
  const whole = resolveAttributePath(text, type, tolerance);
  if (whole !== undefined) return { path: whole, text: whole.text };
  const scanner = new Scanner(text);
  scanner.skipBlanks();
  const path = resolveAttributePath(scanner.takeWord(), type, tolerance);
  if (path === undefined) throw invalidPath(`The path ${quote(text)} names no attribute of ${type.name}.`);
  if (!scanner.take('[')) return { path: endingHere(scanner, text, path), text: path.text };
  if (path.subAttribute !== undefined || !path.attribute.multiValued)
    throw invalidPath(`${path.text} has no values to choose from.`);
  const filter = parseSelection(scanner, type, tolerance, path);
  if (!scanner.take(']')) throw unreadable(text);
  const target = scanner.take('.') ? followed(path, scanner.takeWord(), text) : path;
  return { path: endingHere(scanner, text, target), filter, text };
}

function parseSelection(scanner: Scanner, type: ResourceType, tolerance: Tolerance, path: AttributePath): Filter {
  const budget = new FilterBudget(scanner.text, defaultFilterLimits);
  return new FilterParser(scanner, type, tolerance, budget).parseInBrackets(path);
}

function followed(path: AttributePath, name: string, text: string): AttributePath {
  const sub = findSubAttribute(path.attribute, name);
  if (sub === undefined) throw invalidPath(`The path ${quote(text)} names no sub-attribute of ${path.text}.`);
  return subAttributePath(path, sub);
}

function endingHere(scanner: Scanner, text: string, path: AttributePath): AttributePath {
  scanner.skipBlanks();
  if (!scanner.isDone) throw unreadable(text);
  return path;
}

function unreadable(text: string): ScimError {
  return invalidPath(`The path ${quote(text)} cannot be read.`);
}

function quote(text: string): string {
  return `"${text.length > 80 ? `${text.slice(0, 80)}…` : text}"`;
}
