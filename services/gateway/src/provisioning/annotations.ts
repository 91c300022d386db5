import type { ReadThrough, Store } from '@scim-gateway/cache';
import { createReadThrough } from '@scim-gateway/cache';
import type { StoredDocument, TeamId, UserId } from '@scim-gateway/collate-client/model';
import {
  type Annotation,
  annotationName,
  annotationType,
  type GroupAnnotation,
  parseAnnotation,
  toDocumentData,
  type UserAnnotation,
} from '../translation/annotation.ts';
import type { ProvisioningObserver } from './observer.ts';
import type { Session, Upstream } from './upstream.ts';

/**
 * The one place that reads and writes our documents in Collate's document store. Where there is no store, nobody has an
 * annotation and nothing can be written: callers ask `available` before they promise to remember.
 */
export interface Annotations {
  available(session: Session): boolean;
  ofUser(id: UserId, session: Session): Promise<UserAnnotation | undefined>;
  ofGroup(id: TeamId, session: Session): Promise<GroupAnnotation | undefined>;
  /** Those of the users that have one, in bulk. */
  ofUsers(ids: readonly UserId[], session: Session): Promise<ReadonlyMap<UserId, UserAnnotation>>;
  ofGroups(ids: readonly TeamId[], session: Session): Promise<ReadonlyMap<TeamId, GroupAnnotation>>;
  all(session: Session): Promise<readonly Annotation[]>;
  put(annotation: Annotation, session: Session): Promise<void>;
  /** Having none is fine. */
  remove(kind: Annotation['kind'], id: UserId | TeamId, session: Session): Promise<void>;
}

/** A document as cached: who wrote it decides at use whether it counts, since whom we trust may change. */
interface CachedDocument {
  readonly name: string;
  readonly updatedBy: string;
  readonly data: unknown;
}

/** The cache tag of whatever was computed from all documents. */
export const everyDocument = 'documents';

/** Annotations behind the cache: reading one that does not exist costs no call once that is known. */
export function createAnnotations(options: {
  readonly store: Store;
  readonly ttlMs: number;
  readonly observer: ProvisioningObserver;
}): Annotations {
  const { store, ttlMs, observer } = options;
  const shared = { store, ttlMs, negativeTtlMs: ttlMs, observer };
  const reader = new DocumentReader(
    createReadThrough<CachedDocument>({ ...shared, name: 'document' }),
    createReadThrough<readonly CachedDocument[]>({ ...shared, name: 'documents' }),
    observer,
  );
  return {
    available,
    ofUser: async (id, session) => asUser(await reader.one(annotationName('user', id), session)),
    ofGroup: async (id, session) => asGroup(await reader.one(annotationName('group', id), session)),
    ofUsers: async (ids, session) => {
      const found = await reader.many(
        ids.map((id) => annotationName('user', id)),
        session,
      );
      return new Map(found.flatMap((annotation) => (annotation.kind === 'user' ? [[annotation.id, annotation]] : [])));
    },
    ofGroups: async (ids, session) => {
      const found = await reader.many(
        ids.map((id) => annotationName('group', id)),
        session,
      );
      return new Map(found.flatMap((annotation) => (annotation.kind === 'group' ? [[annotation.id, annotation]] : [])));
    },
    all: (session) => reader.all(session),
    put: async (annotation, session) => {
      const name = annotationName(annotation.kind, annotation.id);
      const document = { name, entityType: annotationType, data: toDocumentData(annotation) };
      await reader.changing(name, () => session.upstream.client.documents.put(document, session.call));
    },
    remove: async (kind, id, session) => {
      if (!available(session)) return;
      const name = annotationName(kind, id);
      await reader.changing(name, () => session.upstream.client.documents.remove(name, session.call));
    },
  };
}

function available(session: Session): boolean {
  return session.upstream.capabilities.documentStore === 'available';
}

class DocumentReader {
  readonly #single: ReadThrough<CachedDocument>;
  readonly #scan: ReadThrough<readonly CachedDocument[]>;
  readonly #observer: ProvisioningObserver;

  constructor(
    single: ReadThrough<CachedDocument>,
    scan: ReadThrough<readonly CachedDocument[]>,
    observer: ProvisioningObserver,
  ) {
    this.#single = single;
    this.#scan = scan;
    this.#observer = observer;
  }

  async one(name: string, session: Session): Promise<Annotation | undefined> {
    if (!available(session)) return undefined;
    const { client, cacheScope } = session.upstream;
    const cached = await this.#single.read(`${cacheScope}/${name}`, [documentTag(name)], async () => {
      const document = await client.documents.find(name, session.call);
      return document === undefined ? undefined : toCached(document);
    });
    return this.#believe(cached, session.upstream);
  }

  async many(names: readonly string[], session: Session): Promise<readonly Annotation[]> {
    if (!available(session) || names.length === 0) return [];
    const { cacheScope } = session.upstream;
    const entries = names.map((name) => ({ key: `${cacheScope}/${name}`, tags: [documentTag(name)] }));
    const cached = await this.#single.readMany(entries, async (missing) => {
      const byName = new Map((await this.#documents(session)).map((document) => [document.name, document]));
      return missing.map((index) => byName.get(names[index] ?? ''));
    });
    return this.#believeAll(cached, session.upstream);
  }

  async all(session: Session): Promise<readonly Annotation[]> {
    return available(session) ? this.#believeAll(await this.#documents(session), session.upstream) : [];
  }

  /** Runs a write; whatever becomes of it, nobody is shown what was before. */
  async changing(name: string, write: () => Promise<unknown>): Promise<void> {
    try {
      await write();
    } finally {
      await this.#single.invalidate([documentTag(name), everyDocument]);
    }
  }

  async #documents(session: Session): Promise<readonly CachedDocument[]> {
    const { client, cacheScope } = session.upstream;
    const documents = await this.#scan.read(`${cacheScope}/all`, [everyDocument], async () => {
      const found: CachedDocument[] = [];
      for await (const page of client.documents.pages(annotationType, session.call))
        found.push(...page.items.map(toCached));
      return found;
    });
    return documents ?? [];
  }

  #believeAll(documents: readonly (CachedDocument | undefined)[], upstream: Upstream): readonly Annotation[] {
    return documents.flatMap((document) => {
      const annotation = this.#believe(document, upstream);
      return annotation === undefined ? [] : [annotation];
    });
  }

  #believe(document: CachedDocument | undefined, upstream: Upstream): Annotation | undefined {
    if (document === undefined) return undefined;
    const annotation = upstream.trusts(document.updatedBy) ? parseAnnotation(document) : undefined;
    if (annotation === undefined) this.#observer.onForeignDocument?.(document.name);
    return annotation;
  }
}

function documentTag(name: string): string {
  return `document/${name}`;
}

function toCached(document: StoredDocument): CachedDocument {
  return { name: document.name, updatedBy: document.updatedBy, data: document.data };
}

function asUser(annotation: Annotation | undefined): UserAnnotation | undefined {
  return annotation?.kind === 'user' ? annotation : undefined;
}

function asGroup(annotation: Annotation | undefined): GroupAnnotation | undefined {
  return annotation?.kind === 'group' ? annotation : undefined;
}
