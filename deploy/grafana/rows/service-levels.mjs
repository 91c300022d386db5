import { badShare, of } from '../queries.mjs';

export const serviceLevels = {
  title: 'Service levels',
  height: 6,
  panels: [
    {
      title: 'Error budget left of 30 days',
      kind: 'stat',
      width: 8,
      unit: 'percentunit',
      alert: 'ScimGatewayErrorBudgetBurnSlow',
      description: 'Share of the allowed failures that is left; below 0, the objective is missed.',
      steps: [],
      queries: [
        [
          `1 - sum by (slo) (sum_over_time(scim_gateway:slo_bad_events:increase5m{${of}}[30d])) / (sum by (slo) (sum_over_time(scim_gateway:slo_events:increase5m{${of}}[30d])) > 0) / on (slo) scim_gateway:slo_error_budget:ratio`,
          '{{slo}}',
        ],
      ],
    },
    {
      title: 'Burn rate, 1 hour',
      width: 8,
      unit: 'none',
      alert: 'ScimGatewayErrorBudgetBurnFast',
      description: 'How many times too fast the budget is used: 1 lasts 30 days, 14.4 pages.',
      queries: [[`max by (slo) (scim_gateway:slo_burn_rate:1h{${of}})`, '{{slo}}']],
    },
    {
      title: 'Burn rate, 6 hours and 3 days',
      width: 8,
      unit: 'none',
      alert: 'ScimGatewayErrorBudgetBurnSlow',
      description: 'Slow burns: 6 over 6 hours pages, 1 over 3 days opens a ticket.',
      queries: [
        [`max by (slo) (scim_gateway:slo_burn_rate:6h{${of}})`, '{{slo}} 6h'],
        [`max by (slo) (scim_gateway:slo_burn_rate:3d{${of}})`, '{{slo}} 3d'],
      ],
    },
    {
      title: 'Requests that fail',
      width: 8,
      unit: 'percentunit',
      alert: 'ScimGatewayErrorBudgetBurnFast',
      description: 'Share of 5xx and of disconnected clients; refusals by rule do not count.',
      queries: [
        [badShare('availability'), 'all'],
        [badShare('availability-gateway'), 'caused by the gateway'],
      ],
    },
    {
      title: 'Requests that are slow',
      width: 8,
      unit: 'percentunit',
      alert: 'ScimGatewayLatencyBudgetBurn',
      description: 'Share of answers that took more than 1 s (lists: 2.5 s).',
      queries: [[badShare('latency'), 'slow']],
    },
    {
      title: 'Deactivations that fail or are late',
      width: 8,
      unit: 'percentunit',
      alert: 'ScimDeprovisionDelayed',
      description: 'Share of deactivations and deletions that Collate did not confirm within 60 s.',
      queries: [[badShare('deprovisioning'), 'late or failed']],
    },
  ],
};
