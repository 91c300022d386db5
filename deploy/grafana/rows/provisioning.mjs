import { gauge, of, per, quantile, quantiles, tenant } from '../queries.mjs';

export const scim = {
  title: 'SCIM',
  height: 7,
  panels: [
    {
      title: 'Errors by type',
      width: 8,
      unit: 'reqps',
      alert: 'ScimIdpFailing',
      description: 'Error answers by the scimType of RFC 7644.',
      queries: [[per('scim_errors_total', 'scim_type', tenant), '{{scim_type}}']],
    },
    {
      title: 'PATCH operations',
      width: 8,
      unit: 'ops',
      alert: 'ScimIdpFailing',
      description: 'Operations in PATCH requests.',
      queries: [[per('patch_operations_total', 'op', tenant), '{{op}}']],
    },
    {
      title: 'Filters',
      width: 8,
      unit: 'reqps',
      alert: 'ScimGatewayLatencyBudgetBurn',
      description:
        'native: answered by a look-up; emulated: answered by reading all resources, which is slow; rejected: refused.',
      queries: [[per('filter_requests_total', 'support', tenant), '{{support}}']],
    },
    {
      title: 'Deviations taken',
      width: 8,
      unit: 'ops',
      alert: 'ScimIdpFailing',
      description: 'Tolerated deviations of providers from the RFCs; docs/quirks.md describes each.',
      queries: [[per('quirk_normalizations_total', 'quirk', tenant), '{{quirk}}']],
    },
    {
      title: 'Resources per list',
      width: 8,
      unit: 'short',
      alert: 'ScimGatewayLatencyBudgetBurn',
      description: 'Length of list answers, 95th percentile.',
      queries: [[quantile('0.95', 'list_results', ['resource'], tenant), '{{resource}}']],
    },
    {
      title: 'Bulk operations and ETag conflicts',
      width: 8,
      unit: 'ops',
      alert: 'ScimIdpFailing',
      description: 'Operations in bulk requests by result, and changes refused with 412.',
      queries: [
        [per('bulk_operations_total', 'result', tenant), 'bulk {{result}}'],
        [per('etag_conflicts_total', 'resource'), '412 {{resource}}'],
      ],
    },
  ],
};

export const providers = {
  title: 'Identity providers',
  height: 7,
  panels: [
    {
      title: 'Providers',
      kind: 'table',
      width: 8,
      unit: 's',
      alert: 'ScimIdpSilent',
      description: 'Time since the last request and the last success of each provider.',
      steps: [[7200, 'orange']],
      queries: [
        [`time() - ${gauge('max', 'idp_last_request_timestamp_seconds', 'tenant', tenant)}`, 'last request'],
        [`time() - ${gauge('max', 'idp_last_success_timestamp_seconds', 'tenant', tenant)}`, 'last success'],
      ],
    },
    {
      title: 'Since the last request',
      width: 8,
      unit: 's',
      alert: 'ScimIdpSilent',
      description: 'A sawtooth is a provider that polls (Entra: every 40 minutes).',
      queries: [[`time() - ${gauge('max', 'idp_last_request_timestamp_seconds', 'tenant', tenant)}`, '{{tenant}}']],
    },
    {
      title: 'Pauses between cycles',
      width: 8,
      unit: 's',
      alert: 'ScimIdpSilent',
      description: 'Pauses of at least one minute between two requests, median of 6 hours.',
      queries: [
        [
          `histogram_quantile(0.5, sum by (le, tenant) (increase(scim_gateway_idp_sync_gap_seconds_bucket{${tenant}}[6h])))`,
          '{{tenant}}',
        ],
      ],
    },
  ],
};

export const people = {
  title: 'Users and groups',
  height: 7,
  panels: [
    {
      title: 'Users',
      width: 8,
      unit: 'ops',
      alert: 'ScimIdpFailing',
      description: 'Requests to create or adopt users, and to deactivate or delete them, by result.',
      queries: [
        [per('users_provisioned_total', 'result', tenant), 'created, {{result}}'],
        [per('users_deactivated_total', 'result', tenant), 'deactivated, {{result}}'],
      ],
    },
    {
      title: 'Memberships',
      width: 8,
      unit: 'ops',
      alert: 'ScimIdpFailing',
      description: 'Members added to and removed from groups.',
      queries: [[per('group_membership_changes_total', 'change, result', tenant), '{{change}}, {{result}}']],
    },
    {
      title: 'Time to deactivate',
      width: 8,
      unit: 's',
      alert: 'ScimDeprovisionDelayed',
      description: "From the request to Collate's confirmation.",
      queries: quantiles('deprovision_latency_seconds', `${tenant}, result="ok"`),
    },
    {
      title: 'Waiting for turns',
      width: 8,
      unit: 's',
      alert: 'ScimLeasesRefused',
      description: 'How long changes waited for the locks of their users and groups, 99th percentile by result.',
      queries: [[quantile('0.99', 'lease_wait_seconds', ['outcome']), '{{outcome}}']],
    },
    {
      title: 'Leases',
      width: 8,
      unit: 'short',
      alert: 'ScimLeasesLost',
      description: 'Lost leases, and the time without new leases after Redis lost data.',
      queries: [
        [`sum(increase(scim_gateway_leases_lost_total{${of}}[$__rate_interval]))`, 'lost'],
        [gauge('max', 'lease_pause_seconds', 'job'), 'pause in seconds'],
      ],
    },
    {
      title: 'Notices',
      width: 8,
      unit: 'short',
      alert: 'ScimTwinsFound',
      description:
        "Changes that were made differently than requested, and the gateway's documents that another account wrote.",
      queries: [
        [`sum by (kind) (increase(scim_gateway_provisioning_notices_total{${of}}[$__rate_interval]))`, '{{kind}}'],
        [`sum(increase(scim_gateway_foreign_documents_total{${of}}[$__rate_interval]))`, 'foreign documents'],
      ],
    },
  ],
};
