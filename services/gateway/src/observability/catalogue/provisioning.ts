import { quirkIds, scimTypes } from '@scim-gateway/scim';
import { documentStoreStates, filterSupports, noticeKinds } from '../../provisioning/events.ts';
import { counter, gauge, histogram, tenant } from './declaration.ts';

/** How something that a provider asked for ended: done, refused for good, or failed so that it has to be asked again. */
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

/** How filters were answered: by a look-up, by going through all resources, or not at all. */
export const supports = [...filterSupports, 'rejected'] as const;
export type Support = (typeof supports)[number];

/** What providers ask for, and what becomes of people and groups. */
export const provisioningMetrics = {
  scimErrors: counter('scim_errors_total', 'SCIM errors answered.', {
    labels: { tenant, scim_type: [...scimTypes, 'none'] },
  }),
  patchOperations: counter('patch_operations_total', 'Operations in PATCH requests.', {
    labels: { tenant, op: patchOperations },
  }),
  bulkOperations: counter(
    'bulk_operations_total',
    'Operations in bulk requests that were carried out, by how each ended.',
    { labels: { tenant, result: results } },
  ),
  filterRequests: counter(
    'filter_requests_total',
    'Lists asked for with a filter: answered by a look-up (native), by going through all resources (emulated), or the filter was refused (rejected).',
    { labels: { tenant, support: supports } },
  ),
  listResults: histogram(
    'list_results',
    'Resources in an answer to a list request.',
    [0, 1, 10, 50, 100, 250, 500, 1_000, 5_000],
    { labels: { tenant, resource: provisionedResources } },
  ),
  quirks: counter('quirk_normalizations_total', 'Deviations of providers that were taken.', {
    labels: { tenant, quirk: quirkIds },
  }),
  etagConflicts: counter(
    'etag_conflicts_total',
    'Changes refused with 412, since the resource was no longer what If-Match names.',
    { labels: { resource: provisionedResources } },
  ),
  usersProvisioned: counter('users_provisioned_total', 'Users asked to be created or taken over, by how that ended.', {
    labels: { tenant, result: results },
  }),
  usersDeactivated: counter(
    'users_deactivated_total',
    'Users asked to be deactivated or deleted, by how that ended; ok is confirmed by Collate.',
    { labels: { tenant, result: results } },
  ),
  deprovisionLatency: histogram(
    'deprovision_latency_seconds',
    'Time from the arrival of a request that deactivates or deletes a user to its end; ok is confirmed by Collate, failed has to be asked again.',
    [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
    { labels: { tenant, result: results } },
  ),
  membershipChanges: counter(
    'group_membership_changes_total',
    'People who joined or left a group; those of failed are named by a change that failed, some of which may have been made.',
    { labels: { tenant, change: membershipChanges, result: membershipResults } },
  ),
  notices: counter('provisioning_notices_total', 'What was done otherwise than asked, or deserves an eye.', {
    labels: { kind: noticeKinds },
  }),
  foreignDocuments: counter('foreign_documents_total', 'Documents of ours that somebody else wrote; ignored.'),
  documentStore: gauge(
    'document_store_state',
    "What Collate's document store is to us: the series that is 1; none is before the first request.",
    { state: documentStoreStates },
  ),
};
