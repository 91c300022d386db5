import { createServer } from 'node:http';
import { type CollateSimulator, createCollateSimulator } from '@scim-gateway/collate-simulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compose, type Gateway } from '../../src/composition/gateway.ts';
import { loadConfig } from '../../src/config/load.ts';
import { gatewayEnvironment } from '../support/gateway-environment.ts';
import { installPrometheus, lintMetrics, TestPrometheus } from '../support/prometheus.ts';

const token = 'a-token-of-the-test-that-is-long-enough';
const traceId = '0af7651916cd43dd8448eb211c80319c';

describe('/metrics of a gateway that was used', () => {
  const collector = createServer((_request, response) => response.end('{}')).listen(0, '127.0.0.1');
  let simulator: CollateSimulator;
  let gateway: Gateway;
  beforeAll(async () => {
    installPrometheus();
    simulator = await createCollateSimulator({ users: 20 });
    const address = collector.address();
    gateway = await compose(
      loadConfig({
        ...gatewayEnvironment(simulator),
        SCIM_TOKEN: token,
        LOG_LEVEL: 'silent',
        OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`,
      }),
    );
    const headers = { authorization: `Bearer ${token}`, traceparent: `00-${traceId}-b7ad6b7169203331-01` };
    for (const path of ['/Users', '/Users?filter=active%20eq%20true', '/Users/none', '/Groups?filter=x']) {
      await fetch(`${gateway.baseUrl}${path}`, { headers });
    }
  });
  afterAll(async () => {
    await gateway[Symbol.asyncDispose]();
    await simulator[Symbol.asyncDispose]();
    collector.close();
  });

  it('is a text to which promtool objects nothing', async () => {
    const text = await (await fetch(`${gateway.managementUrl}/metrics`)).text();
    expect(text).toContain('scim_gateway_http_requests_total{tenant="default"');
    expect(lintMetrics(text)).toBe('');
    expect(lintMetrics('# TYPE a_total gauge\na_total 1\n')).not.toBe('');
  });

  it('is OpenMetrics to a real Prometheus, which finds every metric and the examples', async () => {
    await using prometheus = await TestPrometheus.start(new URL(gateway.managementUrl).host);
    await expect
      .poll(async () => (await prometheus.ask('query', { query: 'up' }))?.result?.[0]?.value?.[1], { timeout: 30_000 })
      .toBe('1');
    const names: readonly string[] = await prometheus.ask('label/__name__/values');
    const text = await (await fetch(`${gateway.managementUrl}/metrics`)).text();
    for (const [, name = ''] of text.matchAll(/^(scim_gateway_\w+)/gm)) expect(names).toContain(name);
    const now = Date.now() / 1000;
    const range = { start: String(now - 600), end: String(now + 60) };
    const query = 'scim_gateway_http_request_duration_seconds_bucket';
    const found = await prometheus.ask('query_exemplars', { query, ...range });
    expect(JSON.stringify(found)).toContain(traceId);
  });
});
