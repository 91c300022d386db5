import { type AttributePath, relativePath } from '../attribute-path.ts';
import { invalidFilter } from '../error.ts';
import { quote } from '../quote.ts';
import type { ResourceType } from '../schema/definition.ts';
import { findSubAttribute } from '../schema/registry.ts';
import { resolveAttributePath } from '../schema/resolve.ts';
import { type Tolerance, tolerates } from '../tolerance.ts';
import type { CompareValue, Filter } from './ast.ts';
import { toComparison, toOperator, toPresence } from './comparison.ts';
import { defaultFilterLimits, FilterBudget, type FilterLimits } from './limits.ts';
import { Scanner } from './scanner.ts';

/**
 * Parses a filter and resolves its attribute names against a resource type. Names and operators match in any case.
 *
 * @throws ScimError `invalidFilter` when the filter is malformed or too large, names an attribute that the type does
 * not define, or compares an attribute in a way that is not supported.
 * @see https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2.2
 * @example
 * ```ts
 * const filter = parseFilter('userName eq "ada@example.com"', userResourceType, { tolerance: { profile: 'strict' } });
 * if (filter.kind === 'compare') filter.path.text; // 'userName'
 * ```
 */
export function parseFilter(
  text: string,
  type: ResourceType,
  options: { readonly tolerance: Tolerance; readonly limits?: FilterLimits },
): Filter {
  const { tolerance, limits = defaultFilterLimits } = options;
  return new FilterParser(new Scanner(text), type, tolerance, new FilterBudget(text, limits)).parseWhole();
}

/** A recursive descent parser. It checks depth and size before each descent. */
export class FilterParser {
  readonly #scanner: Scanner;
  readonly #type: ResourceType;
  readonly #tolerance: Tolerance;
  readonly #budget: FilterBudget;
  /** The attribute whose brackets are being parsed. */
  #within: AttributePath | undefined;

  constructor(scanner: Scanner, type: ResourceType, tolerance: Tolerance, budget: FilterBudget) {
    this.#scanner = scanner;
    this.#type = type;
    this.#tolerance = tolerance;
    this.#budget = budget;
  }

  /** Parses the whole text. */
  parseWhole(): Filter {
    const filter = this.#parseOr();
    if (!this.#scanner.isDone) throw this.#scanner.error('only and or or may follow a complete term');
    return filter;
  }

  /** Parses the filter within the brackets of `path[…]`, after the opening bracket and up to the closing one. */
  parseInBrackets(path: AttributePath): Filter {
    if (this.#within !== undefined) throw this.#scanner.error('brackets within brackets are not supported');
    if (path.attribute.type !== 'complex' || path.subAttribute !== undefined)
      throw invalidFilter(`${path.text} has no sub-attributes; compare it without brackets.`);
    this.#within = path;
    const filter = this.#parseNested();
    this.#within = undefined;
    return filter;
  }

  #parseOr(): Filter {
    const first = this.#parseAnd();
    if (!this.#scanner.takeKeyword('or')) return first;
    const operands = operandsOf('or', first);
    do operands.push(...operandsOf('or', this.#parseAnd()));
    while (this.#scanner.takeKeyword('or'));
    return { kind: 'or', operands };
  }

  #parseAnd(): Filter {
    const first = this.#parseTerm();
    if (!this.#scanner.takeKeyword('and')) return first;
    const operands = operandsOf('and', first);
    do operands.push(...operandsOf('and', this.#parseTerm()));
    while (this.#scanner.takeKeyword('and'));
    return { kind: 'and', operands };
  }

  #parseTerm(): Filter {
    this.#budget.spendNode();
    const scanner = this.#scanner;
    scanner.skipBlanks();
    if (scanner.take('(')) return this.#parseGroup();
    const word = scanner.takeWord();
    if (word.length === 3 && word.toLowerCase() === 'not') return this.#parseNot();
    if (word === '') throw scanner.error('an attribute name is missing');
    const path = this.#resolve(word);
    return scanner.take('[') ? this.#parseValuePath(path) : this.#parseComparison(path);
  }

  #resolve(name: string): AttributePath {
    const path =
      this.#within === undefined
        ? resolveAttributePath(name, this.#type, this.#tolerance)
        : resolveWithin(name, this.#within);
    if (path !== undefined) return path;
    const owner = this.#within === undefined ? this.#type.name : this.#within.text;
    throw invalidFilter(`The filter names ${quote(name)}, which is not an attribute of ${owner}.`);
  }

  #parseNot(): Filter {
    this.#scanner.skipBlanks();
    if (!this.#scanner.take('(')) throw this.#scanner.error('not must be followed by a filter in parentheses');
    return { kind: 'not', operand: this.#parseGroup() };
  }

  #parseGroup(): Filter {
    const filter = this.#parseNested();
    if (!this.#scanner.take(')')) throw this.#scanner.error('a closing parenthesis is missing');
    return filter;
  }

  #parseNested(): Filter {
    this.#budget.enter();
    const filter = this.#parseOr();
    this.#budget.leave();
    return filter;
  }

  #parseValuePath(path: AttributePath): Filter {
    const scanner = this.#scanner;
    const filter = this.parseInBrackets(path);
    if (!scanner.take(']')) throw scanner.error('a closing bracket is missing');
    if (!scanner.take('.')) return { kind: 'valuePath', path, filter };
    const compared = this.#parseComparison(this.#parseFollowing(path));
    return { kind: 'valuePath', path, filter: { kind: 'and', operands: [...operandsOf('and', filter), compared] } };
  }

  /**
   * @remarks `entra.valuepath-compare`: `emails[type eq "work"].value eq "…"` matches one value that meets both
   * conditions.
   */
  #parseFollowing(path: AttributePath): AttributePath {
    const name = this.#scanner.takeWord();
    const subAttribute = findSubAttribute(path.attribute, name);
    if (subAttribute !== undefined && tolerates(this.#tolerance, 'entra.valuepath-compare'))
      return relativePath(path, subAttribute);
    throw this.#scanner.error(`${quote(name)} must not follow the brackets`);
  }

  #parseComparison(path: AttributePath): Filter {
    const scanner = this.#scanner;
    if (!scanner.skipBlanks()) throw scanner.error('an operator is missing');
    const word = scanner.takeWord();
    const operator = toOperator(word);
    if (operator === undefined) throw scanner.error(`${quote(word)} is not an operator`);
    if (operator === 'pr') return toPresence(path);
    if (!scanner.skipBlanks() && scanner.isNext('"')) this.#acceptMissingSpace();
    return toComparison(path, operator, parseValue(scanner), this.#tolerance);
  }

  /** @remarks `any.missing-space`: an example of RFC 7644 itself has `members[value eq"…"]`. */
  #acceptMissingSpace(): void {
    if (!tolerates(this.#tolerance, 'any.missing-space'))
      throw this.#scanner.error('a space is missing before the value');
  }
}

/** The operands that a filter adds to a chain: `(a and b) and c` has three. */
function operandsOf(kind: 'and' | 'or', filter: Filter): Filter[] {
  return filter.kind === kind ? [...filter.operands] : [filter];
}

function resolveWithin(name: string, path: AttributePath): AttributePath | undefined {
  const attribute = findSubAttribute(path.attribute, name);
  return attribute === undefined ? undefined : relativePath(path, attribute);
}

function parseValue(scanner: Scanner): CompareValue {
  if (scanner.isNext('"')) return scanner.takeString();
  const word = scanner.takeWord();
  switch (word) {
    case '':
      throw scanner.error('a value is missing');
    case 'true':
      return true;
    case 'false':
      return false;
    case 'null':
      return null;
    default:
      return parseNumber(word, scanner);
  }
}

function parseNumber(word: string, scanner: Scanner): number {
  const number = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(word) ? Number(word) : Number.NaN;
  if (Number.isFinite(number)) return number;
  // The text may be personal, such as an e-mail address without quotes.
  throw scanner.error('this is not a value; put strings in double quotes, and true, false and null in lower case');
}
