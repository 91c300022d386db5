import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { type CollateSimulator, createCollateSimulator } from '@scim-gateway/collate-simulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compose, type Gateway } from '../../src/composition/gateway.ts';
import { loadConfig } from '../../src/config/load.ts';
import { isSampled } from '../../src/observability/tracing/sampler.ts';

interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly { readonly key: string; readonly value: Readonly<Record<string, string>> }[];
  readonly status: { readonly code?: number };
}

/** A little collector: keeps what it is sent. */
class Collector {
  readonly #server: Server;
  readonly bodies: string[] = [];
  readonly headers: Record<string, unknown>[] = [];

  constructor() {
    this.#server = createServer(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += String(chunk);
      this.bodies.push(body);
      this.headers.push({ ...request.headers, url: request.url });
      response.end('{}');
    });
  }

  async listen(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    const address = this.#server.address();
    return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  }

  get spans(): readonly Span[] {
    return this.bodies.flatMap((body) =>
      JSON.parse(body).resourceSpans.flatMap((resource: { scopeSpans: { spans: Span[] }[] }) =>
        resource.scopeSpans.flatMap(({ spans }) => spans),
      ),
    );
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}

const token = 'a-token-of-the-test-that-is-long-enough-to-be-one';
const traceId = '0af7651916cd43dd8448eb211c80319c';
const traceparent = `00-${traceId}-b7ad6b7169203331-01`;
const userName = 'Grace.Secret@example.com';

function attributesOf({ attributes }: Span): Readonly<Record<string, string>> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, value['stringValue'] ?? value['intValue'] ?? '']));
}

describe('traces', () => {
  const collector = new Collector();
  let simulator: CollateSimulator;
  let gateway: Gateway;
  let metrics = '';
  let upstreamParents: readonly (string | undefined)[] = [];

  beforeAll(async () => {
    simulator = await createCollateSimulator();
    const seen: (string | undefined)[] = [];
    const proxy = createServer((request, response) => {
      seen.push(request.headers['traceparent'] as string | undefined);
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', async () => {
        const headers = {
          ...request.headers,
          host: undefined,
          connection: undefined,
          'transfer-encoding': undefined,
          'content-length': undefined,
        };
        const sent = Object.entries(headers).flatMap(([name, value]) =>
          typeof value === 'string' ? [[name, value]] : [],
        );
        const answer = await fetch(`${simulator.url}${request.url}`, {
          method: request.method ?? 'GET',
          headers: Object.fromEntries(sent),
          ...(chunks.length === 0 ? {} : { body: Buffer.concat(chunks) }),
        });
        response.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text());
      });
    }).listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    const address = proxy.address();
    gateway = await compose(
      loadConfig({
        HOST: '127.0.0.1',
        PORT: '0',
        MANAGEMENT_PORT: '0',
        COLLATE_URL: `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`,
        COLLATE_TOKEN: simulator.token,
        SCIM_TOKEN: token,
        LOG_LEVEL: 'silent',
        OTEL_EXPORTER_OTLP_ENDPOINT: await collector.listen(),
        OTEL_EXPORTER_OTLP_HEADERS: 'x-key=a%20b',
        OTEL_SERVICE_NAME: 'gateway-of-the-test',
      }),
    );
    const ask = (method: string, path: string, headers: Record<string, string> = {}, body?: object) =>
      fetch(`${gateway.baseUrl}${path}`, {
        method,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/scim+json', ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    const schemas = ['urn:ietf:params:scim:schemas:core:2.0:User'];
    await ask('POST', '/Users', { traceparent }, { schemas, userName, displayName: 'Grace Secret' });
    await ask('GET', `/Users?filter=userName%20eq%20%22${userName}%22`, {
      traceparent: traceparent.replace(/01$/, '00'),
    });
    await ask('GET', '/Users/no-such-secret');
    await ask('GET', '/Users', {
      traceparent: traceparent.replace(traceId, 'f'.repeat(32)),
      authorization: 'Bearer secret',
    });
    metrics = await (
      await fetch(`${gateway.managementUrl}/metrics`, {
        headers: { accept: 'application/openmetrics-text; version=1.0.0' },
      })
    ).text();
    await gateway[Symbol.asyncDispose]();
    upstreamParents = seen;
    proxy.close();
    proxy.closeAllConnections();
  }, 60_000);
  afterAll(async () => {
    collector.close();
    await simulator[Symbol.asyncDispose]();
  });

  const ofTrace = (id: string) => collector.spans.filter((span) => span.traceId === id);

  it('go on from the request that was sent, as one server span with a client span for each call', () => {
    const spans = ofTrace(traceId);
    const [server, ...others] = spans.filter(({ kind }) => kind === 2);
    expect(others).toEqual([]);
    expect(server).toMatchObject({ name: 'POST /scim/v2/Users', parentSpanId: 'b7ad6b7169203331' });
    if (server === undefined) throw new Error('no server span');
    expect(attributesOf(server)).toMatchObject({
      'http.route': '/scim/v2/Users',
      'http.response.status_code': '201',
      'scim.operation': 'create',
      'scim.tenant': 'default',
    });
    const clients = spans.filter(({ kind }) => kind === 3);
    expect(clients.map((span) => attributesOf(span)['collate.operation'])).toContain('users.create');
    for (const { parentSpanId, startTimeUnixNano, endTimeUnixNano } of clients) {
      expect(parentSpanId).toBe(server.spanId);
      expect(BigInt(startTimeUnixNano)).toBeGreaterThanOrEqual(BigInt(server.startTimeUnixNano));
      expect(BigInt(endTimeUnixNano)).toBeLessThanOrEqual(BigInt(server.endTimeUnixNano));
    }
  });

  it('continue in Collate, each call with its own span', () => {
    const clients = ofTrace(traceId).filter(({ kind }) => kind === 3);
    for (const { spanId } of clients) expect(upstreamParents).toContain(`00-${traceId}-${spanId}-01`);
  });

  it('are not recorded where the sender records none, and begin anew where the sender is not known', () => {
    const servers = collector.spans.filter(({ kind }) => kind === 2);
    const statuses = servers.map((span) => attributesOf(span)['http.response.status_code']);
    expect(statuses.sort()).toEqual(['201', '401', '404']);
    expect(ofTrace('f'.repeat(32))).toEqual([]);
  });

  it('contain no user, id or filter', () => {
    expect(collector.bodies.length).toBeGreaterThan(0);
    for (const body of collector.bodies)
      expect(body).not.toMatch(/secret|grace|example\.com|filter|[0-9a-f]{8}-[0-9a-f]{4}-/i);
  });

  it('go to the standard path with the headers that were asked for, and say who sends them', () => {
    expect(collector.headers[0]).toMatchObject({
      url: '/v1/traces',
      'x-key': 'a b',
      'content-type': 'application/json',
    });
    expect(collector.bodies[0]).toContain('{"key":"service.name","value":{"stringValue":"gateway-of-the-test"}}');
  });

  it('are exemplars of the histograms in OpenMetrics text', () => {
    const example = new RegExp(
      `^scim_gateway_http_request_duration_seconds_bucket\\{.*operation="create".*\\} \\d+ # \\{trace_id="${traceId}"\\} [\\d.e-]+ [\\d.]+$`,
      'm',
    );
    expect(metrics).toMatch(example);
    expect(metrics).toMatch(
      /^scim_gateway_upstream_request_duration_seconds_bucket\{.*\} \d+ # \{trace_id="[0-9a-f]{32}"\}/m,
    );
    expect(metrics).toContain('# TYPE scim_gateway_http_requests counter\n');
    expect(metrics.endsWith('\n# EOF\n')).toBe(true);
  });
});

describe('what makes traces', () => {
  it('is loaded only where they are asked for', () => {
    const source = new URL('../../src/', import.meta.url);
    const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter(
      (file) => file.endsWith('.ts') && !file.startsWith('observability/tracing/'),
    );
    const importing = files.filter((file) =>
      /(from|import\() ?'[^']*\/tracing\//.test(readFileSync(new URL(file, source), 'utf8')),
    );
    expect(importing).toEqual(['composition/tracing.ts']);
    const text = readFileSync(new URL('composition/tracing.ts', source), 'utf8');
    expect(text.match(/^.*\/tracing\/.*$/gm)).toEqual([
      "  const { createTracing } = await import('../observability/tracing/tracing.ts');",
    ]);
  });

  it('records about the share that is asked for, and always the same traces', () => {
    const ids = Array.from(
      { length: 2_000 },
      (_, index) => `${'0'.repeat(20)}${((index * 2 ** 48) / 2_000).toString(16).split('.')[0]?.padStart(12, '0')}`,
    );
    const recorded = ids.filter((id) => isSampled(id, undefined, { ratio: 0.25, followsParent: true }));
    expect(recorded).toHaveLength(500);
    const parent = { traceId: ids[0] ?? '', spanId: '1', isSampled: true };
    expect(isSampled('f'.repeat(32), parent, { ratio: 0, followsParent: true })).toBe(true);
    expect(isSampled('f'.repeat(32), parent, { ratio: 0, followsParent: false })).toBe(false);
  });
});
