import { type AttributePath, relativePath } from '../attribute-path.ts';
import { invalidFilter } from '../error.ts';
import type { AttributeDefinition, ResourceType } from '../schema/definition.ts';
import { findSubAttribute } from '../schema/registry.ts';
import { resolveAttributePath } from '../schema/resolve.ts';
import { type Tolerance, tolerates } from '../tolerance.ts';
import type { CompareValue, Filter } from './ast.ts';
import { toComparison, toOperator, toPresence } from './comparison.ts';
import { defaultFilterLimits, FilterBudget, type FilterLimits } from './limits.ts';
import { Scanner } from './scanner.ts';

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
  const { tolerance, limits = defaultFilterLimits } = options;
  return new FilterParser(new Scanner(text), type, tolerance, new FilterBudget(text, limits)).parseWhole();
}

/** A recursive descent over the grammar; depth and size are checked before each descent. */
export class FilterParser {
  readonly #scanner: Scanner;
  readonly #type: ResourceType;
  readonly #tolerance: Tolerance;
  readonly #budget: FilterBudget;
  /** The attribute within whose brackets we are. */
  #within: AttributePath | undefined;

  constructor(scanner: Scanner, type: ResourceType, tolerance: Tolerance, budget: FilterBudget) {
    this.#scanner = scanner;
    this.#type = type;
    this.#tolerance = tolerance;
    this.#budget = budget;
  }

  parseWhole(): Filter {
    const filter = this.#parseOr();
    if (!this.#scanner.isDone) throw this.#scanner.error('nothing but and, or may follow here');
    return filter;
  }

  /** The filter between the brackets of `path[…]`, the opening one consumed already, the closing one not. */
  parseInBrackets(path: AttributePath): Filter {
    if (this.#within !== undefined) throw this.#scanner.error('brackets within brackets');
    if (path.attribute.type !== 'complex' || path.subAttribute !== undefined)
      throw invalidFilter(`${path.text} has no sub-attributes to filter by.`);
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
    throw invalidFilter(
      `The filter names ${quote(name)}, which is no attribute of ${this.#within?.text ?? this.#type.name}.`,
    );
  }

  #parseNot(): Filter {
    this.#scanner.skipBlanks();
    if (!this.#scanner.take('(')) throw this.#scanner.error('not needs parentheses');
    return { kind: 'not', operand: this.#parseGroup() };
  }

  #parseGroup(): Filter {
    const filter = this.#parseNested();
    if (!this.#scanner.take(')')) throw this.#scanner.error(') is missing');
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
    if (!scanner.take(']')) throw scanner.error('] is missing');
    if (!scanner.take('.')) return { kind: 'valuePath', path, filter };
    const compared = this.#parseComparison(this.#parseFollowing(path));
    return { kind: 'valuePath', path, filter: { kind: 'and', operands: [...operandsOf('and', filter), compared] } };
  }

  /** @remarks `entra.valuepath-compare`: `emails[type eq "work"].value eq "…"` asks for one value that is both. */
  #parseFollowing(path: AttributePath): AttributePath {
    const name = this.#scanner.takeWord();
    const subAttribute = findSubAttribute(path.attribute, name);
    if (subAttribute !== undefined && tolerates(this.#tolerance, 'entra.valuepath-compare'))
      return relativePath(path, subAttribute);
    throw this.#scanner.error(`${quote(name)} may not follow the brackets`);
  }

  #parseComparison(path: AttributePath): Filter {
    const scanner = this.#scanner;
    if (!scanner.skipBlanks()) throw scanner.error('an operator is missing');
    const word = scanner.takeWord();
    const operator = toOperator(word);
    if (operator === undefined) throw scanner.error(`${quote(word)} is no operator`);
    if (operator === 'pr') return toPresence(path);
    const isSpaced = scanner.skipBlanks();
    return toComparison(path, operator, this.#parseValue(isSpaced), this.#tolerance);
  }

  #parseValue(isSpaced: boolean): CompareValue {
    const scanner = this.#scanner;
    if (!scanner.isNext('"')) return parseLiteral(scanner);
    // The RFC itself prints members[value eq"…"] once.
    if (isSpaced || tolerates(this.#tolerance, 'any.missing-space')) return scanner.takeString();
    throw scanner.error('a blank is missing before the value');
  }
}

/** What a filter contributes to a chain: `(a and b) and c` has three operands. */
function operandsOf(kind: 'and' | 'or', filter: Filter): Filter[] {
  return filter.kind === kind ? [...filter.operands] : [filter];
}

function resolveWithin(name: string, path: AttributePath): AttributePath | undefined {
  const attribute: AttributeDefinition | undefined = findSubAttribute(path.attribute, name);
  return attribute === undefined ? undefined : relativePath(path, attribute);
}

function parseLiteral(scanner: Scanner): number | boolean | null {
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
  throw scanner.error('this is no value: strings need double quotes, true, false and null are lower-case');
}

/** A piece of the text, short enough for a message. */
function quote(text: string): string {
  return `"${text.length > 60 ? `${text.slice(0, 60)}…` : text}"`;
}
