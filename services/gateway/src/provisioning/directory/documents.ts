import type { IndexEntry, IndexScan, SharedIndex } from '@scim-gateway/cache';
import type { StoredDocument, TeamId } from '@scim-gateway/collate-client/model';
import pMap from 'p-map';
import { annotationType, parseAnnotation } from '../../translation/annotation.ts';
import { type CollateScope, inParallel } from './scope.ts';

/**
 * What the index knows of a document: its content, or `null` for a removed one; neither while a write is unanswered.
 * The author is stored with it and checked at each use, since `TRUSTED_BOTS` may change.
 */
export interface KnownDocument {
  /** Milliseconds of Collate's clock, raised above the stamp of the version known before. */
  readonly stamp: number;
  readonly document?: { readonly updatedBy: string; readonly data: unknown } | null;
}

/** The index key under which the ids of all tombstones are filed. */
export const tombstonesKey = 'tombstones';

/** The index key under which the ids of users with a pending change of this team are filed. */
export function waitingKey(team: TeamId): string {
  return `waiting/${team}`;
}

/** Up to this many documents are read one by one instead of waiting for a scan of all. */
const few = 4;

/** Our documents, read through an index of them. */
export class IndexedDocuments {
  readonly #index: SharedIndex;

  constructor(index: SharedIndex) {
    this.#index = index;
  }

  /** Up to a few documents do not wait for a scan: each is read from Collate. */
  async read(names: readonly string[], scope: CollateScope): Promise<readonly (KnownDocument | undefined)[]> {
    const keys = names.map(documentKey);
    const scan = toScan(scope);
    const found = await (names.length > few
      ? this.#index.find(keys, { scan, signal: scope.signal })
      : this.#index.peek(keys, { scan }));
    if (found === undefined) return pMap(names, (name) => this.#readAgain(name, 0, scope), inParallel);
    const known = found.map(toKnown);
    if (known.every(isSettled)) return known;
    return pMap(names, async (name, index) => this.#settle(name, known[index], scope), inParallel);
  }

  /** As `read`, for one: the fast path of every read of a resource. */
  async readOne(name: string, scope: CollateScope): Promise<KnownDocument | undefined> {
    const found = await this.#index.peek([documentKey(name)], { scan: toScan(scope) });
    if (found === undefined) return this.#readAgain(name, 0, scope);
    return this.#settle(name, toKnown(found[0]), scope);
  }

  async find(key: string, scope: CollateScope): Promise<readonly string[]> {
    const [values = []] = await this.#index.find([key], { scan: toScan(scope), signal: scope.signal });
    return values;
  }

  /**
   * Runs a write, which returns the document as stored. Until then the index marks the document as unsettled, so that
   * every reader asks Collate: the write may fail, or this process may end in the middle of it.
   */
  async change(name: string, scope: CollateScope, write: () => Promise<StoredDocument | undefined>): Promise<void> {
    const known = await this.readOne(name, scope);
    const stamp = (known?.stamp ?? 0) + 0.25;
    await this.#index.file([toEntry(name, { stamp })]);
    await this.#index.file(toEntries(name, await write(), stamp));
  }

  /** What is known; read again from Collate while a write has not been answered. */
  #settle(
    name: string,
    known: KnownDocument | undefined,
    scope: CollateScope,
  ): KnownDocument | undefined | Promise<KnownDocument> {
    return known === undefined || isSettled(known) ? known : this.#readAgain(name, known.stamp, scope);
  }

  async #readAgain(name: string, stamp: number, scope: CollateScope): Promise<KnownDocument> {
    const document = await scope.collate.documents.find(name);
    await this.#index.file(toEntries(name, document, stamp));
    return toNewer(document, stamp);
  }
}

function isSettled(known: KnownDocument | undefined): boolean {
  return known === undefined || known.document !== undefined;
}

function toScan(scope: CollateScope): IndexScan {
  return async (file) => {
    const { collate } = scope.withoutDeadline();
    for await (const page of collate.documents.pages(annotationType)) {
      await file(page.items.flatMap((document) => toEntries(document.name, document)));
    }
  };
}

/** The index entries of a document: its content, and the keys that it is found by. */
function toEntries(name: string, document: StoredDocument | undefined, before?: number): readonly IndexEntry[] {
  const annotation = document === undefined ? undefined : parseAnnotation(document);
  const entry = toEntry(name, toNewer(document, before));
  if (annotation?.kind !== 'user') return [entry];
  return [
    entry,
    ...[...annotation.waiting.add, ...annotation.waiting.remove].map((team) => ({
      key: waitingKey(team),
      value: annotation.id,
    })),
    ...(annotation.tombstone ? [{ key: tombstonesKey, value: annotation.id }] : []),
  ];
}

/** The document, stamped newer than the version known `before`; without one, as in a scan, by its own time. */
function toNewer(document: StoredDocument | undefined, before: number | undefined): KnownDocument {
  const updatedAt = document?.updatedAt ?? 0;
  const stamp = before === undefined ? updatedAt : Math.max(updatedAt, before) + 0.5;
  return { stamp, document: document === undefined ? null : { updatedBy: document.updatedBy, data: document.data } };
}

function toEntry(name: string, known: KnownDocument): IndexEntry {
  return { key: documentKey(name), value: JSON.stringify(known), stamp: known.stamp };
}

function toKnown(values: readonly string[] | undefined): KnownDocument | undefined {
  const [text] = values ?? [];
  return text === undefined ? undefined : JSON.parse(text);
}

function documentKey(name: string): string {
  return `document/${name}`;
}
