import type { FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { buildManagement } from '../../src/http/management.ts';
import { createLogger } from '../../src/observability/logger.ts';
import { authorized, createTestApp, type TestApp } from '../support/gateway-app.ts';

let test: TestApp;
let management: FastifyInstance;
let isReady = true;
beforeEach(async () => {
  isReady = true;
  test = await createTestApp();
  await test.app.ready();
  management = await buildManagement({
    metrics: test.metrics,
    readOnly: test.readOnly,
    logger: createLogger({ level: 'info', stream: { write: (line) => test.logs.push(line) } }),
    isReady: () => isReady,
    openApi: test.app.swagger(),
  });
});
afterEach(async () => {
  await management.close();
  await test.app.close();
});

const get = (url: string) => management.inject({ url });

describe('the management listener', () => {
  it('is alive while the process runs, and ready until the gateway drains', async () => {
    expect([(await get('/livez')).statusCode, (await get('/readyz')).statusCode]).toEqual([200, 200]);
    isReady = false;
    expect([(await get('/livez')).statusCode, (await get('/readyz')).statusCode]).toEqual([200, 503]);
  });

  it('returns metrics in Prometheus text format, with the documented names', async () => {
    const answer = await get('/metrics');
    expect(answer.headers['content-type']).toContain('text/plain');
    for (const name of [
      'http_requests_total',
      'http_request_duration_seconds',
      'upstream_requests_total',
      'cache_requests_total',
      'redis_up',
      'build_info',
      'http_requests_in_flight',
      'scim_errors_total',
      'auth_attempts_total',
      'circuit_breaker_state',
      'draining',
    ]) {
      expect(answer.body).toContain(`# HELP scim_gateway_${name} `);
    }
  });

  it('switches read-only mode on and off at run time', async () => {
    const put = (payload: object | string) =>
      management.inject({ method: 'PUT', url: '/read-only', headers: { 'content-type': 'application/json' }, payload });
    const write = async () =>
      (await test.app.inject({ method: 'DELETE', url: '/scim/v2/Users/1', headers: authorized })).statusCode;
    expect((await get('/read-only')).json()).toEqual({ enabled: false });
    expect((await put({ enabled: true })).json()).toEqual({ enabled: true });
    expect(await write()).toBe(403);
    expect((await get('/metrics')).body).toContain('scim_gateway_read_only 1');
    expect((await put({ enabled: false })).json()).toEqual({ enabled: false });
    expect(await write()).toBe(404);
    for (const wrong of [{}, { enabled: 'true' }, 'null', '[]', '{']) {
      expect((await put(wrong)).statusCode).toBe(400);
    }
    expect(test.logged().filter(({ msg }) => String(msg).startsWith('read-only mode switched'))).toHaveLength(2);
  });

  it('serves the OpenAPI documentation of the SCIM listener', async () => {
    expect((await get('/docs/')).body).toContain('swagger-ui');
    const document = (await get('/docs/json')).json();
    expect(document.openapi).toBe('3.1.0');
    expect(Object.keys(document.paths)).toContain('/scim/v2/Users/{id}');
  });

  it('serves no SCIM endpoint, and the SCIM listener serves no management endpoint', async () => {
    expect((await get('/scim/v2/Users')).statusCode).toBe(404);
    for (const url of ['/metrics', '/livez', '/readyz', '/docs', '/docs/json', '/read-only']) {
      expect((await test.app.inject({ url, headers: authorized })).statusCode).toBe(404);
    }
  });
});
