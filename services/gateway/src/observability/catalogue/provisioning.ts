import { duties } from '@scim-gateway/collate-client/model';
import { quirkIds, scimTypes } from '@scim-gateway/scim';
import { documentStoreStates, filterSupports, noticeKinds } from '../../provisioning/events.ts';
import { counter, gauge, histogram, tenant } from './declaration.ts';

/** The result of a request: done, refused for good, or failed so that the provider has to repeat it. */
export const results = ['ok', 'refused', 'failed'] as const;
export type Result = (typeof results)[number];

/** The operations of a PATCH request; `other` for one that RFC 7644 does not know. */
export const patchOperations = ['add', 'replace', 'remove', 'other'] as const;
export type PatchOperation = (typeof patchOperations)[number];

/** The resources that providers manage. */
export const provisionedResources = ['user', 'group'] as const;
export type ProvisionedResource = (typeof provisionedResources)[number];

export const membershipChanges = ['add', 'remove'] as const;
export type MembershipChange = (typeof membershipChanges)[number];

/** A change of members that failed may have been made in part. */
export const membershipResults = ['ok', 'failed'] as const;
export type MembershipResult = (typeof membershipResults)[number];

/** How a filter was answered: by a look-up, by a scan of all resources, or not at all. */
export const supports = [...filterSupports, 'rejected'] as const;
export type Support = (typeof supports)[number];

/** Requests of providers, and the changes of users and groups that they lead to. */
export const provisioningMetrics = {
  scimErrors: counter('scim_errors_total', 'SCIM error responses.', {
    labels: { tenant, scim_type: [...scimTypes, 'none'] },
  }),
  patchOperations: counter('patch_operations_total', 'Operations in PATCH requests.', {
    labels: { tenant, op: patchOperations },
  }),
  bulkOperations: counter('bulk_operations_total', 'Executed operations of bulk requests, by result.', {
    labels: { tenant, result: results },
  }),
  filterRequests: counter(
    'filter_requests_total',
    'List requests with a filter: answered by a look-up (native) or by a scan of all resources (emulated), or refused (rejected).',
    { labels: { tenant, support: supports } },
  ),
  listResults: histogram(
    'list_results',
    'Resources in the response to a list request.',
    [0, 1, 10, 50, 100, 250, 500, 1_000, 5_000],
    { labels: { tenant, resource: provisionedResources } },
  ),
  quirks: counter(
    'quirk_normalizations_total',
    'Deviations from the RFCs that the tolerant profile accepted; docs/quirks.md describes each.',
    {
      labels: { tenant, quirk: quirkIds },
    },
  ),
  etagConflicts: counter(
    'etag_conflicts_total',
    'Writes refused with 412 because the resource is not in the version that If-Match names.',
    { labels: { resource: provisionedResources } },
  ),
  usersProvisioned: counter('users_provisioned_total', 'Requests to create or adopt a user, by result.', {
    labels: { tenant, result: results },
  }),
  usersDeactivated: counter(
    'users_deactivated_total',
    'Requests to deactivate or delete a user, by result; Collate has confirmed ok.',
    { labels: { tenant, result: results } },
  ),
  deprovisionLatency: histogram(
    'deprovision_latency_seconds',
    'Time from the arrival of a request that deactivates or deletes a user to its end. Collate has confirmed ok; the provider has to repeat failed.',
    [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
    { labels: { tenant, result: results } },
  ),
  membershipChanges: counter(
    'group_membership_changes_total',
    'Members added to or removed from groups. A failed change counts all its members; some may have been changed.',
    { labels: { tenant, change: membershipChanges, result: membershipResults } },
  ),
  notices: counter(
    'provisioning_notices_total',
    'Results other than the request asked for, and events that deserve attention, by kind.',
    {
      labels: { kind: noticeKinds },
    },
  ),
  foreignDocuments: counter(
    'foreign_documents_total',
    'Annotations that were ignored because another account wrote them.',
  ),
  documentStore: gauge(
    'document_store_state',
    "The state of Collate's document store: the series that is 1. All are 0 before the first request.",
    { state: documentStoreStates },
  ),
  rightsMissing: gauge(
    'collate_rights_missing',
    'Whether the bot that was asked about last lacks a right (1) for this part of provisioning; docs/collate.md has the remedies.',
    { duty: duties },
  ),
};
