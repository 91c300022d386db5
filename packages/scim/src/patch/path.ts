import { type AttributePath, parseAttributePath, parseUnprefixedPath } from '../attribute-path.ts';
import { invalidPath } from '../error.ts';
import { defaultFilterLimits, FilterParser, typeScope } from '../filter/parse.ts';
import { Scanner } from '../filter/scanner.ts';
import type { ResourceType } from '../schema/definition.ts';
import { findSubAttribute } from '../schema/registry.ts';
import { type Tolerance, tolerates } from '../tolerance.ts';
import type { PatchTarget } from './operation.ts';

/** Paths are short; a longer one is no path. */
const maxPathLength = 4096;

/**
 * What a PATCH path means: `attr`, `attr.sub`, `attr[filter]` or `attr[filter].sub`, each with a URN before it or without.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7644#section-3.5.2
 * @throws ScimError `invalidPath`, or `invalidFilter` for what is inside the brackets.
 */
export function parsePath(text: string, type: ResourceType, tolerance: Tolerance): PatchTarget {
  if (text.length > maxPathLength) throw invalidPath(`The path is longer than ${maxPathLength} characters.`);
  const scanner = new Scanner(text);
  scanner.skipBlanks();
  const path = resolve(scanner.takeWord(), type, tolerance);
  if (path === undefined) throw invalidPath(`The path ${quote(text)} names no attribute of ${type.name}.`);
  if (!scanner.take('[')) {
    assertEnd(scanner, text);
    return { path, text };
  }
  if (path.subAttribute !== undefined || !path.attribute.multiValued)
    throw invalidPath(`${path.text} has no values to choose from.`);
  const limits = { ...defaultFilterLimits, maxLength: maxPathLength };
  const filter = new FilterParser(scanner, typeScope(type, tolerance), tolerance, limits).parseInBrackets(path);
  const subAttribute = scanner.take('.') ? findSubAttribute(path.attribute, scanner.takeWord()) : undefined;
  if (subAttribute === undefined && !text.trimEnd().endsWith(']'))
    throw invalidPath(`The path ${quote(text)} names no sub-attribute of ${path.text}.`);
  assertEnd(scanner, text);
  return {
    path: subAttribute === undefined ? path : { ...path, subAttribute, text: `${path.text}.${subAttribute.name}` },
    filter,
    text,
  };
}

function resolve(name: string, type: ResourceType, tolerance: Tolerance): AttributePath | undefined {
  const path = parseAttributePath(name, type);
  if (path !== undefined || tolerance.profile !== 'tolerant') return path;
  const unprefixed = parseUnprefixedPath(name, type);
  return unprefixed !== undefined && tolerates(tolerance, 'entra.unprefixed-extension') ? unprefixed : undefined;
}

function assertEnd(scanner: Scanner, text: string): void {
  scanner.skipBlanks();
  if (scanner.peek() !== undefined) throw invalidPath(`The path ${quote(text)} cannot be read.`);
}

function quote(text: string): string {
  return `"${text.length > 80 ? `${text.slice(0, 80)}…` : text}"`;
}
