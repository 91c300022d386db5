import type { Config } from '../config/config.ts';
import { type AppOptions, buildApp } from '../http/app.ts';
import { buildManagement } from '../http/management.ts';
import { type PressureGauge, watchPressure } from '../http/overload/pressure.ts';
import { version } from '../version.ts';
import { closeListener, type Listener, urlOf } from './listener.ts';
import { composeServices, type Parts } from './services.ts';

/** A running gateway. */
export interface Gateway extends AsyncDisposable {
  /** The SCIM base URL, as this machine reaches it. */
  readonly baseUrl: string;
  readonly managementUrl: string;
  /** The token generated because no credential is configured. */
  readonly generatedToken: string | undefined;
  /** Reports "not ready" from now on, so that the load balancer sends no more requests; requests in flight continue. */
  drain(): void;
}

/**
 * Builds the gateway from its configuration and resolves when both listeners accept connections.
 *
 * @throws what opening a listener or reading a configured file throws; everything opened until then is closed first.
 */
export async function compose(config: Config): Promise<Gateway> {
  const parts = await composeServices(config);
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
  { services, generatedToken, baseUrl, findPressure }: Parts & { readonly findPressure: PressureGauge['find'] },
  listeners: Listener[],
  close: () => Promise<void>,
): Promise<Gateway> {
  const { host, port, managementPort } = config.listen;
  let draining = false;
  const app = await buildApp(
    { ...services, findPressure, isDraining: () => draining },
    toAppOptions(config, baseUrl.get),
  );
  listeners.push(app);
  await app.ready();
  const management = await buildManagement({ ...services, isReady: () => !draining, openApi: app.swagger() });
  listeners.push(management);
  await app.listen({ host, port });
  const reachable = baseUrl.listeningAt(urlOf(app, host));
  await management.listen({ host, port: managementPort });
  return {
    baseUrl: reachable,
    managementUrl: urlOf(management, host),
    generatedToken,
    drain: () => {
      draining = true;
      services.metrics.draining();
    },
    [Symbol.asyncDispose]: close,
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
