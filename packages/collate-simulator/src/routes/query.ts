import { httpFailure, refuse, unhandled } from '../http/api-error.ts';
import type { Context } from '../http/context.ts';
import { isDeleted, type Row } from '../state/row.ts';
import type { Table, Window } from '../state/table.ts';

const userFields = new Set(['profile', 'roles', 'teams', 'follows', 'owns', 'isEmailVerified']);
const teamFields = new Set([
  'owner',
  'profile',
  'users',
  'owns',
  'defaultRoles',
  'parents',
  'children',
  'policies',
  'userCount',
  'childrenCount',
  'email',
]);
const laterFields = ['owners', 'domains', 'domain', 'personas', 'defaultPersona', 'lastLoginTime', 'externalId'];

function knownFields({ state }: Context, type: 'user' | 'team'): ReadonlySet<string> {
  const measured = type === 'user' ? userFields : teamFields;
  return state.rules.generation === '1.1' ? measured : new Set([...measured, ...laterFields]);
}

/** The relations that the parameter `fields` names. @throws ApiError 400 when one is unknown. */
export function fieldsOf(context: Context, type: 'user' | 'team'): ReadonlySet<string> {
  const text = context.query.get('fields');
  const known = knownFields(context, type);
  if (text === null || text.trim() === '') return new Set();
  if (text === '*') return known;
  const names = text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  const unknown = names.find((name) => !known.has(name));
  if (unknown !== undefined) throw refuse(400, `Invalid field name ${unknown}`);
  return new Set(names);
}

/** The filter that the parameter `include` selects. */
export function includes(context: Context): (row: Row) => boolean {
  const include = context.query.get('include') ?? 'non-deleted';
  if (include === 'all') return () => true;
  if (include === 'deleted') return isDeleted;
  if (include === 'non-deleted') return (row) => !isDeleted(row);
  throw refuse(400, 'query param include must be one of [all, deleted, non-deleted]');
}

/** A list of a table's rows. */
export interface Listing {
  readonly filter: (row: Row) => boolean;
  /** The same for equal filters, and different for others. */
  readonly filterKey: string;
  readonly show: (row: Row) => unknown;
}

/** The page of a list that the query selects. */
export function pageOf(context: Context, table: Table, { filter, filterKey, show }: Listing): unknown {
  const limit = limitOf(context);
  const bounds = boundsOf(context);
  const key = `${context.query.get('include') ?? ''}|${filterKey}`;
  const window = table.window({ ...bounds, limit }, filter, key);
  return { data: limit === 0 ? [] : window.rows.map(show), paging: pagingOf(context, window, limit) };
}

function pagingOf(context: Context, window: Window, limit: number): Record<string, unknown> {
  const [first, last] = [window.rows[0], window.rows.at(-1)];
  const shows = limit > 0;
  return {
    ...(shows && window.hasBefore && first !== undefined ? { before: encodeCursor(context, first) } : {}),
    ...(shows && window.hasAfter && last !== undefined ? { after: encodeCursor(context, last) } : {}),
    total: window.total,
  };
}

/** The cursor that continues after a row. */
export function encodeCursor({ state }: Context, row: Row): string {
  const text = state.rules.generation === '1.1' ? row.name : JSON.stringify({ name: row.name, id: row.id });
  return Buffer.from(text).toString('base64');
}

function boundsOf(context: Context): { readonly before?: string; readonly after?: string } {
  const before = context.query.get('before');
  const after = context.query.get('after');
  if (before !== null && after !== null) throw refuse(400, 'Only one of before or after query parameter allowed');
  if (before === '')
    throw unhandled(context.state.rules.generation === '1.1' ? 'Index -1 out of bounds for length 0' : 'null');
  if (after === '') return { after: '' };
  if (before !== null) return { before: decodeCursor(context, before) };
  return after === null ? {} : { after: decodeCursor(context, after) };
}

/** The name that a cursor contains. @throws ApiError when it is malformed. */
export function decodeCursor({ state }: Context, cursor: string): string {
  if (!/^[A-Za-z0-9+/_-]*={0,2}$/.test(cursor))
    throw refuse(400, `Illegal base64 character ${cursor.charCodeAt(0).toString(16)}`);
  const text = Buffer.from(cursor, 'base64').toString('utf8');
  if (state.rules.generation === '1.1') {
    if (!/^[\x20-\uFFFF]*$/.test(text) || text.includes('\uFFFD'))
      throw unhandled('Index 0 out of bounds for length 0');
    return text;
  }
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === 'object' && parsed !== null && 'name' in parsed) return String(parsed.name);
  } catch {
    // Base64 of anything but JSON gets the same answer as base64 of another JSON object.
  }
  throw refuse(500, 'JSON parsing failed with message [Failed to process JSON ].');
}

function limitOf({ query, state }: Context): number {
  const text = query.get('limit');
  if (text === null) return 10;
  const limit = Number(text);
  if (!/^-?\d+$/.test(text)) throw httpFailure(state.rules, 404, 'Not Found');
  if (limit < 0) throw refuse(400, '[query param limit must be greater than or equal to 0]');
  if (limit > 1_000_000) throw refuse(400, '[query param limit must be less than or equal to 1000000]');
  return limit;
}
