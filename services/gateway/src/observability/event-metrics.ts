import type { QuirkId, ScimType } from '@scim-gateway/scim';
import type { NoticeKind } from '../provisioning/events.ts';
import {
  type MembershipChange,
  type MembershipResult,
  type PatchOperation,
  type ProvisionedResource,
  provisioningMetrics,
  type Result,
  type Support,
} from './catalogue/provisioning.ts';
import type { RequestOperation } from './catalogue/traffic.ts';
import type { MetricFactory } from './metric-factory.ts';

/** One request, or operation of a bulk request, that deactivates or deletes a user. */
export interface Deprovisioning {
  readonly tenant: string;
  readonly status: number;
  /** Since the arrival of the request. */
  readonly seconds: number;
}

/** A create, replace, patch or delete of one resource that has ended. */
export interface Write {
  readonly tenant: string;
  readonly resource: ProvisionedResource;
  readonly operation: RequestOperation;
  readonly status: number;
}

/** How many members a change adds to a group or removes from it. */
export interface MembershipCount {
  readonly change: MembershipChange;
  readonly members: number;
  readonly result: MembershipResult;
}

/** What requests led to: errors, quirks, lists, changes of users and groups, notices. */
export function createEventMetrics(make: MetricFactory) {
  const quirks = make.counter(provisioningMetrics.quirks);
  const patches = make.counter(provisioningMetrics.patchOperations);
  const filters = make.counter(provisioningMetrics.filterRequests);
  const lists = make.histogram(provisioningMetrics.listResults);
  const notices = make.counter(provisioningMetrics.notices);
  const foreign = make.counter(provisioningMetrics.foreignDocuments);
  const errors = make.counter(provisioningMetrics.scimErrors);
  return {
    scimError: (tenant: string, scimType: ScimType | undefined) => {
      errors(tenant, scimType ?? 'none').total += 1;
    },
    quirk: (tenant: string, quirk: QuirkId) => {
      quirks(tenant, quirk).total += 1;
    },
    patchOperation: (tenant: string, op: PatchOperation) => {
      patches(tenant, op).total += 1;
    },
    filterRequest: (tenant: string, support: Support) => {
      filters(tenant, support).total += 1;
    },
    listAnswered: (tenant: string, resource: ProvisionedResource, count: number) =>
      lists(tenant, resource).observe(count),
    notice: (kind: NoticeKind) => {
      notices(kind).total += 1;
    },
    foreignDocument: () => {
      foreign().total += 1;
    },
    ...createWriteMetrics(make),
  };
}

/** The results of writes. */
function createWriteMetrics(make: MetricFactory) {
  const bulk = make.counter(provisioningMetrics.bulkOperations);
  const conflicts = make.counter(provisioningMetrics.etagConflicts);
  const provisioned = make.counter(provisioningMetrics.usersProvisioned);
  const deactivated = make.counter(provisioningMetrics.usersDeactivated);
  const latencies = make.histogram(provisioningMetrics.deprovisionLatency);
  const memberships = make.counter(provisioningMetrics.membershipChanges);
  return {
    bulkOperation: (tenant: string, status: number) => {
      bulk(tenant, toResult(status)).total += 1;
    },
    /** A write has ended, alone or within a bulk request. */
    writeEnded: ({ tenant, resource, operation, status }: Write) => {
      if (status === 412) conflicts(resource).total += 1;
      if (resource === 'user' && operation === 'create') provisioned(tenant, toResult(status)).total += 1;
    },
    deprovisioned: ({ tenant, status, seconds }: Deprovisioning) => {
      const result = toResult(status);
      deactivated(tenant, result).total += 1;
      latencies(tenant, result).observe(seconds);
    },
    membershipChanged: (tenant: string, { change, members, result }: MembershipCount) => {
      if (members > 0) memberships(tenant, change, result).total += members;
    },
  };
}

/** The status of a request whose client disconnected before the answer. */
const clientGone = 499;
const tooManyRequests = 429;

/** Whether the provider is done, is refused for good, or has to repeat the request. */
function toResult(status: number): Result {
  if (status < 400) return 'ok';
  return status >= 500 || status === tooManyRequests || status === clientGone ? 'failed' : 'refused';
}
