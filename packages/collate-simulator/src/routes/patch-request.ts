import { refuse, unhandled } from '../http/api-error.ts';
import type { Context } from '../http/context.ts';
import type { PatchStep } from '../patch/json-patch.ts';
import { type Row, versionOf } from '../state/row.ts';
import { entityTag } from '../state/view.ts';

/** The steps of a PATCH request. @throws ApiError for another content type or another shape. */
export function stepsOf(context: Context): readonly PatchStep[] {
  const type = context.headers['content-type']?.split(';')[0]?.trim();
  if (type !== 'application/json-patch+json') {
    throw context.state.rules.hidesNotFound
      ? unhandled('HTTP 415 Unsupported Media Type')
      : refuse(415, 'HTTP 415 Unsupported Media Type');
  }
  const { body } = context;
  if (!Array.isArray(body)) throw refuse(400, 'JSON patch has to be an array of objects');
  return body.map((step: unknown) => {
    if (typeof step !== 'object' || step === null || !('op' in step)) throw unhandled('no mapping for op');
    if (!('path' in step)) throw unhandled('no mapping for path');
    const value = 'value' in step ? { value: step.value } : {};
    return { op: String(step.op), path: String(step.path), ...value };
  });
}

/** @throws ApiError 412 when `If-Match` names another version; only weak tags by version satisfy it on the newest servers. */
export function assertMatches(context: Context, row: Row, shown: Record<string, unknown>): void {
  const header = context.headers['if-match'];
  if (header === undefined || !context.state.rules.hasEntityTags) return;
  const version = versionOf(row);
  const weak = `W/"${Number.isInteger(version) ? version.toFixed(1) : version}"`;
  const tags = header.split(',').map((tag) => tag.trim());
  const strong = context.state.rules.era === 'main' ? [] : [entityTag(shown)];
  if (tags.includes('*') || tags.includes(weak) || strong.some((tag) => tags.includes(tag))) return;
  throw refuse(
    412,
    `The entity has been modified. Current ETag: "${weak}". Please refresh and retry with the latest version.`,
  );
}
