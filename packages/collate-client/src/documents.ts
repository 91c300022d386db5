import type { DocumentInput, DocumentsApi } from './api.ts';
import type { Caller } from './call.ts';
import { toStoredDocument } from './normalize.ts';
import { undefinedWhenNotFound } from './not-found.ts';
import { documentsOperations as rows } from './operations.ts';
import { defaultPageSize, followCursors } from './paging.ts';
import { cursor } from './users.ts';

/** The methods on documents over one caller. */
export function createDocumentsApi(call: Caller): DocumentsApi {
  const toDocument = ({ name, entityType, data }: DocumentInput) => ({
    name,
    fullyQualifiedName: name,
    entityType,
    data,
  });
  return {
    find: async (name, context) => {
      const answer = await undefinedWhenNotFound(call(rows.find, { path: { name } }, context));
      return answer === undefined ? undefined : toStoredDocument(answer.value);
    },
    pages: (entityType, context) =>
      followCursors(rows.list.name, undefined, async (after) => {
        const { value } = await call(
          rows.list,
          { query: { entityType, limit: defaultPageSize, ...cursor(after) } },
          context,
        );
        return {
          items: value.data.map(toStoredDocument),
          total: value.paging.total,
          ...cursor(value.paging.after ?? undefined),
        };
      }),
    put: async (input, context) => toStoredDocument((await call(rows.put, { body: toDocument(input) }, context)).value),
    create: async (input, context) =>
      toStoredDocument((await call(rows.create, { body: toDocument(input) }, context)).value),
    remove: async (name, context) => {
      await undefinedWhenNotFound(call(rows.remove, { path: { name } }, context));
    },
  };
}
