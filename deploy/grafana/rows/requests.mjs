import { gauge, per, quantile, quantiles, tenant } from '../queries.mjs';

export const traffic = {
  title: 'Traffic',
  height: 7,
  panels: [
    {
      title: 'Requests by operation',
      width: 8,
      unit: 'reqps',
      alert: 'ScimIdpSilent',
      description: 'Requests of providers by operation.',
      queries: [[per('http_requests_total', 'resource, operation', tenant), '{{resource}} {{operation}}']],
    },
    {
      title: 'Requests by status',
      width: 8,
      unit: 'reqps',
      alert: 'ScimGatewayErrorBudgetBurnFast',
      description: 'Answers by status; 499 is a client that disconnected before the answer.',
      queries: [[per('http_requests_total', 'code', tenant), '{{code}}']],
    },
    {
      title: 'Requests by tenant',
      width: 8,
      unit: 'reqps',
      alert: 'ScimTenantErrors',
      description: 'Requests by provider; none: the token is unknown or missing.',
      queries: [[per('http_requests_total', 'tenant', tenant), '{{tenant}}']],
    },
    {
      title: '5xx by cause',
      width: 8,
      unit: 'reqps',
      alert: 'ScimGatewayErrorBudgetBurnFast',
      description: 'Whether Collate or the gateway, including its Redis, is the cause.',
      queries: [[per('http_server_errors_total', 'origin', tenant), '{{origin}}']],
    },
    {
      title: 'In flight',
      width: 8,
      unit: 'short',
      alert: 'ScimRequestsShed',
      description: 'Requests that are being served, by replica.',
      queries: [[gauge('sum', 'http_requests_in_flight', 'instance'), '{{instance}}']],
    },
    {
      title: 'Turned away',
      width: 8,
      unit: 'reqps',
      alert: 'ScimRequestsShed',
      description: '503 because of overload by reason, and 429 to a token that exceeds its share.',
      queries: [
        [per('http_requests_shed_total', 'reason', tenant), '{{reason}}'],
        [per('rate_limited_total', 'scope', tenant), '429 {{scope}}'],
      ],
    },
    {
      title: 'Size of requests',
      width: 12,
      unit: 'bytes',
      alert: 'ScimRequestsShed',
      description: 'Bodies that providers send, 95th percentile.',
      queries: [[quantile('0.95', 'http_request_size_bytes', ['resource', 'operation']), '{{resource}} {{operation}}']],
    },
    {
      title: 'Size of answers',
      width: 12,
      unit: 'bytes',
      alert: 'ScimGatewayLatencyBudgetBurn',
      description: 'Bodies of answers, 95th percentile.',
      queries: [
        [quantile('0.95', 'http_response_size_bytes', ['resource', 'operation']), '{{resource}} {{operation}}'],
      ],
    },
  ],
};

export const latency = {
  title: 'Latency',
  height: 7,
  panels: [
    {
      title: 'All requests',
      width: 8,
      unit: 's',
      alert: 'ScimGatewayLatencyBudgetBurn',
      description: 'Time from the first byte of a request to the last of its answer.',
      queries: quantiles('http_request_duration_seconds', tenant),
    },
    {
      title: 'p99 by operation',
      width: 8,
      unit: 's',
      alert: 'ScimGatewayLatencyBudgetBurn',
      description: 'Latency by operation.',
      queries: [
        [
          quantile('0.99', 'http_request_duration_seconds', ['resource', 'operation'], tenant),
          '{{resource}} {{operation}}',
        ],
      ],
    },
    {
      title: 'Distribution',
      kind: 'heatmap',
      width: 8,
      unit: 'short',
      alert: 'ScimGatewayLatencyBudgetBurn',
      description: 'Number of requests by latency.',
      queries: [
        [
          `sum by (le) (increase(scim_gateway_http_request_duration_seconds_bucket{${tenant}}[$__rate_interval]))`,
          '{{le}}',
        ],
      ],
    },
  ],
};
