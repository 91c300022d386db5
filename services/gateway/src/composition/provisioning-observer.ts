import type { Logger } from '../observability/logger.ts';
import type { Metrics } from '../observability/metrics.ts';
import type { ProvisioningEvents } from '../provisioning/events.ts';

/** Counts the events of provisioning, and logs those that an operator should see. */
export function observeProvisioning(logger: Logger, metrics: Metrics): ProvisioningEvents {
  return {
    onRead: ({ cache, result }) => metrics.cacheRead(cache, result),
    onInvalidate: ({ cache }) => metrics.cacheInvalidated(cache),
    onFilter: ({ provider, support }) => metrics.filterRequest(provider, support),
    onMembership: ({ provider, added, removed, result }) => {
      metrics.membershipChanged(provider, { change: 'add', members: added, result });
      metrics.membershipChanged(provider, { change: 'remove', members: removed, result });
    },
    onCapabilities: (capabilities) => metrics.capabilities(capabilities),
    onForeignDocument: (name) => {
      metrics.foreignDocument();
      logger.warn('ignored an annotation that another account wrote', { document: name });
    },
    onNotice: (notice) => {
      metrics.notice(notice.kind);
      const { kind, ...facts } = notice;
      logger.warn(`provisioning: ${kind}`, facts);
    },
  };
}
