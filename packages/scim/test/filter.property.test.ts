import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type AttributePath,
  evaluateFilter,
  type Filter,
  parseAttributePath,
  parseFilter,
  parsePath,
  printFilter,
  ScimError,
  schemaUrn,
  userResourceType,
} from '../src/index.ts';
import { ada, strict, tolerant } from './support/examples.ts';

function pathOf(name: string): AttributePath {
  const path = parseAttributePath(name, userResourceType);
  if (path === undefined) throw new Error(`${name} is in the schema`);
  return path;
}

/** The path of a sub-attribute within brackets. */
function partOf(name: string): AttributePath {
  const { schema, subAttribute } = pathOf(name);
  if (subAttribute === undefined) throw new Error(`${name} is a part`);
  return { schema, extension: false, attribute: subAttribute, text: subAttribute.name };
}

const text = fc.oneof(fc.string(), fc.string({ unit: 'binary' }));
const textOperator = fc.constantFrom('eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le');

function leaves(texts: readonly AttributePath[], booleans: readonly AttributePath[]): fc.Arbitrary<Filter> {
  const compare = fc.record({
    kind: fc.constant('compare' as const),
    path: fc.constantFrom(...texts),
    operator: textOperator,
    value: fc.oneof(
      text,
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
    ),
  });
  const equal = fc.record({
    kind: fc.constant('compare' as const),
    path: fc.constantFrom(...booleans),
    operator: fc.constantFrom('eq', 'ne'),
    value: fc.constantFrom(true, false, null),
  });
  const present = fc.record({ kind: fc.constant('present' as const), path: fc.constantFrom(...texts, ...booleans) });
  return fc.oneof(compare, equal, present);
}

/** Filters over these leaves in the form that parsing returns: a chain never contains a chain of its own kind. */
function filtersOver(leaf: fc.Arbitrary<Filter>): fc.Arbitrary<Filter> {
  return fc.letrec<{ filter: Filter }>((tie) => ({
    filter: fc.oneof(
      { maxDepth: 4, depthSize: 'small', withCrossShrink: true },
      leaf,
      fc.tuple(fc.constantFrom('and', 'or'), fc.array(tie('filter'), { minLength: 2, maxLength: 4 })).map(toChain),
      tie('filter').map((operand): Filter => ({ kind: 'not', operand })),
    ),
  })).filter;
}

function toChain([kind, operands]: ['and' | 'or', Filter[]]): Filter {
  return { kind, operands: operands.flatMap((operand) => (operand.kind === kind ? operand.operands : [operand])) };
}

const emails = filtersOver(leaves([partOf('emails.value'), partOf('emails.type')], [partOf('emails.primary')]));
const filters = filtersOver(
  fc.oneof(
    leaves(
      ['userName', 'externalId', 'name.givenName', 'emails.value', `${schemaUrn.enterpriseUser}:department`].map(
        pathOf,
      ),
      ['active', 'emails.primary'].map(pathOf),
    ),
    emails.map((filter): Filter => ({ kind: 'valuePath', path: pathOf('emails'), filter })),
  ),
);

describe('any filter', () => {
  it('parses to itself after it is printed', () => {
    fc.assert(
      fc.property(filters, (filter) => {
        expect(parseFilter(printFilter(filter), userResourceType, { tolerance: strict })).toEqual(filter);
      }),
    );
  });

  it('obeys the laws of logic', () => {
    fc.assert(
      fc.property(filters, filters, (left, right) => {
        const [l, r] = [evaluateFilter(left, ada), evaluateFilter(right, ada)];
        expect(evaluateFilter({ kind: 'and', operands: [left, right] }, ada)).toBe(l && r);
        expect(evaluateFilter({ kind: 'or', operands: [left, right] }, ada)).toBe(l || r);
        expect(evaluateFilter({ kind: 'not', operand: left }, ada)).toBe(!l);
      }),
    );
  });

  it('means the same in any case and with any number of spaces', () => {
    const words = fc.constantFrom('userName', 'NAME.givenname', 'Emails.Value');
    fc.assert(
      fc.property(words, textOperator, text, fc.nat(3), fc.boolean(), (name, operator, literal, blanks, isUpper) => {
        const gap = ' '.repeat(blanks + 1);
        const plain = `${name} ${operator} ${JSON.stringify(literal)}`;
        const other = `${gap}(${gap}${isUpper ? name.toUpperCase() : name.toLowerCase()}${gap}${operator.toUpperCase()}${gap}${JSON.stringify(literal)})${gap}`;
        const parse = (source: string) => parseFilter(source, userResourceType, { tolerance: strict });
        expect(parse(other)).toEqual(parse(plain));
      }),
    );
  });

  it('parses or throws invalidFilter, even for random text', () => {
    const pieces = fc.constantFrom(
      'userName',
      'emails',
      '[',
      ']',
      '(',
      ')',
      '"x"',
      '"',
      ' ',
      'eq',
      'and',
      'or',
      'not',
      'pr',
      '.',
      'true',
      '1',
      '\\',
      'é',
    );
    const soup = fc.array(pieces, { maxLength: 20 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(fc.oneof(soup, text), (source) => {
        try {
          parseFilter(source, userResourceType, { tolerance: tolerant });
        } catch (error) {
          expect(error).toBeInstanceOf(ScimError);
          expect(error).toMatchObject({ status: 400, scimType: 'invalidFilter' });
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('any path', () => {
  it('parses or throws invalidPath or invalidFilter, and a printed path parses to itself', () => {
    fc.assert(
      fc.property(emails, fc.constantFrom('', '.value', '.display'), (filter, rest) => {
        const target = parsePath(`emails[${printFilter(filter)}]${rest}`, userResourceType, strict);
        expect(target.filter).toEqual(filter);
        expect(target.path.text).toBe(`emails${rest}`);
      }),
    );
    fc.assert(
      fc.property(text, (source) => {
        try {
          parsePath(source, userResourceType, tolerant);
        } catch (error) {
          expect(error).toBeInstanceOf(ScimError);
          expect(['invalidPath', 'invalidFilter']).toContain((error as ScimError).scimType);
        }
      }),
    );
  });
});
