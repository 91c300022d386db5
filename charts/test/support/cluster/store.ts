import { randomUUID } from 'node:crypto';
import type { Manifest } from '../helm.ts';
import { RESOURCES, type Resource } from './resources.ts';

/** A change of one object. */
export interface ClusterEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: Manifest;
  readonly version: number;
}

type Listener = (event: ClusterEvent) => void;

const keyOf = ({ apiVersion, kind, metadata }: Manifest): string =>
  [apiVersion, kind, metadata.namespace ?? '', metadata.name].join(' ');

/** The kind of an object. */
export function resourceOf({ apiVersion, kind }: Manifest): Resource {
  const found = RESOURCES.find(
    (one) => one.kind === kind && apiVersion === (one.group === '' ? one.version : `${one.group}/${one.version}`),
  );
  if (!found) throw new Error(`The cluster does not serve ${apiVersion} ${kind}.`);
  return found;
}

/** The objects of a cluster, their versions, and the history of their changes. */
export class Store {
  readonly #objects = new Map<string, Manifest>();
  readonly #events: ClusterEvent[] = [];
  readonly #listeners = new Set<Listener>();
  #version = 1;

  /** The version of the latest change. */
  get version(): number {
    return this.#version;
  }

  /** Every object, in the order of creation. */
  list(resource?: Resource, namespace = ''): readonly Manifest[] {
    return [...this.#objects.values()].filter(
      (one) =>
        (resource === undefined || resourceOf(one) === resource) &&
        (namespace === '' || one.metadata.namespace === namespace),
    );
  }

  get(resource: Resource, namespace: string, name: string): Manifest | undefined {
    return this.list(resource, namespace).find(({ metadata }) => metadata.name === name);
  }

  /** Creates or replaces an object. Its generation grows with its specification, its version with every change. */
  put(object: Manifest): Manifest {
    const before = this.#objects.get(keyOf(object));
    this.#version += 1;
    const changed = JSON.stringify(before?.['spec']) !== JSON.stringify(object['spec']);
    const generation = (before?.metadata['generation'] ?? 0) + (changed || !before ? 1 : 0);
    const stored: Manifest = {
      ...object,
      metadata: {
        ...object.metadata,
        uid: before?.metadata['uid'] ?? randomUUID(),
        creationTimestamp: before?.metadata['creationTimestamp'] ?? new Date().toISOString(),
        resourceVersion: String(this.#version),
        generation,
      },
    };
    this.#objects.set(keyOf(stored), stored);
    this.#tell({ type: before ? 'MODIFIED' : 'ADDED', object: stored, version: this.#version });
    return stored;
  }

  /** Removes an object and, like the garbage collector, the objects that it owned. */
  remove(object: Manifest): void {
    if (!this.#objects.delete(keyOf(object))) return;
    this.#version += 1;
    this.#tell({ type: 'DELETED', object, version: this.#version });
    const { uid } = object.metadata;
    for (const owned of this.list()) {
      const owners: readonly { readonly uid: string }[] = owned.metadata['ownerReferences'] ?? [];
      if (owners.some((owner) => owner.uid === uid)) this.remove(owned);
    }
  }

  /** Emits every change after `version`, past and future. Returns a function that stops it. */
  follow(version: number, listener: Listener): () => void {
    for (const event of this.#events) if (event.version > version) listener(event);
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #tell(event: ClusterEvent): void {
    this.#events.push(event);
    for (const listener of this.#listeners) listener(event);
  }
}
