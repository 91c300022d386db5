import type { Indexes } from '@scim-gateway/cache';
import type { TeamId, UserId } from '@scim-gateway/collate-client/model';
import { parseUserId } from '@scim-gateway/collate-client/model';
import {
  type Annotation,
  annotationName,
  annotationType,
  type GroupAnnotation,
  parseAnnotation,
  toDocumentData,
  type UserAnnotation,
} from '../../translation/annotation.ts';
import { IndexedDocuments, type KnownDocument, tombstonesKey, waitingKey } from './documents.ts';
import type { CollateScope } from './scope.ts';

/** The one place that reads and writes our documents in Collate's document store. */
export interface Annotations {
  ofUser(id: UserId): Promise<UserAnnotation | undefined>;
  ofGroup(id: TeamId): Promise<GroupAnnotation | undefined>;
  /** By id; a user without an annotation is left out. */
  ofUsers(ids: readonly UserId[]): Promise<ReadonlyMap<UserId, UserAnnotation>>;
  ofGroups(ids: readonly TeamId[]): Promise<ReadonlyMap<TeamId, GroupAnnotation>>;
  /** The annotations of users with a pending membership change of the team. */
  waiting(team: TeamId): Promise<readonly UserAnnotation[]>;
  /** Whether any user has ever been marked as a tombstone; the mark may be out of date. */
  hasTombstones(): Promise<boolean>;
  put(annotation: Annotation): Promise<void>;
  /** Succeeds if there was no annotation, too. */
  remove(kind: Annotation['kind'], id: UserId | TeamId): Promise<void>;
}

/** Binds annotations to a session; undefined where the acting principal has no document store. */
export function createAnnotations({
  indexes,
}: {
  readonly indexes: Indexes;
}): (scope: CollateScope) => Annotations | undefined {
  const documents = new IndexedDocuments(indexes.open('documents'));
  return (scope) =>
    scope.upstream.capabilities.documentStore === 'available' ? new BoundAnnotations(documents, scope) : undefined;
}

class BoundAnnotations implements Annotations {
  readonly #documents: IndexedDocuments;
  readonly #scope: CollateScope;

  constructor(documents: IndexedDocuments, scope: CollateScope) {
    this.#documents = documents;
    this.#scope = scope;
  }

  async ofUser(id: UserId): Promise<UserAnnotation | undefined> {
    const annotation = await this.#readOne(annotationName('user', id));
    return annotation?.kind === 'user' ? annotation : undefined;
  }

  async ofGroup(id: TeamId): Promise<GroupAnnotation | undefined> {
    const annotation = await this.#readOne(annotationName('group', id));
    return annotation?.kind === 'group' ? annotation : undefined;
  }

  async ofUsers(ids: readonly UserId[]): Promise<ReadonlyMap<UserId, UserAnnotation>> {
    const found = await this.#read(ids.map((id) => annotationName('user', id)));
    return new Map(found.flatMap((annotation) => (annotation.kind === 'user' ? [[annotation.id, annotation]] : [])));
  }

  async ofGroups(ids: readonly TeamId[]): Promise<ReadonlyMap<TeamId, GroupAnnotation>> {
    const found = await this.#read(ids.map((id) => annotationName('group', id)));
    return new Map(found.flatMap((annotation) => (annotation.kind === 'group' ? [[annotation.id, annotation]] : [])));
  }

  async waiting(team: TeamId): Promise<readonly UserAnnotation[]> {
    const ids = await this.#documents.find(waitingKey(team), this.#scope);
    const found = await this.ofUsers(ids.flatMap((id) => parseUserId(id) ?? []));
    return [...found.values()].filter(({ waiting: { add, remove } }) => add.includes(team) || remove.includes(team));
  }

  async hasTombstones(): Promise<boolean> {
    return (await this.#documents.find(tombstonesKey, this.#scope)).length > 0;
  }

  put(annotation: Annotation): Promise<void> {
    const name = annotationName(annotation.kind, annotation.id);
    const document = { name, entityType: annotationType, data: toDocumentData(annotation) };
    return this.#documents.change(name, this.#scope, () => this.#scope.collate.documents.put(document));
  }

  async remove(kind: Annotation['kind'], id: UserId | TeamId): Promise<void> {
    const name = annotationName(kind, id);
    await this.#documents.change(name, this.#scope, async () => {
      await this.#scope.collate.documents.remove(name);
      return undefined;
    });
  }

  async #read(names: readonly string[]): Promise<readonly Annotation[]> {
    if (names.length === 0) return [];
    const known = await this.#documents.read(names, this.#scope);
    return names.flatMap((name, index) => this.#judge(name, known[index]) ?? []);
  }

  async #readOne(name: string): Promise<Annotation | undefined> {
    return this.#judge(name, await this.#documents.readOne(name, this.#scope));
  }

  /** A document counts only if we, or a bot we trust, wrote it and its content agrees with its name. */
  #judge(name: string, known: KnownDocument | undefined): Annotation | undefined {
    const document = known?.document ?? undefined;
    if (document === undefined) return undefined;
    const isTrusted = this.#scope.upstream.trusts(document.updatedBy);
    const annotation = isTrusted ? parseAnnotation({ name, data: document.data }) : undefined;
    if (annotation === undefined) this.#scope.events.onForeignDocument?.(name);
    return annotation;
  }
}
