import {
  invalidFilter,
  invalidSyntax,
  invalidValue,
  isObject,
  type JsonObject,
  type JsonValue,
  messageUrn,
  type Projection,
  parsePageRequest,
  parseProjection,
  parseSort,
  type ResourceType,
} from '@scim-gateway/scim';
import type { ListQuery } from '../../provisioning/service.ts';
import { hasUnusableCharacters } from '../body/json.ts';

/** How many resources one page of a list has. */
export interface PageLimits {
  /** For a request without `count`. */
  readonly default: number;
  /** Bound on `count`. */
  readonly max: number;
}

/** How a parameter that is no string is written: in a query string as text, in a search body as JSON. */
interface Notation {
  number(fields: JsonObject, name: string): string | number | undefined;
  /** Attribute names, joined by commas. */
  names(fields: JsonObject, name: string): string | undefined;
}

const queryNotation: Notation = { number: readString, names: readString };
const bodyNotation: Notation = { number: readNumber, names: readNames };

/**
 * The parameters of a list request by their names in lower case; a client may write them in any case.
 *
 * @remarks A misspelt `Filter` that was ignored would list every user, and a provider would take the first for its match.
 */
const parameters: ReadonlyMap<string, string> = new Map(
  ['attributes', 'excludedAttributes', 'filter', 'sortBy', 'sortOrder', 'startIndex', 'count', 'cursor', 'schemas'].map(
    (name) => [name.toLowerCase(), name],
  ),
);

/** Reads `attributes` and `excludedAttributes` from a query string; ignores parameters that SCIM does not define. */
export function readProjection(query: unknown, type: ResourceType): Projection {
  return toProjection(toFields(query), queryNotation, type);
}

/** Reads a list request from a query string. @see https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2 */
export function readListQuery(query: unknown, type: ResourceType, limits: PageLimits): ListQuery {
  return toListQuery(toFields(query), queryNotation, type, limits);
}

/**
 * Reads a list request from the body of a search.
 *
 * @throws ScimError `invalidSyntax` if the body is no SearchRequest.
 * @see https://www.rfc-editor.org/rfc/rfc7644#section-3.4.3
 */
export function readSearchRequest(body: unknown, type: ResourceType, limits: PageLimits): ListQuery {
  const fields = toFields(body);
  const { schemas } = fields;
  if (!Array.isArray(schemas) || !schemas.includes(messageUrn.searchRequest)) {
    throw invalidSyntax(`The body must be an object whose schemas contain ${messageUrn.searchRequest}.`);
  }
  return toListQuery(fields, bodyNotation, type, limits);
}

function toListQuery(fields: JsonObject, notation: Notation, type: ResourceType, limits: PageLimits): ListQuery {
  const page = {
    startIndex: notation.number(fields, 'startIndex'),
    count: notation.number(fields, 'count'),
    cursor: readString(fields, 'cursor'),
  };
  const projection = toProjection(fields, notation, type);
  const filter = readString(fields, 'filter');
  const sort = parseSort({ sortBy: readString(fields, 'sortBy'), sortOrder: readString(fields, 'sortOrder') }, type);
  const query = { ...parsePageRequest(page, limits), ...(sort === undefined ? {} : { sort }), projection };
  if (filter === undefined || filter.trim() === '') return query;
  checkCharacters(filter);
  return { ...query, filter };
}

const projections = new WeakMap<ResourceType, Map<string, Projection>>();
const mostProjections = 100;

/**
 * Parses a projection, and returns the same object for the same parameters.
 *
 * @remarks Providers repeat a few projections; what other modules derive from one is remembered by the object's
 * identity.
 */
function toProjection(fields: JsonObject, { names }: Notation, type: ResourceType): Projection {
  const attributes = names(fields, 'attributes');
  const excludedAttributes = names(fields, 'excludedAttributes');
  if (attributes !== undefined && excludedAttributes !== undefined)
    return parseProjection({ attributes, excludedAttributes }, type);
  const key = attributes === undefined ? `not ${excludedAttributes ?? ''}` : `only ${attributes}`;
  const known = projections.get(type) ?? new Map<string, Projection>();
  const projection = known.get(key) ?? parseProjection({ attributes, excludedAttributes }, type);
  if (known.size < mostProjections) projections.set(type, known.set(key, projection));
  return projection;
}

/** Checks the filter with its escapes decoded: the filter's parser would turn `\u0000` into a NUL character. */
function checkCharacters(filter: string): void {
  const decoded = filter.includes('\\') ? decodeEscapes(filter) : filter;
  if (hasUnusableCharacters(decoded)) {
    throw invalidFilter('The filter contains a NUL character or a lone surrogate, which no value matches; remove it.');
  }
}

function decodeEscapes(filter: string): string {
  return filter.replace(/\\u([0-9a-f]{4})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

/** The parameters that SCIM defines, by name. One that is given in two spellings becomes a list. */
function toFields(source: unknown): JsonObject {
  const fields: Record<string, JsonValue> = {};
  for (const [sent, value] of Object.entries(isObject(source) ? source : {})) {
    const name = parameters.get(sent.toLowerCase());
    if (name === undefined) continue;
    const known = fields[name];
    fields[name] = known === undefined ? value : [known, value].flat();
  }
  return fields;
}

function readString(fields: JsonObject, name: string): string | undefined {
  const value = fields[name];
  if (value === undefined || value === null) return undefined;
  if (Array.isArray(value)) throw invalidValue(`${name} is given ${value.length} times; give it once.`);
  if (typeof value !== 'string') throw invalidValue(`${name} must be a string.`);
  return value;
}

function readNumber(fields: JsonObject, name: string): number | undefined {
  const value = fields[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'number') throw invalidValue(`${name} must be an integer.`);
  return value;
}

function readNames(fields: JsonObject, name: string): string | undefined {
  const value = fields[name];
  if (value === undefined || value === null) return undefined;
  if (!Array.isArray(value) || !value.every((each) => typeof each === 'string')) {
    throw invalidValue(`${name} must be an array of attribute names.`);
  }
  return value.join(',');
}
