import type { Indexes, Locks, Store } from '@scim-gateway/cache';
import type { CollateClient } from '@scim-gateway/collate-client';
import type { ResourceType } from '@scim-gateway/scim';
import { createAttributeMap } from '../translation/attribute-map.ts';
import { createAccess } from './collate/access.ts';
import { createDirectory } from './directory/directory.ts';
import { withScimErrors } from './errors.ts';
import type { ProvisioningEvents } from './events.ts';
import { createGroupService } from './groups/service.ts';
import { createBookmarkStore } from './lists/bookmark-store.ts';
import { createPager } from './lists/pager.ts';
import type { ResourceService } from './service.ts';
import { createSessions } from './session.ts';
import type { ProvisioningSettings } from './settings.ts';
import { createUserService } from './users/service.ts';

/** What the use cases are built from. */
export interface ProvisioningOptions {
  readonly client: CollateClient;
  readonly store: Store;
  readonly indexes: Indexes;
  readonly locks: Locks;
  readonly settings: ProvisioningSettings;
  /** A resource's URL, from its endpoint (`/Users`) and id. */
  locate(endpoint: string, id: string): string;
  /** Milliseconds since the epoch. */
  clock(): number;
  readonly events: ProvisioningEvents;
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
  const findUpstream = createAccess({ client, settings, events, clock });
  const open = createSessions(findUpstream, {
    settings,
    presentation: { map, locate: options.locate },
    locks: options.locks,
    directory: createDirectory({ store, indexes, settings, map, events }),
    pager: createPager({
      bookmarks: createBookmarkStore({ store, ttlMs: settings.cacheTtlMs }),
      cursorSecret: options.cursorSecret,
      clock,
    }),
    events,
    clock,
  });
  return {
    users: withScimErrors(createUserService(open)),
    groups: withScimErrors(createGroupService(open)),
    describeTypes: () => [map.userType, map.groupType],
  };
}
