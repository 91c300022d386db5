import {
  invalidFilter,
  invalidSyntax,
  invalidValue,
  messageUrn,
  type Projection,
  parsePageRequest,
  parseProjection,
  type ResourceType,
} from '@scim-gateway/scim';
import type { ListQuery } from '../../provisioning/contract.ts';
import { hasUnusableCharacters } from '../json-body.ts';

/** How many resources an answer holds. */
export interface PageLimits {
  readonly default: number;
  readonly max: number;
}

type Parameters = Readonly<Record<string, unknown>>;

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
  const filter = readText(parameters, 'filter');
  const page = parsePageRequest(
    { startIndex: readText(parameters, 'startIndex'), count: readText(parameters, 'count') },
    limits,
  );
  return toListQuery(filter, page, readProjection(query, type));
}

/** @see https://www.rfc-editor.org/rfc/rfc7644#section-3.4.3 */
export function readSearchRequest(body: unknown, type: ResourceType, limits: PageLimits): ListQuery {
  if (typeof body !== 'object' || body === null) throw invalidSyntax('The body must be a SearchRequest object.');
  const request = toParameters(body);
  if (!Array.isArray(request['schemas']) || !request['schemas'].includes(messageUrn.searchRequest)) {
    throw invalidSyntax(`The body's schemas must hold ${messageUrn.searchRequest}.`);
  }
  const filter = readText(request, 'filter');
  const page = parsePageRequest(
    { startIndex: readNumber(request, 'startIndex'), count: readNumber(request, 'count') },
    limits,
  );
  const names = {
    attributes: readNames(request, 'attributes'),
    excludedAttributes: readNames(request, 'excludedAttributes'),
  };
  return toListQuery(filter, page, parseProjection(names, type));
}

function toListQuery(
  filter: string | undefined,
  page: Pick<ListQuery, 'startIndex' | 'count'>,
  projection: Projection,
): ListQuery {
  if (filter === undefined || filter.trim() === '') return { ...page, projection };
  checkCharacters(filter);
  return { ...page, projection, filter };
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

function toParameters(source: unknown): Parameters {
  return typeof source === 'object' && source !== null ? { ...source } : {};
}

function readText(parameters: Parameters, name: string): string | undefined {
  const value = parameters[name];
  if (value === undefined || value === null) return undefined;
  if (Array.isArray(value)) throw invalidValue(`${name} is given ${value.length} times; give it once.`);
  if (typeof value !== 'string') throw invalidValue(`${name} must be a text.`);
  return value;
}

function readNumber(request: Parameters, name: string): number | undefined {
  const value = request[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'number') throw invalidValue(`${name} must be an integer.`);
  return value;
}

function readNames(request: Parameters, name: string): string | undefined {
  const value = request[name];
  if (value === undefined || value === null) return undefined;
  if (!Array.isArray(value) || !value.every((each) => typeof each === 'string')) {
    throw invalidValue(`${name} must be a list of attribute names.`);
  }
  return value.join(',');
}
