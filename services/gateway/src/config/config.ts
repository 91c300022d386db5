import type { SecretSource } from '../secrets/secret.ts';
import type { toProvisioningSettings } from './provisioning-settings.ts';
import type { RedisConfig } from './redis-config.ts';
import type { TracingConfig } from './tracing-config.ts';

/** The addresses of the two listeners, and their limits. */
export interface ListenConfig {
  readonly host: string;
  readonly port: number;
  readonly managementPort: number;
  /** Without `/scim/v2` and without a trailing slash. */
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

/** The Collate server, and the limits of calls to it. */
export interface CollateConfig {
  /** Without `/api` and without a trailing slash. */
  readonly url: string;
  readonly token: SecretSource | undefined;
  readonly connectTimeoutMs: number;
  readonly readTimeoutMs: number;
  readonly writeTimeoutMs: number;
  readonly concurrency: number;
  readonly minConcurrency: number;
  readonly queue: number;
}

/** The credentials that identity providers can use. */
export interface CredentialsConfig {
  readonly token: SecretSource | undefined;
  readonly tokensFile: string | undefined;
  readonly acceptCollateBots: boolean;
  readonly collateBotNames: readonly string[];
}

/** The configuration, by the part that uses it; frozen. */
export interface Config {
  readonly listen: ListenConfig;
  readonly collate: CollateConfig;
  readonly credentials: CredentialsConfig;
  readonly redis: RedisConfig;
  readonly provisioning: ReturnType<typeof toProvisioningSettings>;
  readonly lists: { readonly pageDefault: number; readonly pageMax: number };
  /** Undefined where no collector is configured. */
  readonly tracing: TracingConfig | undefined;
  readonly readOnly: boolean;
  /** The commit that the gateway was built from; undefined where it is not known. */
  readonly revision: string | undefined;
  readonly log: { readonly level: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent' };
  readonly shutdown: { readonly drainDelayMs: number; readonly graceMs: number };
}
