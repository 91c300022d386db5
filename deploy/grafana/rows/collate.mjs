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
      description: 'Calls to Collate. Each attempt counts.',
      queries: [[per('upstream_requests_total', 'operation'), '{{operation}}']],
    },
    {
      title: 'Calls that fail',
      width: 8,
      unit: 'reqps',
      alert: 'ScimUpstreamDown',
      description: 'Failures by kind. not-found and conflict are regular answers.',
      queries: [[per('upstream_requests_total', 'outcome', `${of}, outcome!="ok"`), '{{outcome}}']],
    },
    {
      title: 'Time of calls',
      width: 8,
      unit: 's',
      alert: 'ScimGatewayLatencyBudgetBurn',
      description: 'Includes the wait for a free slot.',
      queries: quantiles('upstream_request_duration_seconds'),
    },
    {
      title: 'Repetitions',
      width: 8,
      unit: 'reqps',
      alert: 'ScimUpstreamDown',
      description: 'Repeated calls by reason, and calls that were not repeated because the retry budget was used up.',
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
        'Allowed, current and waiting calls. Fewer allowed calls than COLLATE_CONCURRENCY: Collate is or was slow or failing.',
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
      description: '1 while calls are blocked because most failed.',
      steps: [[1, 'red']],
      queries: [[`max by (instance) (1 - scim_gateway_circuit_breaker_state{${of}, state="closed"})`, '{{instance}}']],
    },
    {
      title: 'Breaker: changes and calls kept',
      width: 24,
      unit: 'short',
      alert: 'ScimCircuitBreakerFlapping',
      description: 'State changes of the circuit breaker, and calls that it blocked.',
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
