import type { CacheObserver } from '@scim-gateway/cache';
import type { Capabilities } from '@scim-gateway/collate-client/model';

/** The caches of provisioning, as metrics name them. */
export const cacheNames = ['user', 'group', 'team-kind', 'tombstones'] as const;
export type CacheName = (typeof cacheNames)[number];

/** Whether Collate's document store can be used by the acting principal. */
export const documentStoreStates = ['available', 'absent', 'refused'] as const;

/** How a filter is answered: by a look-up, or by a scan of all resources. */
export const filterSupports = ['native', 'emulated'] as const;
export type FilterSupport = (typeof filterSupports)[number];

/** The kinds of `ProvisioningNotice`. */
export const noticeKinds = [
  'unknown-members-skipped',
  'email-remembered',
  'email-change-dropped',
  'user-name-remembered',
  'ambiguous-name',
  'name-of-another-type',
  'group-adopted',
  'twin-deactivated',
  'user-adopted',
  'membership-waits',
  'removal-not-kept',
  'display-name-remembered',
  'display-name-dropped',
] as const satisfies readonly ProvisioningNotice['kind'][];
export type NoticeKind = (typeof noticeKinds)[number];

/** Receives what happens while provisioning, for metrics and logs: ids and counts only, never names or addresses. */
export interface ProvisioningEvents extends CacheObserver {
  onRead?(event: { readonly cache: CacheName; readonly result: 'hit' | 'miss' }): void;
  onInvalidate?(event: { readonly cache: CacheName }): void;
  /** What the acting principal can do has been asked for. */
  onCapabilities?(capabilities: Capabilities): void;
  /** A document under one of our names is ignored: an untrusted principal wrote it, or it contradicts its name. */
  onForeignDocument?(name: string): void;
  /** A list was requested with a filter. */
  onFilter?(filter: { readonly provider: string; readonly support: FilterSupport }): void;
  /** A change of a group's membership has ended. */
  onMembership?(change: MembershipEvent): void;
  /** A request was carried out differently from what the provider asked, or needs an administrator's attention. */
  onNotice?(notice: ProvisioningNotice): void;
}

/** How a change of a group's membership ended. */
export interface MembershipEvent {
  readonly provider: string;
  readonly added: number;
  readonly removed: number;
  /** A failed change may have been applied in part. */
  readonly result: 'ok' | 'failed';
}

/** An event that an administrator may want to know of. */
export type ProvisioningNotice =
  | { readonly kind: 'unknown-members-skipped'; readonly groupId: string; readonly count: number }
  | { readonly kind: 'email-remembered'; readonly userId: string }
  | { readonly kind: 'user-name-remembered'; readonly userId: string }
  | { readonly kind: 'email-change-dropped'; readonly userId: string }
  | { readonly kind: 'ambiguous-name'; readonly ids: readonly string[] }
  | { readonly kind: 'name-of-another-type'; readonly teamId: string }
  | { readonly kind: 'group-adopted'; readonly groupId: string; readonly givesRights: boolean }
  | { readonly kind: 'twin-deactivated'; readonly userId: string; readonly personId: string }
  | { readonly kind: 'user-adopted'; readonly userId: string }
  | { readonly kind: 'membership-waits'; readonly userId: string }
  | { readonly kind: 'removal-not-kept'; readonly userId: string }
  | { readonly kind: 'display-name-remembered'; readonly userId?: string; readonly groupId?: string }
  | { readonly kind: 'display-name-dropped'; readonly userId?: string; readonly groupId?: string };
