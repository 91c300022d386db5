import type { MetricDeclaration } from './declaration.ts';
import { processMetrics } from './process.ts';
import { provisioningMetrics } from './provisioning.ts';
import { sharingMetrics } from './sharing.ts';
import { trafficMetrics } from './traffic.ts';
import { upstreamMetrics } from './upstream.ts';

/** Every metric of the gateway, by topic, each declared once. */
export const catalogue: Readonly<Record<string, Readonly<Record<string, MetricDeclaration>>>> = {
  Requests: trafficMetrics,
  Provisioning: provisioningMetrics,
  Collate: upstreamMetrics,
  'Cache, Redis and locks': sharingMetrics,
  Process: processMetrics,
};
