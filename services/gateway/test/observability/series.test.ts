import { invalidFilter } from '@scim-gateway/scim';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { catalogue } from '../../src/observability/catalogue/catalogue.ts';
import { type MetricDeclaration, tenantLabel } from '../../src/observability/catalogue/declaration.ts';
import { createTestApp, type TestApp, tokens } from '../support/gateway-app.ts';

const declarations = new Map<string, MetricDeclaration>(
  Object.values(catalogue).flatMap((topic) => Object.values(topic).map((metric) => [metric.name, metric])),
);
const requests = 10_000;
/** For two providers and requests without a credential: above the expected count, far below one series per request. */
const mostSeries = 6_000;

interface Sample {
  readonly declaration: MetricDeclaration | undefined;
  readonly labels: ReadonlyMap<string, string>;
}

function parse(text: string): readonly Sample[] {
  return text
    .split('\n')
    .filter((line) => line.startsWith('scim_gateway_'))
    .map((line) => {
      const [, name = '', labels = ''] = /^(\w+?)(?:\{(.*)\})? \S+$/.exec(line) ?? [];
      const declaration = declarations.get(name) ?? declarations.get(name.replace(/_(bucket|sum|count)$/, ''));
      return {
        declaration,
        labels: new Map([...labels.matchAll(/(\w+)="([^"]*)"/g)].map(([, key = '', value = '']) => [key, value])),
      };
    });
}

/** Numbers from 0 up to 1, the same in every run. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

const random = createRandom(4711);

/** A request with texts that no label may contain. */
function randomRequest(index: number) {
  const secret = `secret-${random().toString(36).slice(2)}`;
  const method = (['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', 'GET'] as const)[index % 8] ?? 'GET';
  const paths = [
    `/Users/${index.toString(16).padStart(8, '0')}-0000-4000-8000-000000000000`,
    '/Users',
    `/Groups/${secret}`,
    '/Groups',
    '/Users/.search',
    '/Bulk',
    `/${secret}`,
  ];
  const path = paths[Math.floor(random() * paths.length)] ?? '/';
  const queries = [
    '',
    `?filter=userName eq "${secret}@example.com"`,
    `?filter=${secret}`,
    `?${secret}=${secret}&count=${index}`,
  ];
  const query = queries[Math.floor(random() * queries.length)] ?? '';
  const bodies: readonly unknown[] = [
    { schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], userName: secret, displayName: secret },
    { Operations: [{ op: secret, path: secret, value: secret }] },
    { Operations: [{ op: 'Replace', path: 'active', value: 'False' }] },
    {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
      Operations: [{ method: 'DELETE', path: `/Users/${secret}` }, { method: secret }],
    },
    secret,
  ];
  const writes = method === 'POST' || method === 'PUT' || method === 'PATCH';
  const authorizations = [tokens.tolerant, tokens.strict, tokens.reader, tokens.expired, secret];
  return {
    method,
    url: `/scim/v2${path}${encodeURI(query)}`,
    headers: {
      authorization: `Bearer ${authorizations[Math.floor(random() * 5)]}`,
      'x-request-id': secret.padEnd(12, 'x'),
      'user-agent': secret,
      ...(writes ? { 'content-type': 'application/scim+json' } : {}),
    },
    ...(writes ? { payload: JSON.stringify(bodies[index % bodies.length]) } : {}),
  };
}

describe('the metrics after 10,000 random requests', () => {
  let test: TestApp;
  let samples: readonly Sample[] = [];
  let foreseen = 0;
  beforeAll(async () => {
    test = await createTestApp({ level: 'silent' });
    test.users.before = ({ query }) => {
      if (query?.filter?.startsWith('secret')) throw invalidFilter(`${query.filter} is not a filter.`);
    };
    foreseen = parse(await test.metrics.render()).length;
    for (let index = 0; index < requests; index += 50) {
      await Promise.all(Array.from({ length: 50 }, (_, offset) => test.app.inject(randomRequest(index + offset))));
    }
    samples = parse(await test.metrics.render());
  }, 120_000);
  afterAll(() => test.app.close());

  it('have few series, most of which existed from the start', () => {
    expect(samples.length).toBeLessThan(mostSeries);
    expect(samples.length).toBeLessThan(foreseen * 1.6);
    expect(samples.length).toBeGreaterThan(foreseen);
  });

  it('have only declared names, labels and label values', () => {
    const tenants = ['none', 'entra', 'okta'];
    for (const { declaration, labels } of samples) {
      const declared = Object.entries(declaration?.labels ?? {});
      expect(declaration).toBeDefined();
      expect([...labels.keys()].filter((name) => name !== 'le').sort()).toEqual(declared.map(([name]) => name).sort());
      for (const [name, values] of declared) {
        const value = labels.get(name) ?? '';
        if (typeof values !== 'string') expect(values, `${declaration?.name} ${name}`).toContain(value);
        else if (name === tenantLabel) expect(tenants).toContain(value);
      }
    }
  });

  it('have no label with a text of a request', async () => {
    const { text } = await test.metrics.answer('application/openmetrics-text');
    expect(text).not.toMatch(/secret|example\.com|[0-9a-f]{8}-[0-9a-f]{4}-/);
  });

  it('have counted every request', async () => {
    const text = await test.metrics.render();
    const sum = (pattern: RegExp) =>
      [...text.matchAll(new RegExp(`^scim_gateway_${pattern.source} (\\S+)$`, 'gm'))].reduce(
        (total, [, value]) => total + Number(value),
        0,
      );
    expect(sum(/http_requests_total\{.*\}/)).toBe(requests);
    expect(sum(/filter_requests_total\{.*rejected.*\}/)).toBeGreaterThan(10);
    expect(sum(/deprovision_latency_seconds_count\{.*\}/)).toBeGreaterThan(100);
    expect(sum(/bulk_operations_total\{.*\}/)).toBeGreaterThan(0);
  });
});
