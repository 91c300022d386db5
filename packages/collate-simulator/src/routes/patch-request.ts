import { type ApiError, httpFailure, refuse, unhandled } from '../http/api-error.ts';
import type { Context } from '../http/context.ts';
import type { PatchStep } from '../patch/json-patch.ts';
import { type Json, type Row, versionOf } from '../state/row.ts';
import { entityTag } from '../state/view.ts';

/** The steps of a PATCH request. @throws ApiError when the content type or the shape of the body is wrong. */
export function stepsOf(context: Context): readonly PatchStep[] {
  const type = context.headers['content-type']?.split(';')[0]?.trim();
  if (type !== 'application/json-patch+json') {
    throw httpFailure(context.state.rules, 415, 'Unsupported Media Type');
  }
  const { body } = context;
  const isOld = context.state.rules.hidesNotFound;
  if (!Array.isArray(body))
    throw isOld ? refuse(400, 'JSON patch has to be an array of objects') : refuse(500, 'Failed to parse JsonPatch');
  const missing = (member: string) =>
    unhandled(isOld ? `no mapping for ${member}` : `The JSON Patch must contain '${member}' member`);
  return body.map((step: unknown) => {
    if (typeof step !== 'object' || step === null || !('op' in step)) throw missing('op');
    if (!('path' in step)) throw missing('path');
    const value = 'value' in step ? { value: step.value } : {};
    return { op: String(step.op), path: String(step.path), ...value };
  });
}

/** Whether `If-Match` guards a request; the server ignores an empty one. */
export function isGuarded({ headers, state }: Context): boolean {
  return state.rules.hasEntityTags && (headers['if-match'] ?? '') !== '';
}

/** @throws ApiError 412 when `If-Match` names another version; generation 2.0 accepts only weak tags, made of the version. */
export function assertMatches(context: Context, row: Row): void {
  if (!isGuarded(context)) return;
  const tags = (context.headers['if-match'] ?? '').split(',').map((tag) => tag.trim().replace('--gzip"', '"'));
  const { weak, strong } = tagsOf(row);
  const accepted = context.state.rules.acceptsStrongTags ? ['*', weak, strong] : ['*', weak];
  if (!accepted.some((tag) => tags.includes(tag))) throw modified(context, row);
}

/** @throws ApiError 412 when another write was stored since the row was read. */
export function assertUnmodified(context: Context, row: Row, read: Json): void {
  if (row.json !== read) throw modified(context, row);
}

function modified({ state }: Context, row: Row): ApiError {
  const { weak, strong } = tagsOf(row);
  const tag = state.rules.acceptsStrongTags ? strong : `"${weak}"`;
  return refuse(
    412,
    `The entity has been modified. Current ETag: ${tag}. Please refresh and retry with the latest version.`,
  );
}

function tagsOf({ json }: Row): { readonly weak: string; readonly strong: string } {
  const version = versionOf(json);
  return { weak: `W/"${Number.isInteger(version) ? version.toFixed(1) : version}"`, strong: entityTag(json) };
}
