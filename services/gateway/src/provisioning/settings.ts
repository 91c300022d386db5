import type { FilterLimits } from '@scim-gateway/scim';
import type { NameRule } from '../translation/names.ts';

/** The behaviour that an operator can choose; each field is one environment variable. */
export interface ProvisioningSettings {
  /** SCIM attribute paths kept in Collate's document store where the entity has no field for them. */
  readonly rememberedAttributes: readonly string[];
  readonly userDelete: 'soft' | 'hard';
  readonly emailChange: 'remember' | 'refuse';
  readonly nameRule: NameRule;
  readonly adoptOnPost: boolean;
  readonly recycledAccount: 'refuse' | 'restore' | 'hard-delete';
  readonly reviveForeign: boolean;
  /** Names of Collate bots, besides our own, whose documents and deletions count as ours. */
  readonly trustedBots: readonly string[];
  /** Collate user names or e-mails that no provider may deactivate or delete. */
  readonly protectedUsers: readonly string[];
  readonly groupAdoption: GroupAdoption;
  readonly typeConflict: 'create' | 'refuse';
  readonly cacheTtlMs: number;
  readonly cacheNegativeTtlMs: number;
  readonly filterLimits: FilterLimits;
  /** The largest number of Collate's entries that one request may read. */
  readonly scanLimit: number;
}

/** Which existing teams a provider may take over. */
export type GroupAdoption =
  | { readonly kind: 'everywhere' }
  | { readonly kind: 'unprivileged' }
  | { readonly kind: 'subtree'; readonly team: string }
  | { readonly kind: 'never' };
