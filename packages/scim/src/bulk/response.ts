import { type ScimError, toErrorBody } from '../error.ts';
import type { JsonObject, JsonValue } from '../json.ts';
import { messageUrn } from '../urn.ts';

/** How one operation of a bulk request ended. */
export interface BulkResult {
  readonly method?: string | undefined;
  readonly bulkId?: string | undefined;
  /** Left out for a POST that made nothing. */
  readonly location?: string | undefined;
  readonly version?: string | undefined;
  readonly status: number;
  readonly error?: ScimError;
}

/** @see https://www.rfc-editor.org/rfc/rfc7644#section-3.7.3 */
export function toBulkResponse(results: readonly BulkResult[]): JsonObject {
  return { schemas: [messageUrn.bulkResponse], Operations: results.map(toOperation) };
}

function toOperation({ method, bulkId, location, version, status, error }: BulkResult): JsonObject {
  const response: JsonValue | undefined = error === undefined ? undefined : { ...toErrorBody(error) };
  return {
    ...(method === undefined ? {} : { method }),
    ...(bulkId === undefined ? {} : { bulkId }),
    ...(location === undefined ? {} : { location }),
    ...(version === undefined ? {} : { version }),
    status: String(status),
    ...(response === undefined ? {} : { response }),
  };
}
