import { type AttributePath, parseAttributePath, parseUnprefixedPath } from '../attribute-path.ts';
import { invalidFilter } from '../error.ts';
import type { AttributeDefinition, ResourceType } from '../schema/definition.ts';
import { findSubAttribute } from '../schema/registry.ts';
import { type Tolerance, tolerates } from '../tolerance.ts';
import type { Filter, FilterLimits } from './ast.ts';
import { toComparison, toOperator, toPresence } from './comparison.ts';
import { Scanner } from './scanner.ts';

/** Limits that leave room for whatever a provider might send. */
export const defaultFilterLimits: FilterLimits = { maxLength: 131_072, maxDepth: 256, maxNodes: 10_000 };

/**
 * The filter that a text means for resources of a type.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2.2
 * @throws ScimError `invalidFilter` when it is malformed, names what the type has not, compares what cannot be compared, or is too large.
 */
export function parseFilter(
  text: string,
  type: ResourceType,
  options: { readonly tolerance: Tolerance; readonly limits?: FilterLimits },
): Filter {
  const limits = options.limits ?? defaultFilterLimits;
  if (text.length > limits.maxLength) throw invalidFilter(`The filter is longer than ${limits.maxLength} characters.`);
  const parser = new FilterParser(new Scanner(text), typeScope(type, options.tolerance), options.tolerance, limits);
  return parser.parseWhole();
}

/** How the names in a filter are resolved: against a type, or against a complex attribute's sub-attributes. */
export interface Scope {
  /** Undefined when nothing has the name. */
  resolve(name: string): AttributePath | undefined;
  /** Whether `name[…]` may occur; not inside another one. */
  readonly allowsValuePath: boolean;
}

/** Names as they are resolved at the top of a filter. */
export function typeScope(type: ResourceType, tolerance: Tolerance): Scope {
  return {
    resolve: (name) => {
      const path = parseAttributePath(name, type);
      if (path !== undefined || tolerance.profile !== 'tolerant') return path;
      const unprefixed = parseUnprefixedPath(name, type);
      return unprefixed !== undefined && tolerates(tolerance, 'entra.unprefixed-extension') ? unprefixed : undefined;
    },
    allowsValuePath: true,
  };
}

function valueScope(path: AttributePath): Scope {
  return {
    resolve: (name) => {
      const attribute = findSubAttribute(path.attribute, name);
      return attribute === undefined
        ? undefined
        : { schema: path.schema, extension: false, attribute, text: attribute.name };
    },
    allowsValuePath: false,
  };
}

/** A recursive descent over the grammar; depth and size are checked before each descent. */
export class FilterParser {
  readonly #scanner: Scanner;
  readonly #tolerance: Tolerance;
  readonly #limits: FilterLimits;
  #scope: Scope;
  #depth = 0;
  #nodes = 0;

  constructor(scanner: Scanner, scope: Scope, tolerance: Tolerance, limits: FilterLimits) {
    this.#scanner = scanner;
    this.#scope = scope;
    this.#tolerance = tolerance;
    this.#limits = limits;
  }

  parseWhole(): Filter {
    const filter = this.#parseOr();
    this.#scanner.skipBlanks();
    if (this.#scanner.peek() !== undefined) throw this.#scanner.error('nothing may follow here but and, or');
    return filter;
  }

  /** The filter between the brackets of `path[…]`, the opening one consumed already. */
  parseInBrackets(path: AttributePath): Filter {
    const outer = this.#scope;
    if (!outer.allowsValuePath) throw this.#scanner.error('brackets within brackets');
    if (path.attribute.type !== 'complex') throw invalidFilter(`${path.text} has no sub-attributes to filter by.`);
    this.#scope = valueScope(path);
    const filter = this.#nested(']');
    this.#scope = outer;
    return filter;
  }

  #parseOr(): Filter {
    const operands = [this.#parseAnd()];
    while (this.#takeKeyword('or')) operands.push(this.#parseAnd());
    const [only] = operands;
    return operands.length === 1 && only !== undefined ? only : { kind: 'or', operands };
  }

  #parseAnd(): Filter {
    const operands = [this.#parseTerm()];
    while (this.#takeKeyword('and')) operands.push(this.#parseTerm());
    const [only] = operands;
    return operands.length === 1 && only !== undefined ? only : { kind: 'and', operands };
  }

  #parseTerm(): Filter {
    this.#nodes += 1;
    if (this.#nodes > this.#limits.maxNodes)
      throw invalidFilter(`The filter has more than ${this.#limits.maxNodes} terms.`);
    const scanner = this.#scanner;
    scanner.skipBlanks();
    if (scanner.take('(')) return this.#nested(')');
    const word = scanner.takeWord();
    if (word.toLowerCase() === 'not') return this.#parseNot();
    if (word === '') throw scanner.error('an attribute name is missing');
    const path = this.#scope.resolve(word);
    if (path === undefined) throw invalidFilter(`The filter names ${quote(word)}, which is no attribute here.`);
    return scanner.take('[') ? this.#parseValuePath(path) : this.#parseComparison(path);
  }

  #parseNot(): Filter {
    this.#scanner.skipBlanks();
    if (!this.#scanner.take('(')) throw this.#scanner.error('not needs parentheses');
    return { kind: 'not', operand: this.#nested(')') };
  }

  #nested(close: ')' | ']'): Filter {
    if (this.#depth >= this.#limits.maxDepth)
      throw invalidFilter(`The filter is nested deeper than ${this.#limits.maxDepth} levels.`);
    this.#depth += 1;
    const filter = this.#parseOr();
    this.#depth -= 1;
    this.#scanner.skipBlanks();
    if (!this.#scanner.take(close)) throw this.#scanner.error(`${close} is missing`);
    return filter;
  }

  #parseValuePath(path: AttributePath): Filter {
    const filter = this.parseInBrackets(path);
    if (this.#scanner.peek() !== '.') return { kind: 'valuePath', path, filter };
    const name = this.#scanner.takeWord().slice(1);
    const subAttribute = findSubAttribute(path.attribute, name);
    if (subAttribute === undefined || !tolerates(this.#tolerance, 'entra.valuepath-compare')) {
      throw this.#scanner.error(`${quote(name)} may not follow the brackets`);
    }
    const compared = this.#parseComparison(relative(path, subAttribute));
    return { kind: 'valuePath', path, filter: { kind: 'and', operands: [filter, compared] } };
  }

  #parseComparison(path: AttributePath): Filter {
    const scanner = this.#scanner;
    if (!scanner.skipBlanks()) throw scanner.error('an operator is missing');
    const word = scanner.takeWord().toLowerCase();
    if (word === 'pr') return toPresence(path);
    const operator = toOperator(word);
    if (operator === undefined) throw scanner.error(`${quote(word)} is no operator`);
    if (!scanner.skipBlanks()) throw scanner.error('a value is missing');
    const value = scanner.peek() === '"' ? scanner.takeString() : parseLiteral(scanner);
    return toComparison(path, operator, value, this.#tolerance);
  }

  #takeKeyword(keyword: 'and' | 'or'): boolean {
    const scanner = this.#scanner;
    scanner.skipBlanks();
    if (scanner.peekWord().toLowerCase() !== keyword) return false;
    if (!' )]'.includes(scanner.text.charAt(scanner.position - 1)))
      throw scanner.error(`a blank is missing before ${keyword}`);
    scanner.takeWord();
    return true;
  }
}

function relative(path: AttributePath, subAttribute: AttributeDefinition): AttributePath {
  return { schema: path.schema, extension: false, attribute: subAttribute, text: subAttribute.name };
}

function parseLiteral(scanner: Scanner): number | boolean | null {
  const word = scanner.takeWord();
  switch (word) {
    case 'true':
      return true;
    case 'false':
      return false;
    case 'null':
      return null;
    default:
      if (/^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(word)) return Number(word);
      throw scanner.error(`${quote(word)} is no value; strings need double quotes`);
  }
}

/** A piece of the text, short enough for a message. */
function quote(text: string): string {
  return `"${text.length > 60 ? `${text.slice(0, 60)}…` : text}"`;
}
