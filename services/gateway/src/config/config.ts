import type { SecretSource } from '../secrets/secret.ts';
import type { RedisConfig } from './redis-config.ts';
import type { TracingConfig } from './tracing-config.ts';

/** Where the two listeners are, and what they bear. */
export interface ListenConfig {
  readonly host: string;
  readonly port: number;
  readonly managementPort: number;
  /** Without `/scim/v2` and without a slash at its end. */
  readonly publicUrl: string | undefined;
  readonly trustedProxies: readonly string[];
  readonly maxConnections: number;
  readonly maxRequestsInFlight: number;
  readonly maxEventLoopDelayMs: number;
  /** From 0 to 1. */
  readonly maxHeapShare: number;
  readonly bodyLimitBytes: number;
  readonly requestDeadlineMs: number;
}

/** The server behind the gateway. */
export interface CollateConfig {
  /** Without `/api` and without a slash at its end. */
  readonly url: string;
  readonly token: SecretSource | undefined;
  readonly connectTimeoutMs: number;
  readonly readTimeoutMs: number;
  readonly writeTimeoutMs: number;
  readonly concurrency: number;
  readonly minConcurrency: number;
  readonly queue: number;
}

/** Who may call the gateway. */
export interface CredentialsConfig {
  readonly token: SecretSource | undefined;
  readonly tokensFile: string | undefined;
  readonly acceptCollateBots: boolean;
  readonly collateBotNames: readonly string[];
}

/** Which existing teams a provider may take over. */
export type GroupAdoptionConfig =
  | { readonly kind: 'everywhere' }
  | { readonly kind: 'unprivileged' }
  | { readonly kind: 'subtree'; readonly team: string }
  | { readonly kind: 'never' };

/** What the gateway does where SCIM and Collate disagree. */
export interface ProvisioningConfig {
  readonly rememberedAttributes: readonly string[];
  readonly userDelete: 'soft' | 'hard';
  readonly emailChange: 'remember' | 'refuse';
  readonly nameRule: 'auto' | 'email-local-part' | 'userName-local-part' | 'userName';
  readonly adoptOnPost: boolean;
  readonly recycledAccount: 'refuse' | 'restore' | 'hard-delete';
  readonly reviveForeign: boolean;
  readonly trustedBots: readonly string[];
  readonly protectedUsers: readonly string[];
  readonly groupAdoption: GroupAdoptionConfig;
  readonly typeConflict: 'create' | 'refuse';
  readonly cacheTtlMs: number;
  readonly cacheNegativeTtlMs: number;
  readonly filterLimits: { readonly maxLength: number; readonly maxDepth: number; readonly maxNodes: number };
  readonly scanLimit: number;
}

/** Everything the environment says, by who consumes it; frozen. */
export interface Config {
  readonly listen: ListenConfig;
  readonly collate: CollateConfig;
  readonly credentials: CredentialsConfig;
  readonly redis: RedisConfig;
  readonly provisioning: ProvisioningConfig;
  readonly lists: { readonly pageDefault: number; readonly pageMax: number };
  /** Absent when nothing is traced. */
  readonly tracing: TracingConfig | undefined;
  readonly readOnly: boolean;
  /** The commit that the gateway was built from. */
  readonly revision: string | undefined;
  readonly log: { readonly level: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent' };
  readonly shutdown: { readonly drainDelayMs: number; readonly graceMs: number };
}
