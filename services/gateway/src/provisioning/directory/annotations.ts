import type { IndexEntry, Indexes, IndexScan, SharedIndex } from '@scim-gateway/cache';
import type { StoredDocument, TeamId, UserId } from '@scim-gateway/collate-client/model';
import {
  type Annotation,
  annotationName,
  annotationType,
  type GroupAnnotation,
  parseAnnotation,
  toDocumentData,
  type UserAnnotation,
} from '../../translation/annotation.ts';
import type { ProvisioningEvents } from '../events.ts';
import { mapBounded, parallelCalls } from '../parallel.ts';
import type { Session } from '../session.ts';

/**
 * The one place that reads and writes our documents in Collate's document store. Where there is no store, nobody has an
 * annotation and nothing can be written: callers ask `available` before they promise to remember.
 */
export interface Annotations {
  ofUser(id: UserId): Promise<UserAnnotation | undefined>;
  ofGroup(id: TeamId): Promise<GroupAnnotation | undefined>;
  /** Those of the users that have one, in bulk. */
  ofUsers(ids: readonly UserId[]): Promise<ReadonlyMap<UserId, UserAnnotation>>;
  ofGroups(ids: readonly TeamId[]): Promise<ReadonlyMap<TeamId, GroupAnnotation>>;
  /** Those of the people who join or leave the team when they return, or are just doing so. */
  waiting(team: TeamId): Promise<readonly UserAnnotation[]>;
  /** Whether any user may be a tombstone. */
  hasTombstones(): Promise<boolean>;
  put(annotation: Annotation): Promise<void>;
  /** Having none is fine. */
  remove(kind: Annotation['kind'], id: UserId | TeamId): Promise<void>;
}

/**
 * What the index knows of a document's name: the document, that there is none any more, or only that a write of it was not answered.
 * Who wrote it decides at use whether it counts, since whom we trust may change.
 */
interface Known {
  /** Milliseconds of Collate's clock, raised above those of what we knew before. */
  readonly stamp: number;
  readonly document?: { readonly updatedBy: string; readonly data: unknown } | null;
}

const tombstonesKey = 'tombstones';

/** So many documents are read one by one rather than waited for. */
const few = 4;

/** Annotations in an index of all documents: reading one, or finding that there is none, costs no call. */
export function createAnnotations(options: {
  readonly indexes: Indexes;
  readonly events: ProvisioningEvents;
}): (session: Session) => Annotations | undefined {
  const documents = new IndexedDocuments(options.indexes.open('documents'));
  const believe = (name: string, known: Known | undefined, { upstream }: Session): Annotation | undefined => {
    const document = known?.document ?? undefined;
    if (document === undefined) return undefined;
    const annotation = upstream.trusts(document.updatedBy) ? parseAnnotation({ name, data: document.data }) : undefined;
    if (annotation === undefined) options.events.onForeignDocument?.(name);
    return annotation;
  };
  const read = async (names: readonly string[], session: Session): Promise<readonly Annotation[]> => {
    if (names.length === 0) return [];
    const known = await documents.read(names, session);
    return names.flatMap((name, index) => believe(name, known[index], session) ?? []);
  };
  const readOne = async (name: string, session: Session): Promise<Annotation | undefined> =>
    believe(name, await documents.readOne(name, session), session);
  const ofUsers = async (ids: readonly UserId[], session: Session) =>
    (await read(toNames('user', ids), session)).filter((annotation) => annotation.kind === 'user');
  const ofGroups = async (ids: readonly TeamId[], session: Session) =>
    (await read(toNames('group', ids), session)).filter((annotation) => annotation.kind === 'group');
  const bind = (session: Session): Annotations => ({
    ofUser: async (id) => asUsers(await readOne(annotationName('user', id), session)),
    ofGroup: async (id) => asGroups(await readOne(annotationName('group', id), session)),
    ofUsers: async (ids) => new Map((await ofUsers(ids, session)).map((found) => [found.id, found])),
    ofGroups: async (ids) => new Map((await ofGroups(ids, session)).map((found) => [found.id, found])),
    waiting: async (team) => {
      const found = await ofUsers((await documents.find(waitingKey(team), session)) as readonly UserId[], session);
      return found.filter(({ waiting: { add, remove } }) => add.includes(team) || remove.includes(team));
    },
    hasTombstones: async () => (await documents.find(tombstonesKey, session)).length > 0,
    put: (annotation) => {
      const name = annotationName(annotation.kind, annotation.id);
      const document = { name, entityType: annotationType, data: toDocumentData(annotation) };
      return documents.change(name, session, () => session.collate.documents.put(document));
    },
    remove: async (kind, id) => {
      const name = annotationName(kind, id);
      await documents.change(name, session, async () => {
        await session.collate.documents.remove(name);
        return undefined;
      });
    },
  });
  return (session) => (session.upstream.capabilities.documentStore === 'available' ? bind(session) : undefined);
}

function asUsers(annotation: Annotation | undefined) {
  return annotation?.kind === 'user' ? annotation : undefined;
}

function asGroups(annotation: Annotation | undefined) {
  return annotation?.kind === 'group' ? annotation : undefined;
}

function toNames(kind: Annotation['kind'], ids: readonly (UserId | TeamId)[]): readonly string[] {
  return ids.map((id) => annotationName(kind, id));
}

/** Our documents behind an index of them. */
class IndexedDocuments {
  readonly #index: SharedIndex;

  constructor(index: SharedIndex) {
    this.#index = index;
  }

  /** A few need not wait until all documents were scanned: each is read. */
  async read(names: readonly string[], session: Session): Promise<readonly (Known | undefined)[]> {
    const keys = names.map(documentKey);
    const scan = toScan(session);
    const found = await (names.length > few
      ? this.#index.find(keys, { scan, signal: session.signal })
      : this.#index.peek(keys, { scan }));
    if (found === undefined) return mapBounded(names, parallelCalls, (name) => this.#readAgain(name, 0, session));
    const known = found.map(toKnown);
    if (known.every(isSettled)) return known;
    return mapBounded(names, parallelCalls, async (name, index) => this.#settle(name, known[index], session));
  }

  /** As `read`, for the one that every look at a resource asks for. */
  async readOne(name: string, session: Session): Promise<Known | undefined> {
    const found = await this.#index.peek([documentKey(name)], { scan: toScan(session) });
    if (found === undefined) return this.#readAgain(name, 0, session);
    return this.#settle(name, toKnown(found[0]), session);
  }

  async find(key: string, session: Session): Promise<readonly string[]> {
    const [values = []] = await this.#index.find([key], { scan: toScan(session), signal: session.signal });
    return values;
  }

  /**
   * Runs a write, which answers the document as it is then. Until it has, nobody believes what was known before: the write may fail, or
   * this process end in the middle of it.
   */
  async change(name: string, session: Session, write: () => Promise<StoredDocument | undefined>): Promise<void> {
    const known = await this.readOne(name, session);
    const stamp = (known?.stamp ?? 0) + 0.25;
    await this.#index.file([toEntry(name, { stamp })]);
    await this.#index.file(toEntries(name, await write(), stamp));
  }

  /** What is known, read again where that is only that a write was not answered. */
  #settle(name: string, known: Known | undefined, session: Session): Known | undefined | Promise<Known> {
    return known === undefined || isSettled(known) ? known : this.#readAgain(name, known.stamp, session);
  }

  async #readAgain(name: string, stamp: number, session: Session): Promise<Known> {
    const document = await session.collate.documents.find(name);
    await this.#index.file(toEntries(name, document, stamp));
    return toNewer(document, stamp);
  }
}

function isSettled(known: Known | undefined): boolean {
  return known === undefined || known.document !== undefined;
}

function toScan(session: Session): IndexScan {
  return async (file) => {
    const { collate } = session.withoutDeadline();
    for await (const page of collate.documents.pages(annotationType)) {
      await file(page.items.flatMap((document) => toEntries(document.name, document)));
    }
  };
}

/** What to file of a document: itself, and what it is looked for by. */
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

/** The document as newer than what was known before; a scan, which knows nothing, gives it its own time. */
function toNewer(document: StoredDocument | undefined, before: number | undefined): Known {
  const updatedAt = document?.updatedAt ?? 0;
  const stamp = before === undefined ? updatedAt : Math.max(updatedAt, before) + 0.5;
  return { stamp, document: document === undefined ? null : { updatedBy: document.updatedBy, data: document.data } };
}

function toEntry(name: string, known: Known): IndexEntry {
  return { key: documentKey(name), value: JSON.stringify(known), stamp: known.stamp };
}

function toKnown(values: readonly string[] | undefined): Known | undefined {
  const [text] = values ?? [];
  return text === undefined ? undefined : JSON.parse(text);
}

function documentKey(name: string): string {
  return `document/${name}`;
}

function waitingKey(team: TeamId): string {
  return `waiting/${team}`;
}
