import type { Config } from '../config/config.ts';
import { readExpiry } from '../credentials/jwt-expiry.ts';
import type { AppServices } from '../http/app.ts';
import { createAudit } from '../observability/audit.ts';
import { createProvisioning } from '../provisioning/provisioning.ts';
import { type BaseUrl, createBaseUrl } from './base-url.ts';
import { type CollateToken, composeCollate } from './collate.ts';
import { composeCredentials } from './credentials.ts';
import { composeObservation } from './observability.ts';
import { observeProvisioning } from './provisioning-observer.ts';
import { composeSharing } from './redis.ts';

/** What both listeners serve, and what has to be closed after them. */
export interface Parts {
  readonly services: AppServices;
  /** The token generated because no credential is configured. */
  readonly generatedToken: string | undefined;
  readonly baseUrl: BaseUrl;
  /** Closed in this order: leases are released over the connection to Redis. */
  readonly resources: readonly AsyncDisposable[];
}

/**
 * Creates each part after the parts that it needs. A part that a metric reads is registered with the metrics as soon as
 * it exists. Only the connection to Redis is opened; nothing listens yet.
 */
export async function composeServices(config: Config): Promise<Parts> {
  const observation = await composeObservation(config);
  const { metrics, logger, files, tracing } = observation;
  const readOnly = { isOn: config.readOnly };
  metrics.watchReadOnly(() => readOnly.isOn);
  const { client, token } = composeCollate(config.collate, { metrics, tracing, files });
  if (token !== undefined) metrics.watchCollateToken(() => readExpiry(token()));
  const credentials = composeCredentials(config.credentials, { client, files, botsActThemselves: token === undefined });
  metrics.watchCredentials(credentials);
  // After every part that reads a file: an open connection would keep the process alive after such a part has failed.
  const sharing = composeSharing(config, observation);
  metrics.watchSharing(sharing);
  const baseUrl = createBaseUrl(config.listen.publicUrl);
  const provisioning = createProvisioning({
    client,
    store: sharing.store,
    indexes: sharing.indexes,
    locks: sharing.locks,
    settings: config.provisioning,
    locate: (endpoint, id) => `${baseUrl.get()}${endpoint}/${id}`,
    clock: Date.now,
    events: observeProvisioning(logger, metrics),
    cursorSecret: () => requireToken(token),
  });
  const { authenticate, generatedToken } = credentials;
  const reporting = { metrics, logger, audit: createAudit(logger, metrics), ...(tracing && { tracing }) };
  return {
    services: { ...provisioning, ...reporting, authenticate, readOnly },
    generatedToken,
    baseUrl,
    resources: [client, ...sharing.resources, ...(tracing === undefined ? [] : [tracing])],
  };
}

/**
 * Seals the cursors of requests that act as the gateway. A bot that acts itself seals its cursors with its own token.
 */
function requireToken(token: CollateToken | undefined): string {
  if (token === undefined) throw new TypeError('COLLATE_TOKEN is not set, so no request can act as the gateway');
  return token();
}
