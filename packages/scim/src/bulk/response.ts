import { type ScimError, toErrorBody } from '../error.ts';
import type { JsonObject } from '../json.ts';
import { messageUrn } from '../urn.ts';

/** The result of one operation of a bulk request. */
export interface BulkResult {
  readonly method?: string | undefined;
  readonly bulkId?: string | undefined;
  /** Absent for a POST that failed. */
  readonly location?: string | undefined;
  readonly version?: string | undefined;
  /** The HTTP status of the operation as a request of its own. */
  readonly status: number;
  readonly error?: ScimError;
}

/** The body of a bulk response. @see https://www.rfc-editor.org/rfc/rfc7644#section-3.7.3 */
export function toBulkResponse(results: readonly BulkResult[]): JsonObject {
  return { schemas: [messageUrn.bulkResponse], Operations: results.map(toOperation) };
}

function toOperation({ method, bulkId, location, version, status, error }: BulkResult): JsonObject {
  return {
    ...(method === undefined ? {} : { method }),
    ...(bulkId === undefined ? {} : { bulkId }),
    ...(location === undefined ? {} : { location }),
    ...(version === undefined ? {} : { version }),
    status: String(status),
    ...(error === undefined ? {} : { response: { ...toErrorBody(error) } }),
  };
}
