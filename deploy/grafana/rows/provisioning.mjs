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
      description: 'Errors answered, by the scimType of RFC 7644.',
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
      description: 'native: by a look-up; emulated: by going through all resources, which is slow; rejected: refused.',
      queries: [[per('filter_requests_total', 'support', tenant), '{{support}}']],
    },
    {
      title: 'Deviations taken',
      width: 8,
      unit: 'ops',
      alert: 'ScimIdpFailing',
      description: 'Deviations of providers from the RFCs; docs/quirks.md has each.',
      queries: [[per('quirk_normalizations_total', 'quirk', tenant), '{{quirk}}']],
    },
    {
      title: 'Resources per list',
      width: 8,
      unit: 'short',
      alert: 'ScimGatewayLatencyBudgetBurn',
      description: 'How long answered lists are, 95th percentile.',
      queries: [[quantile('0.95', 'list_results', ['resource'], tenant), '{{resource}}']],
    },
    {
      title: 'Bulk operations and ETag conflicts',
      width: 8,
      unit: 'ops',
      alert: 'ScimIdpFailing',
      description: 'Operations in bulk requests by their end, and changes refused with 412.',
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
      description: 'How long ago each called, and how long ago it succeeded.',
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
      description: 'A saw is a provider that polls (Entra: every 40 minutes).',
      queries: [[`time() - ${gauge('max', 'idp_last_request_timestamp_seconds', 'tenant', tenant)}`, '{{tenant}}']],
    },
    {
      title: 'Pauses between cycles',
      width: 8,
      unit: 's',
      alert: 'ScimIdpSilent',
      description: 'Silence between two requests of a minute or more, median of 6 hours.',
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
  title: 'People and groups',
  height: 7,
  panels: [
    {
      title: 'People',
      width: 8,
      unit: 'ops',
      alert: 'ScimIdpFailing',
      description: 'Users asked to be created or taken over, and to be deactivated or deleted, by how that ended.',
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
      description: 'People who joined or left a group.',
      queries: [[per('group_membership_changes_total', 'change, result', tenant), '{{change}}, {{result}}']],
    },
    {
      title: 'Time to deactivate',
      width: 8,
      unit: 's',
      alert: 'ScimDeprovisionDelayed',
      description: 'From the request to Collate having confirmed it.',
      queries: quantiles('deprovision_latency_seconds', `${tenant}, result="ok"`),
    },
    {
      title: 'Waiting for turns',
      width: 8,
      unit: 's',
      alert: 'ScimLeasesRefused',
      description: 'How long a change waited to be alone with its users and groups, 99th percentile by how that ended.',
      queries: [[quantile('0.99', 'lease_wait_seconds', ['outcome']), '{{outcome}}']],
    },
    {
      title: 'Leases',
      width: 8,
      unit: 'short',
      alert: 'ScimLeasesLost',
      description: 'Leases lost, and for how long none is given after Redis lost some.',
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
      description: 'What was done otherwise than asked, and documents of ours that somebody else wrote.',
      queries: [
        [`sum by (kind) (increase(scim_gateway_provisioning_notices_total{${of}}[$__rate_interval]))`, '{{kind}}'],
        [`sum(increase(scim_gateway_foreign_documents_total{${of}}[$__rate_interval]))`, 'foreign documents'],
      ],
    },
  ],
};
