import { type ClientObserver, type CollateClient, createCollateClient } from '@scim-gateway/collate-client';
import type { CollateConfig, Config } from '../config/config.ts';
import { type AppOptions, basePath, buildApp } from '../http/app.ts';
import { buildManagement } from '../http/management.ts';
import { type PressureGauge, watchPressure } from '../http/overload/pressure.ts';
import { createAudit } from '../observability/audit.ts';
import type { Logger } from '../observability/logger.ts';
import type { Metrics } from '../observability/metrics.ts';
import type { ProvisioningObserver } from '../provisioning/events.ts';
import { createProvisioning } from '../provisioning/provisioning.ts';
import { createSecret, type FileObserver } from '../secrets/secret.ts';
import { version } from '../version.ts';
import { composeCredentials } from './credentials.ts';
import { composeObservation, type Observation } from './observability.ts';
import { composeSharing } from './redis.ts';

/** A running gateway. */
export interface Gateway extends AsyncDisposable {
  /** The SCIM base URL as it can be reached from here. */
  readonly baseUrl: string;
  readonly managementUrl: string;
  /** The token made up because none was configured. */
  readonly generatedToken: string | undefined;
  /** Tells whoever asks for readiness that no more requests should come; those under way go on. */
  drain(): void;
}

/** Builds the gateway from its configuration and resolves when both listeners are open; what it opened it closes if it cannot. */
export async function compose(config: Config): Promise<Gateway> {
  const parts = composeParts(config, await composeObservation(config));
  const { maxEventLoopDelayMs: eventLoopDelayMs, maxHeapShare: heapShare } = config.listen;
  const pressure = watchPressure({ eventLoopDelayMs, heapShare });
  const listeners: Listener[] = [];
  const close = async () => {
    for (const listener of listeners) await closeListener(listener, config.shutdown.graceMs);
    pressure[Symbol.dispose]();
    for (const resource of parts.resources) await resource[Symbol.asyncDispose]();
    parts.services.logger.flush();
  };
  try {
    return await open(config, { ...parts, findPressure: pressure.find }, listeners, close);
  } catch (error) {
    await close();
    throw error;
  }
}

async function open(
  config: Config,
  { services, credentials, address, findPressure }: Parts & { readonly findPressure: PressureGauge['find'] },
  listeners: Listener[],
  close: () => Promise<void>,
): Promise<Gateway> {
  const { host, port, managementPort, publicUrl } = config.listen;
  const { metrics } = services;
  const options = toAppOptions(config, () => address.baseUrl);
  let draining = false;
  const app = await buildApp({ ...services, findPressure, isDraining: () => draining }, options);
  listeners.push(app);
  await app.ready();
  const management = await buildManagement({ ...services, isReady: () => !draining, openApi: app.swagger() });
  listeners.push(management);
  await app.listen({ host, port });
  const reachable = `${urlOf(app.server.address(), host)}${basePath}`;
  address.baseUrl = publicUrl === undefined ? reachable : `${publicUrl}${basePath}`;
  await management.listen({ host, port: managementPort });
  return {
    baseUrl: reachable,
    managementUrl: urlOf(management.server.address(), host),
    generatedToken: credentials.generatedToken,
    drain: () => {
      draining = true;
      metrics.draining();
    },
    [Symbol.asyncDispose]: close,
  };
}

type Listener = Awaited<ReturnType<typeof buildApp>>;
type Parts = ReturnType<typeof composeParts>;

/** What the listeners serve, wired together; nothing is connected or listening yet. */
function composeParts(config: Config, { metrics, logger, tracing, files, readOnly, known }: Observation) {
  const clock = Date.now;
  const collateToken = createCollateToken(config.collate, files('collate-token'));
  if (collateToken !== undefined) known.collateToken = collateToken;
  const client = createClient(config.collate, collateToken, { metrics, tracing });
  const sharing = composeSharing(config, metrics, files);
  known.sharing = sharing;
  const hasOwnToken = collateToken !== undefined;
  const observers = { token: files('scim-token'), tokensFile: files('scim-tokens') };
  const credentials = composeCredentials({ config: config.credentials, client, hasOwnToken, clock, observers });
  known.credentials = credentials;
  metrics.expectTenants(credentials.tenants());
  const address = { baseUrl: '' };
  const provisioning = createProvisioning({
    client,
    store: sharing.store,
    indexes: sharing.indexes,
    queue: sharing.queue,
    settings: config.provisioning,
    locate: (endpoint, id) => `${address.baseUrl}${endpoint}/${id}`,
    clock,
    observer: observeProvisioning(logger, metrics),
    cursorSecret: () => {
      if (collateToken === undefined) throw new TypeError('a request without a Collate token of its own needs ours');
      return collateToken();
    },
  });
  const audit = createAudit(logger, metrics);
  const { authenticate } = credentials;
  return {
    services: {
      ...provisioning,
      authenticate,
      metrics,
      logger,
      audit,
      readOnly,
      ...(tracing === undefined ? {} : { tracing }),
    },
    credentials,
    address,
    resources: [client, ...sharing.resources, ...(tracing === undefined ? [] : [tracing])],
  };
}

/** How often connections are looked at that have become idle while the listener closes. */
const idleCheckMs = 50;

/**
 * Finishes what is under way, as long as the grace period lasts. A connection that a client would keep open afterwards is closed as
 * soon as it is idle.
 */
async function closeListener(listener: Listener, graceMs: number): Promise<void> {
  const idle = setInterval(() => listener.server.closeIdleConnections(), idleCheckMs);
  const grace = setTimeout(() => listener.server.closeAllConnections(), graceMs);
  try {
    await listener.close();
  } finally {
    clearInterval(idle);
    clearTimeout(grace);
  }
}

function createCollateToken({ token }: CollateConfig, observer: FileObserver): (() => string) | undefined {
  return token === undefined ? undefined : createSecret(token, { clock: Date.now, observer });
}

function createClient(
  config: CollateConfig,
  token: (() => string) | undefined,
  { metrics, tracing }: Pick<Observation, 'metrics' | 'tracing'>,
): CollateClient {
  const observer: ClientObserver = {
    onCall: (event) => metrics.upstreamCall(event, tracing?.currentTraceId()),
    ...(tracing === undefined ? {} : { onBegin: (call) => tracing.beginCall(call) }),
    onRetry: ({ reason }) => metrics.upstreamRetry(reason),
    onRetryRefused: () => metrics.upstreamRetryRefused(),
    onCircuit: ({ state, from }) => metrics.circuit(state, from),
    onLoad: (load) => metrics.upstreamLoad(load),
  };
  return createCollateClient({
    baseUrl: config.url,
    token: token ?? (() => ''),
    observer,
    limits: { concurrency: config.concurrency, minConcurrency: config.minConcurrency, queue: config.queue },
    timeouts: { connectMs: config.connectTimeoutMs, readMs: config.readTimeoutMs, writeMs: config.writeTimeoutMs },
  });
}

function observeProvisioning(logger: Logger, metrics: Metrics): ProvisioningObserver {
  return {
    onRead: ({ cache, result }) => metrics.cacheRead(cache, result),
    onInvalidate: ({ cache }) => metrics.cacheInvalidated(cache),
    onFilter: ({ provider, support }) => metrics.filterRequest(provider, support),
    onMembership: ({ provider, added, removed, result }) => {
      metrics.membershipChanged(provider, 'add', added, result);
      metrics.membershipChanged(provider, 'remove', removed, result);
    },
    onDocumentStore: (state) => metrics.documentStore(state),
    onForeignDocument: (name) => {
      metrics.foreignDocument();
      logger.warn('a document of ours was written by somebody else and is ignored', { document: name });
    },
    onNotice: (notice) => {
      metrics.notice(notice.kind);
      const { kind, ...facts } = notice;
      logger.warn(`provisioning: ${kind}`, facts);
    },
  };
}

function toAppOptions({ listen, lists }: Config, baseUrl: () => string): AppOptions {
  return {
    baseUrl,
    version,
    deadlineMs: listen.requestDeadlineMs,
    bodyLimitBytes: listen.bodyLimitBytes,
    maxConnections: listen.maxConnections,
    maxRequestsInFlight: listen.maxRequestsInFlight,
    trustedProxies: listen.trustedProxies,
    pages: { default: lists.pageDefault, max: lists.pageMax },
  };
}

/** A URL at which the listener answers from here: a wildcard address is reached as localhost. */
function urlOf(address: ReturnType<import('node:net').Server['address']>, host: string): string {
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const isWildcard = host === '0.0.0.0' || host === '::';
  const name = isWildcard ? 'localhost' : host.includes(':') ? `[${host}]` : host;
  return `http://${name}:${port}`;
}
