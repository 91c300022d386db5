import {
  invalidFilter,
  invalidSyntax,
  invalidValue,
  messageUrn,
  type Projection,
  parsePageRequest,
  parseProjection,
  parseSort,
  type ResourceType,
} from '@scim-gateway/scim';
import type { ListQuery } from '../../provisioning/service.ts';
import { hasUnusableCharacters } from '../body/json.ts';

/** How many resources an answer holds. */
export interface PageLimits {
  readonly default: number;
  readonly max: number;
}

type Fields = Readonly<Record<string, unknown>>;

/** How a query string or a body spells what is no text: numbers, and lists of names. */
interface Spelling {
  number(fields: Fields, name: string): string | number | undefined;
  names(fields: Fields, name: string): string | undefined;
}

const inUrl: Spelling = { number: readText, names: readText };
const inBody: Spelling = { number: readNumber, names: readNames };

/** What a client wants to see of a single resource; parameters that SCIM does not define are ignored. */
export function readProjection(query: unknown, type: ResourceType): Projection {
  return toProjection(toFields(query), inUrl, type);
}

/** @see https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2 */
export function readListQuery(query: unknown, type: ResourceType, limits: PageLimits): ListQuery {
  return toListQuery(toFields(query), inUrl, type, limits);
}

/** @see https://www.rfc-editor.org/rfc/rfc7644#section-3.4.3 */
export function readSearchRequest(body: unknown, type: ResourceType, limits: PageLimits): ListQuery {
  if (typeof body !== 'object' || body === null) throw invalidSyntax('The body must be a SearchRequest object.');
  const fields = toFields(body);
  if (!Array.isArray(fields['schemas']) || !fields['schemas'].includes(messageUrn.searchRequest)) {
    throw invalidSyntax(`The body's schemas must hold ${messageUrn.searchRequest}.`);
  }
  return toListQuery(fields, inBody, type, limits);
}

function toListQuery(fields: Fields, spelling: Spelling, type: ResourceType, limits: PageLimits): ListQuery {
  const page = {
    startIndex: spelling.number(fields, 'startIndex'),
    count: spelling.number(fields, 'count'),
    cursor: readText(fields, 'cursor'),
  };
  const projection = toProjection(fields, spelling, type);
  const filter = readText(fields, 'filter');
  const sort = parseSort({ sortBy: readText(fields, 'sortBy'), sortOrder: readText(fields, 'sortOrder') }, type);
  const query = { ...parsePageRequest(page, limits), ...(sort === undefined ? {} : { sort }), projection };
  if (filter === undefined || filter.trim() === '') return query;
  checkCharacters(filter);
  return { ...query, filter };
}

const projections = new WeakMap<ResourceType, Map<string, Projection>>();
const mostProjections = 100;

/** Providers ask for the same few projections over and over; what follows from one is worked out once as long as it is the same object. */
function toProjection(fields: Fields, { names }: Spelling, type: ResourceType): Projection {
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

/** Escapes are looked through: a NUL that the filter's parser would make of one is as useless as a plain one. */
function checkCharacters(filter: string): void {
  const spelledOut = filter.includes('\\') ? spellOut(filter) : filter;
  if (hasUnusableCharacters(spelledOut)) {
    throw invalidFilter('The filter holds a NUL character or one half of a surrogate pair; nothing can match that.');
  }
}

function spellOut(filter: string): string {
  return filter.replace(/\\u([0-9a-f]{4})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

function toFields(source: unknown): Fields {
  return typeof source === 'object' && source !== null ? (source as Fields) : {};
}

function readText(fields: Fields, name: string): string | undefined {
  const value = fields[name];
  if (value === undefined || value === null) return undefined;
  if (Array.isArray(value)) throw invalidValue(`${name} is given ${value.length} times; give it once.`);
  if (typeof value !== 'string') throw invalidValue(`${name} must be a string.`);
  return value;
}

function readNumber(fields: Fields, name: string): number | undefined {
  const value = fields[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'number') throw invalidValue(`${name} must be an integer.`);
  return value;
}

function readNames(fields: Fields, name: string): string | undefined {
  const value = fields[name];
  if (value === undefined || value === null) return undefined;
  if (!Array.isArray(value) || !value.every((each) => typeof each === 'string')) {
    throw invalidValue(`${name} must be a list of attribute names.`);
  }
  return value.join(',');
}
