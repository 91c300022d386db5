import type { DocumentInput, DocumentsApi, Page } from './api.ts';
import type { Caller } from './call.ts';
import { orAbsent, toPageQuery } from './entities.ts';
import type { StoredDocument } from './model/index.ts';
import { documentsOperations as rows } from './operations.ts';
import { followCursors, toPage } from './paging.ts';
import { isAddressable } from './path.ts';
import { toStoredDocument } from './to-entity.ts';

/** The calls on documents, bound to one context. A class, because one is made per request. */
export class BoundDocuments implements DocumentsApi {
  readonly #call: Caller;

  constructor(call: Caller) {
    this.#call = call;
  }

  async find(name: string): Promise<StoredDocument | undefined> {
    if (!isAddressable(name)) return undefined;
    const answer = await orAbsent(this.#call(rows.find, { path: { name } }));
    return answer === undefined ? undefined : toStoredDocument(answer);
  }

  pages(entityType: string, options: { readonly limit?: number } = {}): AsyncIterable<Page<StoredDocument>> {
    return followCursors(rows.list.name, undefined, async (after) =>
      toPage(await this.#call(rows.list, { query: { entityType, ...toPageQuery(options, after) } }), toStoredDocument),
    );
  }

  async put({ name, entityType, data }: DocumentInput): Promise<StoredDocument> {
    return toStoredDocument(await this.#call(rows.put, { body: { name, fullyQualifiedName: name, entityType, data } }));
  }

  async remove(name: string): Promise<void> {
    await orAbsent(this.#call(rows.remove, { path: { name } }));
  }
}
