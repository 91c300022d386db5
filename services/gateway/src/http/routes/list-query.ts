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
import type { ListQuery } from '../../provisioning/contract.ts';
import { hasUnusableCharacters } from '../json-body.ts';

/** How many resources an answer holds. */
export interface PageLimits {
  readonly default: number;
  readonly max: number;
}

type Fields = Readonly<Record<string, unknown>>;
type Paging = Parameters<typeof parsePageRequest>[0];

/** What a client wants to see of a single resource; parameters that SCIM does not define are ignored. */
export function readProjection(query: unknown, type: ResourceType): Projection {
  const parameters = toParameters(query);
  return parseProjection(
    {
      attributes: readText(parameters, 'attributes'),
      excludedAttributes: readText(parameters, 'excludedAttributes'),
    },
    type,
  );
}

/** @see https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2 */
export function readListQuery(query: unknown, type: ResourceType, limits: PageLimits): ListQuery {
  const parameters = toParameters(query);
  return toListQuery(
    {
      page: { startIndex: readText(parameters, 'startIndex'), count: readText(parameters, 'count') },
      cursor: readText(parameters, 'cursor'),
      names: {
        attributes: readText(parameters, 'attributes'),
        excludedAttributes: readText(parameters, 'excludedAttributes'),
      },
      parameters,
    },
    type,
    limits,
  );
}

/** @see https://www.rfc-editor.org/rfc/rfc7644#section-3.4.3 */
export function readSearchRequest(body: unknown, type: ResourceType, limits: PageLimits): ListQuery {
  if (typeof body !== 'object' || body === null) throw invalidSyntax('The body must be a SearchRequest object.');
  const parameters = toParameters(body);
  if (!Array.isArray(parameters['schemas']) || !parameters['schemas'].includes(messageUrn.searchRequest)) {
    throw invalidSyntax(`The body's schemas must hold ${messageUrn.searchRequest}.`);
  }
  return toListQuery(
    {
      page: { startIndex: readNumber(parameters, 'startIndex'), count: readNumber(parameters, 'count') },
      cursor: readText(parameters, 'cursor'),
      names: {
        attributes: readNames(parameters, 'attributes'),
        excludedAttributes: readNames(parameters, 'excludedAttributes'),
      },
      parameters,
    },
    type,
    limits,
  );
}

/** The parts of a list request that a query string and a body spell differently, and the rest. */
interface Spelled {
  readonly page: Pick<Paging, 'startIndex' | 'count'>;
  readonly cursor: string | undefined;
  readonly names: Parameters<typeof parseProjection>[0];
  readonly parameters: Fields;
}

function toListQuery({ page, cursor, names, parameters }: Spelled, type: ResourceType, limits: PageLimits): ListQuery {
  const filter = readText(parameters, 'filter');
  const order = { sortBy: readText(parameters, 'sortBy'), sortOrder: readText(parameters, 'sortOrder') };
  const sort = parseSort(order, type);
  const query = {
    ...parsePageRequest({ ...page, cursor }, limits),
    ...(sort === undefined ? {} : { sort }),
    projection: parseProjection(names, type),
  };
  if (filter === undefined || filter.trim() === '') return query;
  checkCharacters(filter);
  return { ...query, filter };
}

/** Escapes are looked through: a NUL that the filter's parser would make of one is as useless as a plain one. */
function checkCharacters(filter: string): void {
  const spelledOut = filter.replace(/\\u([0-9a-f]{4})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  if (hasUnusableCharacters(spelledOut)) {
    throw invalidFilter('The filter holds a NUL character or one half of a surrogate pair; nothing can match that.');
  }
}

function toParameters(source: unknown): Fields {
  return typeof source === 'object' && source !== null ? { ...source } : {};
}

function readText(parameters: Fields, name: string): string | undefined {
  const value = parameters[name];
  if (value === undefined || value === null) return undefined;
  if (Array.isArray(value)) throw invalidValue(`${name} is given ${value.length} times; give it once.`);
  if (typeof value !== 'string') throw invalidValue(`${name} must be a text.`);
  return value;
}

function readNumber(request: Fields, name: string): number | undefined {
  const value = request[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'number') throw invalidValue(`${name} must be an integer.`);
  return value;
}

function readNames(request: Fields, name: string): string | undefined {
  const value = request[name];
  if (value === undefined || value === null) return undefined;
  if (!Array.isArray(value) || !value.every((each) => typeof each === 'string')) {
    throw invalidValue(`${name} must be a list of attribute names.`);
  }
  return value.join(',');
}
