import type { DocumentInput, DocumentsApi, Page } from './api.ts';
import type { Caller } from './call.ts';
import { orAbsent, toPageQuery } from './entities.ts';
import type { StoredDocument } from './model/index.ts';
import { documentsOperations as rows } from './operations.ts';
import { followCursors, toPage } from './paging.ts';
import { isAddressable } from './path.ts';
import { toStoredDocument } from './to-entity.ts';

/** The calls on documents, bound to one context. A class, since one is made for each request that needs it. */
export class BoundDocuments implements DocumentsApi {
  readonly #call: Caller;

  constructor(call: Caller) {
    this.#call = call;
  }

  async find(name: string): Promise<StoredDocument | undefined> {
    if (!isAddressable(name)) return undefined;
    const answer = await orAbsent(this.#call(rows.find, { path: { name } }));
    return answer === undefined ? undefined : toStoredDocument(answer.value);
  }

  pages(entityType: string, options: { readonly limit?: number } = {}): AsyncIterable<Page<StoredDocument>> {
    return followCursors(rows.list.name, undefined, async (after) => {
      const { value } = await this.#call(rows.list, { query: { entityType, ...toPageQuery(options, after) } });
      return toPage(value, toStoredDocument);
    });
  }

  async put(input: DocumentInput): Promise<StoredDocument> {
    return toStoredDocument((await this.#call(rows.put, { body: toBody(input) })).value);
  }

  async create(input: DocumentInput): Promise<StoredDocument> {
    return toStoredDocument((await this.#call(rows.create, { body: toBody(input) })).value);
  }

  async remove(name: string): Promise<void> {
    await orAbsent(this.#call(rows.remove, { path: { name } }));
  }
}

function toBody({ name, entityType, data }: DocumentInput) {
  return { name, fullyQualifiedName: name, entityType, data };
}
