import { trafficMetrics } from './catalogue/traffic.ts';
import { target, upstreamMetrics } from './catalogue/upstream.ts';
import type { MetricFactory } from './metric-factory.ts';

/** The configured credentials; they may change with their files. */
export interface CredentialSource {
  /** The keys of the identity providers that have a credential. */
  tenants(): readonly string[];
  /** The expiry of each token that has one, by the token's name; in milliseconds since the epoch. */
  expiries(): ReadonlyMap<string, number>;
}

/** When the gateway's own token and the tokens of identity providers expire. */
export function createCredentialMetrics(make: MetricFactory) {
  const tokenExpiry = make.watchable(trafficMetrics.tokenExpiry);
  const collateTokenExpiry = make.watchable(upstreamMetrics.tokenExpiry);
  return {
    /** Shows the expiries at each scrape, and makes each provider's series exist before its first request. */
    watchCredentials: ({ tenants, expiries }: CredentialSource) => {
      const expectTenants = () => {
        for (const tenant of tenants()) make.expectTenant(tenant);
      };
      expectTenants();
      make.beforeRender(expectTenants);
      tokenExpiry((set) => {
        for (const [name, expiresAt] of expiries()) set(expiresAt / 1000, name);
      });
    },
    /** Shows, at each scrape, when the gateway's own Collate token expires; in milliseconds since the epoch. */
    watchCollateToken: (expiry: () => number | undefined) =>
      collateTokenExpiry((set) => {
        const expiresAt = expiry();
        if (expiresAt !== undefined) set(expiresAt / 1000, target);
      }),
  };
}
