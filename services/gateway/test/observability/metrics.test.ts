import { Rights } from '@scim-gateway/collate-client/model';
import { describe, expect, it } from 'vitest';
import { createMetrics } from '../../src/observability/metrics.ts';

function create() {
  const metrics = createMetrics({ version: '1.2.3', isRedisConfigured: true });
  metrics.watchReadOnly(() => false);
  metrics.watchCollateToken(() => 1_800_000_000_000);
  const lines = async () => (await metrics.render()).split('\n');
  return { metrics, lines };
}

describe('createMetrics', () => {
  it('creates the series of each configured provider with 0 from the start', async () => {
    const { metrics, lines } = create();
    metrics.watchCredentials({
      tenants: () => ['entra'],
      expiries: () => new Map([['entra-1', 1_900_000_000_000]]),
    });
    const text = await lines();
    for (const line of [
      'scim_gateway_http_requests_total{tenant="entra",resource="user",operation="list",status_class="2xx",code="200"} 0',
      'scim_gateway_http_requests_total{tenant="entra",resource="group",operation="patch",status_class="5xx",code="503"} 0',
      'scim_gateway_http_request_duration_seconds_count{tenant="entra",resource="user",operation="get",status_class="2xx"} 0',
      'scim_gateway_scim_errors_total{tenant="entra",scim_type="uniqueness"} 0',
      'scim_gateway_auth_attempts_total{method="none",result="invalid"} 0',
      'scim_gateway_audit_events_total{result="dropped"} 0',
      'scim_gateway_cache_requests_total{cache="user",result="hit"} 0',
      'scim_gateway_circuit_breaker_state{target="collate",state="closed"} 1',
      'scim_gateway_circuit_breaker_transitions_total{target="collate",from="closed",to="open"} 0',
      'scim_gateway_circuit_breaker_rejected_total{target="collate"} 0',
      'scim_gateway_upstream_retries_total{target="collate",reason="timeout"} 0',
      'scim_gateway_upstream_retry_budget_exhausted_total{target="collate"} 0',
      'scim_gateway_upstream_in_flight{target="collate"} 0',
      'scim_gateway_upstream_waiting{target="collate",priority="urgent"} 0',
      'scim_gateway_http_requests_shed_total{tenant="entra",reason="in-flight"} 0',
      'scim_gateway_rate_limited_total{tenant="entra",scope="credential"} 0',
      'scim_gateway_redis_up 0',
      'scim_gateway_redis_configured 1',
      'scim_gateway_draining 0',
      'scim_gateway_config_last_reload_successful{kind="scim-tokens"} 1',
      `scim_gateway_build_info{version="1.2.3",revision="unknown",node="${process.version}"} 1`,
      'scim_gateway_token_expiry_timestamp_seconds{token_id="entra-1"} 1900000000',
      'scim_gateway_upstream_token_expiry_timestamp_seconds{target="collate"} 1800000000',
      'scim_gateway_read_only 0',
    ]) {
      expect(text).toContain(line);
    }
  });

  it('shows cached look-ups only where they are in memory, and checks the files for Redis before each scrape', async () => {
    const series = 'scim_gateway_cache_entries';
    const inMemory = create();
    const inRedis = create();
    let checks = 0;
    const source = {
      certificateExpiries: () => new Map([['redis-ca', 1_900_000_000_000]]),
      checkFiles: () => checks++,
    };
    inMemory.metrics.watchSharing({ ...source, countEntries: () => 7 });
    inRedis.metrics.watchSharing({ ...source, countEntries: undefined });
    expect(await inMemory.lines()).toContain(`${series} 7`);
    const lines = await inRedis.lines();
    expect(lines.filter((line) => line.startsWith(series))).toEqual([]);
    expect(lines).toContain('scim_gateway_certificate_expiry_timestamp_seconds{certificate="redis-ca"} 1900000000');
    expect(checks).toBe(2);
  });

  it('creates separate metrics for each gateway in a process', async () => {
    const [one, other] = [create(), create()];
    one.metrics.draining();
    expect(await one.lines()).toContain('scim_gateway_draining 1');
    expect(await other.lines()).toContain('scim_gateway_draining 0');
  });

  it('counts calls to Collate, and shows the circuit breaker, Redis and the document store', async () => {
    const { metrics, lines } = create();
    metrics.upstreamCall({ operation: 'getUser', status: 429, outcome: 'rate-limited', durationMs: 40 });
    metrics.upstreamCall({ operation: 'getUser', status: undefined, outcome: 'timeout', durationMs: 8_000 });
    metrics.upstreamRetry('timeout');
    metrics.circuit('open', 'closed');
    metrics.upstreamCall({ operation: 'listUsers', status: undefined, outcome: 'circuit-open', durationMs: 0 });
    metrics.upstreamRetryRefused();
    metrics.upstreamLoad({ places: 16, busy: 3, waiting: { urgent: 1, normal: 2 } });
    metrics.requestShed('entra', 'heap');
    metrics.requestShed('entra', 'credential');
    metrics.redisUp();
    const rights = new Rights([{ resource: 'user', operation: 'Create', access: 'notAllow' }]);
    metrics.capabilities({ documentStore: 'refused', membershipEndpoints: true, rights });
    metrics.fileFailed('scim-token', '/run/token');
    const text = await lines();
    for (const line of [
      'scim_gateway_upstream_requests_total{target="collate",operation="getUser",status_class="4xx",outcome="rate-limited"} 1',
      'scim_gateway_upstream_requests_total{target="collate",operation="getUser",status_class="none",outcome="timeout"} 1',
      'scim_gateway_upstream_request_duration_seconds_bucket{le="0.05",target="collate",operation="getUser"} 1',
      'scim_gateway_upstream_rate_limited_total{target="collate"} 1',
      'scim_gateway_upstream_retries_total{target="collate",reason="timeout"} 1',
      'scim_gateway_circuit_breaker_state{target="collate",state="closed"} 0',
      'scim_gateway_circuit_breaker_state{target="collate",state="open"} 1',
      'scim_gateway_circuit_breaker_transitions_total{target="collate",from="closed",to="open"} 1',
      'scim_gateway_circuit_breaker_rejected_total{target="collate"} 1',
      'scim_gateway_upstream_retry_budget_exhausted_total{target="collate"} 1',
      'scim_gateway_upstream_in_flight{target="collate"} 3',
      'scim_gateway_upstream_concurrency_limit{target="collate"} 16',
      'scim_gateway_upstream_waiting{target="collate",priority="urgent"} 1',
      'scim_gateway_upstream_waiting{target="collate",priority="normal"} 2',
      'scim_gateway_http_requests_shed_total{tenant="entra",reason="heap"} 1',
      'scim_gateway_rate_limited_total{tenant="entra",scope="credential"} 1',
      'scim_gateway_redis_up 1',
      'scim_gateway_document_store_state{state="refused"} 1',
      'scim_gateway_collate_rights_missing{duty="creation"} 1',
      'scim_gateway_collate_rights_missing{duty="deletion"} 0',
      'scim_gateway_config_last_reload_successful{kind="scim-token"} 0',
    ]) {
      expect(text).toContain(line);
    }
  });

  it('counts writes as confirmed, refused for good, or failed', async () => {
    const { metrics, lines } = create();
    for (const status of [204, 403, 404, 429, 499, 503]) {
      metrics.deprovisioned({ tenant: 'entra', status, seconds: 0.2 });
      metrics.bulkOperation('entra', status);
    }
    metrics.writeEnded({ tenant: 'entra', resource: 'user', operation: 'create', status: 201 });
    metrics.writeEnded({ tenant: 'entra', resource: 'group', operation: 'patch', status: 412 });
    metrics.membershipChanged('entra', { change: 'add', members: 3, result: 'ok' });
    const text = await lines();
    for (const line of [
      'scim_gateway_deprovision_latency_seconds_bucket{le="0.25",tenant="entra",result="ok"} 1',
      'scim_gateway_deprovision_latency_seconds_bucket{le="0.1",tenant="entra",result="ok"} 0',
      'scim_gateway_deprovision_latency_seconds_count{tenant="entra",result="refused"} 2',
      'scim_gateway_users_deactivated_total{tenant="entra",result="failed"} 3',
      'scim_gateway_bulk_operations_total{tenant="entra",result="failed"} 3',
      'scim_gateway_users_provisioned_total{tenant="entra",result="ok"} 1',
      'scim_gateway_etag_conflicts_total{resource="group"} 1',
      'scim_gateway_group_membership_changes_total{tenant="entra",change="add",result="ok"} 3',
    ]) {
      expect(text).toContain(line);
    }
  });

  it("shows that Collate refuses the gateway's own token until it accepts it, unaffected by other tokens", async () => {
    const { metrics, lines } = create();
    const call = { operation: 'users.find', status: 401, outcome: 'unauthorized', durationMs: 1 } as const;
    const series = 'scim_gateway_upstream_credential_refused{target="collate"}';
    metrics.upstreamCall({ ...call, judgesOwnCredential: false });
    expect(await lines()).toContain(`${series} 0`);
    metrics.upstreamCall({ ...call, judgesOwnCredential: true });
    metrics.upstreamCall({ ...call, status: 200, outcome: 'ok', judgesOwnCredential: false });
    expect(await lines()).toContain(`${series} 1`);
    metrics.upstreamCall({ ...call, status: 200, outcome: 'ok', judgesOwnCredential: true });
    expect(await lines()).toContain(`${series} 0`);
  });

  it('gives each metric a unique valid name, a help text and base units', async () => {
    const text = await create().lines();
    const types = text.filter((line) => line.startsWith('# TYPE scim_gateway_'));
    for (const line of types) {
      const [, , name = '', type] = line.split(' ');
      expect(name).toMatch(/^[a-z_]+$/);
      if (type === 'counter') expect(name).toMatch(/_total$/);
      if (type === 'histogram') expect(name).toMatch(/_seconds$|_bytes$|_list_results$/);
      expect(text.find((each) => each.startsWith(`# HELP ${name} `))?.length).toBeGreaterThan(name.length + 15);
    }
    expect(types.length).toBeGreaterThan(25);
    expect(new Set(types).size).toBe(types.length);
  });
});
