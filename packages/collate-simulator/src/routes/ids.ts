import { httpFailure, notFound } from '../http/api-error.ts';
import type { Context } from '../http/context.ts';
import type { Row } from '../state/row.ts';

/** A path parameter as a full UUID; like Java, pads short groups with zeros. @throws ApiError when it is not a UUID. */
export function uuidParam(context: Context, name = 'id'): string {
  const text = context.params[name] ?? '';
  const groups = text.toLowerCase().split('-');
  const lengths = [8, 4, 4, 4, 12];
  const isUuid =
    groups.length === 5 &&
    groups.every((group, index) => /^[\da-f]+$/.test(group) && group.length <= (lengths[index] ?? 0));
  if (!isUuid) throw httpFailure(context.state.rules, 404, 'Not Found');
  return groups.map((group, index) => group.padStart(lengths[index] ?? 0, '0')).join('-');
}

/** The user of the `id` parameter. @throws ApiError 404 when it does not exist or fails the filter. */
export function userById(context: Context, filter: (row: Row) => boolean): Row {
  const id = uuidParam(context);
  const row = context.state.users.byId(id);
  if (row === undefined || !filter(row)) throw notFound('user', id);
  return row;
}

/** The team of the `id` parameter. @throws ApiError 404 when it does not exist or fails the filter. */
export function teamById(context: Context, filter: (row: Row) => boolean, name = 'id'): Row {
  const id = uuidParam(context, name);
  const row = context.state.teams.byId(id);
  if (row === undefined || !filter(row)) throw notFound('team', id);
  return row;
}

/** The user or team of the `name` parameter. @throws ApiError 404 when it does not exist or fails the filter. */
export function byNameParam(context: Context, type: 'user' | 'team', filter: (row: Row) => boolean): Row {
  const name = context.params['name'] ?? '';
  const table = type === 'user' ? context.state.users : context.state.teams;
  const unquoted = context.state.rules.quotesDottedNames ? name.replace(/^"(.*)"$/, '$1') : name;
  const row = table.byName(unquoted);
  if (row === undefined || !filter(row)) throw notFound(type, context.state.qualify(unquoted));
  return row;
}
