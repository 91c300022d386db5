// What the dashboard shows, row by row. `alert` is the entry of the runbook that a panel helps with.
const of = 'namespace=~"$namespace", job=~"$job"';
const tenant = `${of}, tenant=~"$tenant"`;
const per = (metric, by, more = of) => `sum by (${by}) (rate(scim_gateway_${metric}{${more}}[$__rate_interval]))`;
const quantile = (q, metric, by, more = of) =>
  `histogram_quantile(${q}, sum by (${['le', ...by].join(', ')}) (rate(scim_gateway_${metric}_bucket{${more}}[$__rate_interval])))`;
/** The three usual quantiles of a histogram. */
const quantiles = (metric, more = of) => ['0.5', '0.95', '0.99'].map((q) => [quantile(q, metric, [], more), `p${Number(q) * 100}`]);
const gauge = (how, metric, by, more = of) => `${how} by (${by}) (scim_gateway_${metric}{${more}})`;
const badShare = (slo) =>
  `sum(scim_gateway:slo_bad_events:increase5m{${of}, slo="${slo}"}) / (sum(scim_gateway:slo_events:increase5m{${of}, slo="${slo}"}) > 0)`;
/** Metrics of Node itself have no name of ours: they are those of the processes that say what they are. */
const ours = (expression) => `${expression} and on (job, instance) scim_gateway_build_info{${of}}`;

export const rows = [
  {
    title: 'Service levels',
    height: 6,
    panels: [
      {
        title: 'Error budget left of 30 days', kind: 'stat', width: 8, unit: 'percentunit', alert: 'ScimGatewayErrorBudgetBurnSlow',
        description: 'What of the allowed failures is left; below 0 the objective is missed.',
        steps: [], 
        queries: [[`1 - sum by (slo) (sum_over_time(scim_gateway:slo_bad_events:increase5m{${of}}[30d])) / (sum by (slo) (sum_over_time(scim_gateway:slo_events:increase5m{${of}}[30d])) > 0) / on (slo) scim_gateway:slo_error_budget:ratio`, '{{slo}}']],
      },
      {
        title: 'Burn rate, 1 hour', width: 8, unit: 'none', alert: 'ScimGatewayErrorBudgetBurnFast',
        description: 'How many times too fast the budget goes: 1 lasts the 30 days, 14.4 pages.',
        queries: [[`max by (slo) (scim_gateway:slo_burn_rate:1h{${of}})`, '{{slo}}']],
      },
      {
        title: 'Burn rate, 6 hours and 3 days', width: 8, unit: 'none', alert: 'ScimGatewayErrorBudgetBurnSlow',
        description: 'Slow burns: 6 in 6 hours pages, 1 in 3 days is a ticket.',
        queries: [[`max by (slo) (scim_gateway:slo_burn_rate:6h{${of}})`, '{{slo}} 6h'], [`max by (slo) (scim_gateway:slo_burn_rate:3d{${of}})`, '{{slo}} 3d']],
      },
      {
        title: 'Requests that fail', width: 8, unit: 'percentunit', alert: 'ScimGatewayErrorBudgetBurnFast',
        description: 'Share of 5xx and of clients that did not wait; refusals by rule do not count.',
        queries: [[badShare('availability'), 'all'], [badShare('availability-gateway'), 'caused by the gateway']],
      },
      {
        title: 'Requests that are slow', width: 8, unit: 'percentunit', alert: 'ScimGatewayLatencyBudgetBurn',
        description: 'Share of answers after more than 1 s, of lists after more than 2.5 s.',
        queries: [[badShare('latency'), 'slow']],
      },
      {
        title: 'Deactivations that fail or are late', width: 8, unit: 'percentunit', alert: 'ScimDeprovisionDelayed',
        description: 'Share of deactivations and deletions that Collate did not confirm within 60 s.',
        queries: [[badShare('deprovisioning'), 'late or failed']],
      },
    ],
  },
  {
    title: 'Traffic',
    height: 7,
    panels: [
      { title: 'Requests by operation', width: 8, unit: 'reqps', alert: 'ScimIdpSilent', description: 'What providers ask for.', queries: [[per('http_requests_total', 'resource, operation', tenant), '{{resource}} {{operation}}']] },
      { title: 'Requests by status', width: 8, unit: 'reqps', alert: 'ScimGatewayErrorBudgetBurnFast', description: 'How they are answered; 499 is a client that did not wait.', queries: [[per('http_requests_total', 'code', tenant), '{{code}}']] },
      { title: 'Requests by tenant', width: 8, unit: 'reqps', alert: 'ScimTenantErrors', description: 'Who asks; none is nobody that is known.', queries: [[per('http_requests_total', 'tenant', tenant), '{{tenant}}']] },
      { title: '5xx by cause', width: 8, unit: 'reqps', alert: 'ScimGatewayErrorBudgetBurnFast', description: 'Whether Collate or the gateway (its Redis included) is the cause.', queries: [[per('http_server_errors_total', 'origin', tenant), '{{origin}}']] },
      { title: 'In flight', width: 8, unit: 'short', alert: 'ScimRequestsShed', description: 'Requests that are being served, by replica.', queries: [[gauge('sum', 'http_requests_in_flight', 'instance'), '{{instance}}']] },
      { title: 'Turned away', width: 8, unit: 'reqps', alert: 'ScimRequestsShed', description: '503 for want of room by its kind, and 429 to one token that takes too much.', queries: [[per('http_requests_shed_total', 'reason', tenant), '{{reason}}'], [per('rate_limited_total', 'scope', tenant), '429 {{scope}}']] },
      { title: 'Size of requests', width: 12, unit: 'bytes', alert: 'ScimRequestsShed', description: 'Bodies that providers send, 95th percentile.', queries: [[quantile('0.95', 'http_request_size_bytes', ['resource', 'operation']), '{{resource}} {{operation}}']] },
      { title: 'Size of answers', width: 12, unit: 'bytes', alert: 'ScimGatewayLatencyBudgetBurn', description: 'Bodies of answers, 95th percentile.', queries: [[quantile('0.95', 'http_response_size_bytes', ['resource', 'operation']), '{{resource}} {{operation}}']] },
    ],
  },
  {
    title: 'Latency',
    height: 7,
    panels: [
      { title: 'All requests', width: 8, unit: 's', alert: 'ScimGatewayLatencyBudgetBurn', description: 'Time from the first byte of a request to the last of its answer.', queries: quantiles('http_request_duration_seconds', tenant) },
      { title: 'p99 by operation', width: 8, unit: 's', alert: 'ScimGatewayLatencyBudgetBurn', description: 'Which operation is slow.', queries: [[quantile('0.99', 'http_request_duration_seconds', ['resource', 'operation'], tenant), '{{resource}} {{operation}}']] },
      { title: 'Distribution', kind: 'heatmap', width: 8, unit: 'short', alert: 'ScimGatewayLatencyBudgetBurn', description: 'How many requests took how long.', queries: [[`sum by (le) (increase(scim_gateway_http_request_duration_seconds_bucket{${tenant}}[$__rate_interval]))`, '{{le}}']] },
    ],
  },
  {
    title: 'SCIM',
    height: 7,
    panels: [
      { title: 'Errors by type', width: 8, unit: 'reqps', alert: 'ScimIdpFailing', description: 'Errors answered, by the scimType of RFC 7644.', queries: [[per('scim_errors_total', 'scim_type', tenant), '{{scim_type}}']] },
      { title: 'PATCH operations', width: 8, unit: 'ops', alert: 'ScimIdpFailing', description: 'Operations in PATCH requests.', queries: [[per('patch_operations_total', 'op', tenant), '{{op}}']] },
      { title: 'Filters', width: 8, unit: 'reqps', alert: 'ScimGatewayLatencyBudgetBurn', description: 'native: by a look-up; emulated: by going through all resources, which is slow; rejected: refused.', queries: [[per('filter_requests_total', 'support', tenant), '{{support}}']] },
      { title: 'Deviations taken', width: 8, unit: 'ops', alert: 'ScimIdpFailing', description: 'Deviations of providers from the RFCs; docs/quirks.md has each.', queries: [[per('quirk_normalizations_total', 'quirk', tenant), '{{quirk}}']] },
      { title: 'Resources per list', width: 8, unit: 'short', alert: 'ScimGatewayLatencyBudgetBurn', description: 'How long answered lists are, 95th percentile.', queries: [[quantile('0.95', 'list_results', ['resource'], tenant), '{{resource}}']] },
      { title: 'Bulk operations and ETag conflicts', width: 8, unit: 'ops', alert: 'ScimIdpFailing', description: 'Operations in bulk requests by their end, and changes refused with 412.', queries: [[per('bulk_operations_total', 'result', tenant), 'bulk {{result}}'], [per('etag_conflicts_total', 'resource'), '412 {{resource}}']] },
    ],
  },
  {
    title: 'Identity providers',
    height: 7,
    panels: [
      { title: 'Providers', kind: 'table', width: 8, unit: 's', alert: 'ScimIdpSilent', description: 'How long ago each called, and how long ago it succeeded.', steps: [[7200, 'orange']], queries: [[`time() - ${gauge('max', 'idp_last_request_timestamp_seconds', 'tenant', tenant)}`, 'last request'], [`time() - ${gauge('max', 'idp_last_success_timestamp_seconds', 'tenant', tenant)}`, 'last success']] },
      { title: 'Since the last request', width: 8, unit: 's', alert: 'ScimIdpSilent', description: 'A saw is a provider that polls (Entra: every 40 minutes).', queries: [[`time() - ${gauge('max', 'idp_last_request_timestamp_seconds', 'tenant', tenant)}`, '{{tenant}}']] },
      { title: 'Pauses between cycles', width: 8, unit: 's', alert: 'ScimIdpSilent', description: 'Silence between two requests of a minute or more, median of 6 hours.', queries: [[`histogram_quantile(0.5, sum by (le, tenant) (increase(scim_gateway_idp_sync_gap_seconds_bucket{${tenant}}[6h])))`, '{{tenant}}']] },
    ],
  },
  {
    title: 'Collate',
    height: 7,
    panels: [
      { title: 'Calls', width: 8, unit: 'reqps', alert: 'ScimUpstreamDown', description: 'Calls to Collate, each attempt.', queries: [[per('upstream_requests_total', 'operation'), '{{operation}}']] },
      { title: 'Calls that fail', width: 8, unit: 'reqps', alert: 'ScimUpstreamDown', description: 'By the kind of failure. not-found and conflict are answers like others.', queries: [[per('upstream_requests_total', 'outcome', `${of}, outcome!="ok"`), '{{outcome}}']] },
      { title: 'Time of calls', width: 8, unit: 's', alert: 'ScimGatewayLatencyBudgetBurn', description: 'Waiting for a place included.', queries: quantiles('upstream_request_duration_seconds') },
      { title: 'Repetitions', width: 8, unit: 'reqps', alert: 'ScimUpstreamDown', description: 'Calls that were repeated by reason, and those that were not since too many were.', queries: [[per('upstream_retries_total', 'reason'), '{{reason}}'], [per('upstream_retry_budget_exhausted_total', 'target'), 'not repeated'], [per('upstream_rate_limited_total', 'target'), '429']] },
      { title: 'Places and calls', width: 8, unit: 'short', alert: 'ScimDeprovisionDelayed', description: 'Calls that may be under way, are, and wait; fewer places than COLLATE_CONCURRENCY say that Collate is or was ill.', queries: [[gauge('min', 'upstream_concurrency_limit', 'target'), 'places (least)'], [gauge('sum', 'upstream_in_flight', 'target'), 'under way'], [gauge('sum', 'upstream_waiting', 'priority'), 'wait, {{priority}}']] },
      { title: 'Circuit breaker', kind: 'state-timeline', width: 8, unit: 'short', alert: 'ScimCircuitBreakerOpen', description: '1 where calls are not sent, since most failed.', steps: [[1, 'red']], queries: [[`max by (instance) (1 - scim_gateway_circuit_breaker_state{${of}, state="closed"})`, '{{instance}}']] },
      { title: 'Breaker: changes and calls kept', width: 24, unit: 'short', alert: 'ScimCircuitBreakerFlapping', description: 'How often it opened and closed, and what it kept back.', queries: [[`sum by (from, to) (increase(scim_gateway_circuit_breaker_transitions_total{${of}}[$__rate_interval]))`, '{{from}} to {{to}}'], [`sum(increase(scim_gateway_circuit_breaker_rejected_total{${of}}[$__rate_interval]))`, 'calls kept']] },
    ],
  },
  {
    title: 'Cache and Redis',
    height: 7,
    panels: [
      { title: 'Hit ratio', width: 8, unit: 'percentunit', max: 1, alert: 'ScimCacheHitRatioLow', description: 'Share of look-ups that the cache answered.', queries: [[`sum by (cache) (rate(scim_gateway_cache_requests_total{${of}, result="hit"}[$__rate_interval])) / (sum by (cache) (rate(scim_gateway_cache_requests_total{${of}}[$__rate_interval])) > 0)`, '{{cache}}']] },
      { title: 'Invalidations', width: 8, unit: 'ops', alert: 'ScimCacheHitRatioLow', description: 'Times that cached look-ups were given up for a write.', queries: [[per('cache_invalidation_total', 'cache'), '{{cache}}']] },
      { title: 'Redis reached', kind: 'state-timeline', width: 8, unit: 'short', alert: 'ScimRedisDegraded', description: '1 where a replica does not reach the Redis that it should.', steps: [[1, 'red']], queries: [[gauge('max', 'redis_degraded', 'instance'), '{{instance}}']] },
      { title: 'Commands', width: 8, unit: 'ops', alert: 'ScimRedisDegraded', description: 'Commands to Redis by what they are for, errors and reconnections.', queries: [[per('redis_commands_total', 'role, result'), '{{role}} {{result}}'], [per('redis_errors_total', 'job'), 'errors'], [per('redis_reconnects_total', 'job'), 'reconnections']] },
      { title: 'Time of commands', width: 8, unit: 's', alert: 'ScimRedisDegraded', description: '99th percentile, by what a command is for.', queries: [[quantile('0.99', 'redis_command_duration_seconds', ['role']), '{{role}}']] },
      { title: 'Time of cache operations', width: 8, unit: 's', alert: 'ScimRedisDegraded', description: '99th percentile, several commands each.', queries: [[quantile('0.99', 'cache_operation_duration_seconds', ['op']), '{{op}}']] },
    ],
  },
  {
    title: 'People and groups',
    height: 7,
    panels: [
      { title: 'People', width: 8, unit: 'ops', alert: 'ScimIdpFailing', description: 'Users asked to be created or taken over, and to be deactivated or deleted, by how that ended.', queries: [[per('users_provisioned_total', 'result', tenant), 'created, {{result}}'], [per('users_deactivated_total', 'result', tenant), 'deactivated, {{result}}']] },
      { title: 'Memberships', width: 8, unit: 'ops', alert: 'ScimIdpFailing', description: 'People who joined or left a group.', queries: [[per('group_membership_changes_total', 'change, result', tenant), '{{change}}, {{result}}']] },
      { title: 'Time to deactivate', width: 8, unit: 's', alert: 'ScimDeprovisionDelayed', description: 'From the request to Collate having confirmed it.', queries: quantiles('deprovision_latency_seconds', `${tenant}, result="ok"`) },
      { title: 'Waiting for turns', width: 8, unit: 's', alert: 'ScimLeasesRefused', description: 'How long a change waited to be alone with its users and groups, 99th percentile by how that ended.', queries: [[quantile('0.99', 'lease_wait_seconds', ['outcome']), '{{outcome}}']] },
      { title: 'Leases', width: 8, unit: 'short', alert: 'ScimLeasesLost', description: 'Leases lost, and for how long none is given after Redis lost some.', queries: [[`sum(increase(scim_gateway_leases_lost_total{${of}}[$__rate_interval]))`, 'lost'], [gauge('max', 'lease_pause_seconds', 'job'), 'pause in seconds']] },
      { title: 'Notices', width: 8, unit: 'short', alert: 'ScimTwinsFound', description: 'What was done otherwise than asked, and documents of ours that somebody else wrote.', queries: [[`sum by (kind) (increase(scim_gateway_provisioning_notices_total{${of}}[$__rate_interval]))`, '{{kind}}'], [`sum(increase(scim_gateway_foreign_documents_total{${of}}[$__rate_interval]))`, 'foreign documents']] },
    ],
  },
  {
    title: 'Security',
    height: 7,
    panels: [
      { title: 'Authentication', width: 8, unit: 'reqps', alert: 'ScimAuthFailuresSpike', description: 'Requests by how they authenticated, and what came of it.', queries: [[per('auth_attempts_total', 'method, result'), '{{method}} {{result}}']] },
      { title: 'Until tokens and certificates expire', kind: 'table', width: 8, unit: 's', alert: 'ScimTokenExpiring', description: 'Time left; tokens without an end are not here.', steps: [], queries: [[`${gauge('min', 'token_expiry_timestamp_seconds', 'token_id')} - time()`, 'SCIM token'], [`${gauge('min', 'upstream_token_expiry_timestamp_seconds', 'target')} - time()`, "Collate's token"], [`${gauge('min', 'certificate_expiry_timestamp_seconds', 'certificate')} - time()`, 'certificate']] },
      { title: "Collate refuses our token", kind: 'state-timeline', width: 8, unit: 'short', alert: 'ScimUpstreamCredentialRefused', description: "1 where Collate does not accept the gateway's own token, or its document store refuses us.", steps: [[1, 'red']], queries: [[gauge('max', 'upstream_credential_refused', 'instance'), 'token, {{instance}}'], [gauge('max', 'document_store_state', 'instance', `${of}, state="refused"`), 'documents, {{instance}}']] },
      { title: 'Audit', width: 12, unit: 'ops', alert: 'ScimAuditDropped', description: 'Audit events written and lost, and lines of the log that could not be written.', queries: [[per('audit_events_total', 'result'), '{{result}}'], [per('log_write_errors_total', 'job'), 'lines lost']] },
      { title: 'Read-only', kind: 'state-timeline', width: 12, unit: 'short', alert: 'ScimReadOnly', description: '1 where changes are refused.', steps: [[1, 'orange']], queries: [[gauge('max', 'read_only', 'instance'), '{{instance}}']] },
    ],
  },
  {
    title: 'Processes',
    height: 7,
    panels: [
      { title: 'Replicas', kind: 'stat', width: 4, unit: 'short', alert: 'ScimGatewayReplicasBelowMinimum', description: 'Replicas that can be scraped, and of them those about to stop.', steps: [], queries: [[`sum(scim_gateway:replicas:up{${of}})`, 'up'], [`sum(scim_gateway_draining{${of}})`, 'stopping']] },
      { title: 'Versions', kind: 'table', width: 8, unit: 'short', alert: 'ScimGatewayErrorBudgetBurnFast', description: 'What runs.', steps: [], queries: [[`count by (version, revision, node) (scim_gateway_build_info{${of}})`, 'replicas']] },
      { title: 'CPU', width: 12, unit: 'short', alert: 'ScimEventLoopLag', description: 'Processors used, by replica.', queries: [[ours('rate(process_cpu_seconds_total[$__rate_interval])'), '{{instance}}']] },
      { title: 'Memory', width: 8, unit: 'bytes', alert: 'ScimMemoryNearLimit', description: 'Resident memory, and the heap in use.', queries: [[ours('process_resident_memory_bytes'), 'resident, {{instance}}'], [ours('nodejs_heap_size_used_bytes'), 'heap, {{instance}}']] },
      { title: 'Event loop', width: 8, unit: 's', alert: 'ScimEventLoopLag', description: 'How late the event loop is, 99th percentile.', queries: [[ours('nodejs_eventloop_lag_p99_seconds'), '{{instance}}']] },
      { title: 'Garbage collection', width: 8, unit: 'percentunit', alert: 'ScimEventLoopLag', description: 'Share of time spent collecting.', queries: [[ours('sum by (job, instance) (rate(nodejs_gc_duration_seconds_sum[$__rate_interval]))'), '{{instance}}']] },
      { title: 'Restarts', width: 8, unit: 'short', alert: 'ScimGatewayRestarting', description: 'Starts within an hour.', queries: [[ours('changes(process_start_time_seconds[1h])'), '{{instance}}']] },
      { title: 'Files read again', width: 8, unit: 'short', alert: 'ScimConfigReloadFailed', description: '0 where a changed file could not be used; what was there before stays in force.', queries: [[gauge('min', 'config_last_reload_successful', 'kind'), '{{kind}}']] },
      { title: 'Look-ups in memory', width: 8, unit: 'short', alert: 'ScimMemoryNearLimit', description: 'Entries of a cache in memory; none where replicas share a Redis.', queries: [[gauge('sum', 'cache_entries', 'instance'), '{{instance}}']] },
    ],
  },
];
