import type { Indexes, Store } from '@scim-gateway/cache';
import type { StopSignal } from '@scim-gateway/cancellation';
import type { Collate } from '@scim-gateway/collate-client';
import type { AttributeMap } from '../../translation/attribute-map.ts';
import type { Upstream } from '../collate/access.ts';
import type { ProvisioningEvents } from '../events.ts';
import type { Annotations } from './annotations.ts';

/** What all sessions of the directory share. */
export interface DirectoryOptions {
  readonly store: Store;
  readonly indexes: Indexes;
  readonly settings: { readonly cacheTtlMs: number; readonly cacheNegativeTtlMs: number };
  readonly map: AttributeMap;
  readonly events: ProvisioningEvents;
}

/** The part of a session that annotations are read with. */
export interface CollateScope {
  readonly upstream: Upstream;
  readonly collate: Collate;
  readonly signal: StopSignal;
  readonly events: ProvisioningEvents;
  /** The whole scope for reads that other requests wait for too: it outlives this request. */
  withoutDeadline(): DirectoryScope;
}

/** The part of a session that users and groups are found with. */
export interface DirectoryScope extends CollateScope {
  readonly annotations: Annotations | undefined;
}

/** The largest page that Collate answers. */
export const largestPage = 1000;

/** Upstream calls that one look-up may have in flight. */
export const inParallel = { concurrency: 16 } as const;
