import { gauge, of, per, quantiles } from '../queries.mjs';

export const collate = {
  title: 'Collate',
  height: 7,
  panels: [
    {
      title: 'Calls',
      width: 8,
      unit: 'reqps',
      alert: 'ScimUpstreamDown',
      description: 'Calls to Collate, each attempt.',
      queries: [[per('upstream_requests_total', 'operation'), '{{operation}}']],
    },
    {
      title: 'Calls that fail',
      width: 8,
      unit: 'reqps',
      alert: 'ScimUpstreamDown',
      description: 'By the kind of failure. not-found and conflict are answers like others.',
      queries: [[per('upstream_requests_total', 'outcome', `${of}, outcome!="ok"`), '{{outcome}}']],
    },
    {
      title: 'Time of calls',
      width: 8,
      unit: 's',
      alert: 'ScimGatewayLatencyBudgetBurn',
      description: 'Waiting for a place included.',
      queries: quantiles('upstream_request_duration_seconds'),
    },
    {
      title: 'Repetitions',
      width: 8,
      unit: 'reqps',
      alert: 'ScimUpstreamDown',
      description: 'Calls that were repeated by reason, and those that were not since too many were.',
      queries: [
        [per('upstream_retries_total', 'reason'), '{{reason}}'],
        [per('upstream_retry_budget_exhausted_total', 'target'), 'not repeated'],
        [per('upstream_rate_limited_total', 'target'), '429'],
      ],
    },
    {
      title: 'Places and calls',
      width: 8,
      unit: 'short',
      alert: 'ScimDeprovisionDelayed',
      description:
        'Calls that may be under way, are, and wait; fewer places than COLLATE_CONCURRENCY say that Collate is or was ill.',
      queries: [
        [gauge('min', 'upstream_concurrency_limit', 'target'), 'places (least)'],
        [gauge('sum', 'upstream_in_flight', 'target'), 'under way'],
        [gauge('sum', 'upstream_waiting', 'priority'), 'wait, {{priority}}'],
      ],
    },
    {
      title: 'Circuit breaker',
      kind: 'state-timeline',
      width: 8,
      unit: 'short',
      alert: 'ScimCircuitBreakerOpen',
      description: '1 where calls are not sent, since most failed.',
      steps: [[1, 'red']],
      queries: [[`max by (instance) (1 - scim_gateway_circuit_breaker_state{${of}, state="closed"})`, '{{instance}}']],
    },
    {
      title: 'Breaker: changes and calls kept',
      width: 24,
      unit: 'short',
      alert: 'ScimCircuitBreakerFlapping',
      description: 'How often it opened and closed, and what it kept back.',
      queries: [
        [
          `sum by (from, to) (increase(scim_gateway_circuit_breaker_transitions_total{${of}}[$__rate_interval]))`,
          '{{from}} to {{to}}',
        ],
        [`sum(increase(scim_gateway_circuit_breaker_rejected_total{${of}}[$__rate_interval]))`, 'calls kept'],
      ],
    },
  ],
};
