import { httpFailure, refuse, unhandled } from '../http/api-error.ts';
import type { Context } from '../http/context.ts';
import type { PatchStep } from '../patch/json-patch.ts';
import { type Row, versionOf } from '../state/row.ts';
import { entityTag } from '../state/view.ts';

/** The steps of a PATCH request. @throws ApiError when the content type or the shape of the body is wrong. */
export function stepsOf(context: Context): readonly PatchStep[] {
  const type = context.headers['content-type']?.split(';')[0]?.trim();
  if (type !== 'application/json-patch+json') {
    throw httpFailure(context.state.rules, 415, 'Unsupported Media Type');
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

/** @throws ApiError 412 when `If-Match` names another version; the main branch accepts only weak tags, made of the version. */
export function assertMatches(context: Context, row: Row, shown: Record<string, unknown>): void {
  const header = context.headers['if-match'];
  if (header === undefined || !context.state.rules.hasEntityTags) return;
  const version = versionOf(row);
  const weak = `W/"${Number.isInteger(version) ? version.toFixed(1) : version}"`;
  const tags = header.split(',').map((tag) => tag.trim());
  const strong = context.state.rules.generation === '2.0' ? [] : [entityTag(shown)];
  if (tags.includes('*') || tags.includes(weak) || strong.some((tag) => tags.includes(tag))) return;
  throw refuse(
    412,
    `The entity has been modified. Current ETag: "${weak}". Please refresh and retry with the latest version.`,
  );
}
