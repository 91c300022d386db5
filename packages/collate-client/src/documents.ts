import type { DocumentInput, DocumentsApi } from './api.ts';
import type { Caller } from './call.ts';
import { orAbsent, toPageQuery } from './entities.ts';
import { documentsOperations as rows } from './operations.ts';
import { followCursors, toPage } from './paging.ts';
import { isAddressable } from './path.ts';
import { toStoredDocument } from './to-entity.ts';

/** The calls on documents. */
export function createDocumentsApi(call: Caller): DocumentsApi {
  return {
    find: async (name, context) => {
      if (!isAddressable(name)) return undefined;
      const answer = await orAbsent(call(rows.find, { path: { name } }, context));
      return answer === undefined ? undefined : toStoredDocument(answer.value);
    },
    pages: (entityType, context, options = {}) =>
      followCursors(rows.list.name, undefined, async (after) => {
        const { value } = await call(rows.list, { query: { entityType, ...toPageQuery(options, after) } }, context);
        return toPage(value, toStoredDocument);
      }),
    put: async (input, context) => toStoredDocument((await call(rows.put, { body: toBody(input) }, context)).value),
    create: async (input, context) =>
      toStoredDocument((await call(rows.create, { body: toBody(input) }, context)).value),
    remove: async (name, context) => {
      await orAbsent(call(rows.remove, { path: { name } }, context));
    },
  };
}

function toBody({ name, entityType, data }: DocumentInput) {
  return { name, fullyQualifiedName: name, entityType, data };
}
