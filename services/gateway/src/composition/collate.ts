import { type ClientObserver, type CollateClient, createCollateClient } from '@scim-gateway/collate-client';
import type { CollateConfig } from '../config/config.ts';
import { createSecret } from '../secrets/secret.ts';
import type { Observation } from './observability.ts';

/** Reads the gateway's own Collate token; asked before each call, so that it follows its file. */
export type CollateToken = () => string;

/** The connection to Collate. */
export interface Collate {
  readonly client: CollateClient;
  /** Undefined where only bots with tokens of their own may act. */
  readonly token: CollateToken | undefined;
}

/** Creates the client for the configured Collate server; it connects with its first call. */
export function composeCollate(
  config: CollateConfig,
  { metrics, tracing, files }: Pick<Observation, 'metrics' | 'tracing' | 'files'>,
): Collate {
  const token =
    config.token === undefined
      ? undefined
      : createSecret(config.token, { clock: Date.now, observer: files('collate-token') });
  const client = createCollateClient({
    baseUrl: config.url,
    token,
    observer: observeCollate({ metrics, tracing }),
    limits: { concurrency: config.concurrency, minConcurrency: config.minConcurrency, queue: config.queue },
    timeouts: { connectMs: config.connectTimeoutMs, readMs: config.readTimeoutMs, writeMs: config.writeTimeoutMs },
  });
  return { client, token };
}

function observeCollate({ metrics, tracing }: Pick<Observation, 'metrics' | 'tracing'>): ClientObserver {
  return {
    onCall: (event) => metrics.upstreamCall(event, tracing?.currentTraceId()),
    ...(tracing === undefined ? {} : { onBegin: (call) => tracing.beginCall(call) }),
    onRetry: ({ reason }) => metrics.upstreamRetry(reason),
    onRetryRefused: () => metrics.upstreamRetryRefused(),
    onCircuit: ({ state, from }) => metrics.circuit(state, from),
    onLoad: (load) => metrics.upstreamLoad(load),
  };
}
