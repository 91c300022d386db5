import type { Indexes, Store } from '@scim-gateway/cache';
import type { CollateClient } from '@scim-gateway/collate-client';
import type { ResourceType } from '@scim-gateway/scim';
import { createAttributeMap } from '../translation/attribute-map.ts';
import { createAccess } from './collate/access.ts';
import { createDirectory } from './directory/directory.ts';
import { withScimErrors } from './errors.ts';
import { createGroupService } from './groups/service.ts';
import { createPager } from './lists/pager.ts';
import type { ResourceService } from './service.ts';
import { createSessions, type SessionTools } from './session.ts';
import { createUserService } from './users/service.ts';

/** What the use cases are built from. */
export interface ProvisioningOptions extends Pick<SessionTools, 'locks' | 'settings' | 'events' | 'clock'> {
  readonly client: CollateClient;
  readonly store: Store;
  readonly indexes: Indexes;
  /** A resource's URL, from its endpoint (`/Users`) and id. */
  locate(endpoint: string, id: string): string;
  /** The secret that cursors are sealed with; all replicas share it. */
  cursorSecret(): string;
}

/** The use cases behind the SCIM endpoints. */
export interface Provisioning {
  readonly users: ResourceService;
  readonly groups: ResourceService;
  /** The resource types with the attributes that this deployment stores, for the discovery documents. */
  describeTypes(): readonly ResourceType[];
}

/** Wires the use cases. Calls Collate with the first request, not before. */
export function createProvisioning(options: ProvisioningOptions): Provisioning {
  const { client, store, indexes, settings, events, clock } = options;
  const map = createAttributeMap(settings.rememberedAttributes);
  const findUpstream = createAccess({
    client,
    clock,
    trustedBots: settings.trustedBots,
    onDocumentStore: (state) => events.onDocumentStore?.(state),
  });
  const open = createSessions(findUpstream, {
    settings,
    presentation: { map, locate: options.locate },
    locks: options.locks,
    directory: createDirectory({ store, indexes, settings, map, events }),
    pager: createPager({ store, ttlMs: settings.cacheTtlMs, cursorSecret: options.cursorSecret, clock }),
    events,
    clock,
  });
  return {
    users: withScimErrors(createUserService(open)),
    groups: withScimErrors(createGroupService(open)),
    describeTypes: () => [map.userType, map.groupType],
  };
}
