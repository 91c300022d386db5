import { type Indexes, LeaseError, type Locks, type Store } from '@scim-gateway/cache';
import type { CollateClient } from '@scim-gateway/collate-client';
import { CollateError } from '@scim-gateway/collate-client/model';
import { type ResourceType, ScimError, unavailable } from '@scim-gateway/scim';
import { createAttributeMap } from '../translation/attribute-map.ts';
import { toScimError } from '../translation/failures.ts';
import { createAccess } from './collate/access.ts';
import { explainTrouble } from './collate/locks.ts';
import { createDirectory } from './directory/directory.ts';
import type { ProvisioningEvents } from './events.ts';
import { createGroupService } from './groups/service.ts';
import { createBookmarkStore } from './lists/bookmark-store.ts';
import { createPager } from './lists/pager.ts';
import type { RequestContext, ResourceService } from './service.ts';
import { createSessions } from './session.ts';
import type { ProvisioningSettings } from './settings.ts';
import { createUserService } from './users/service.ts';

export interface ProvisioningOptions {
  readonly client: CollateClient;
  readonly store: Store;
  readonly indexes: Indexes;
  readonly queue: Locks;
  readonly settings: ProvisioningSettings;
  /** A resource's URL, from its endpoint (`/Users`) and id. */
  locate(endpoint: string, id: string): string;
  /** Milliseconds since the epoch. */
  clock(): number;
  readonly observer: ProvisioningEvents;
  /** What cursors are sealed with: a secret that all replicas share. */
  cursorSecret(): string;
}

/** The use cases behind the SCIM endpoints. */
export interface Provisioning {
  readonly users: ResourceService;
  readonly groups: ResourceService;
  /** The resource types with just those attributes that this deployment stores, for the discovery documents. */
  describeTypes(): readonly ResourceType[];
}

/** Wires the use cases; no call is made before the first request. */
export function createProvisioning(options: ProvisioningOptions): Provisioning {
  const { client, store, indexes, settings, observer: events, clock } = options;
  const map = createAttributeMap(settings.rememberedAttributes);
  const findUpstream = createAccess({ client, settings, events, clock });
  const open = createSessions(findUpstream, {
    settings,
    presentation: { map, locate: options.locate },
    locks: options.queue,
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

/** The same service, whose upstream failures are what a provider understands. */
function withScimErrors(service: ResourceService): ResourceService {
  const translating = async <T>(context: RequestContext, work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw translate(error, context);
    }
  };
  return {
    type: service.type,
    create: (body, projection, context) => translating(context, () => service.create(body, projection, context)),
    read: (id, projection, context) => translating(context, () => service.read(id, projection, context)),
    list: (query, context) => translating(context, () => service.list(query, context)),
    replace: (id, body, projection, context) =>
      translating(context, () => service.replace(id, body, projection, context)),
    patch: (id, body, projection, context) => translating(context, () => service.patch(id, body, projection, context)),
    remove: (id, context) => translating(context, () => service.remove(id, context)),
  };
}

function translate(error: unknown, context: RequestContext): unknown {
  if (error instanceof ScimError) return error;
  const held = error instanceof CollateError && error.kind === 'withheld' ? error.cause : error;
  if (held instanceof LeaseError) return explainTrouble(held);
  if (error instanceof CollateError) return toScimError(error, context.principal.collateToken !== undefined);
  if (!context.signal.aborted) return error;
  return unavailable('The request took longer than the gateway allows; what was done stays done. Try again.', 5, {
    cause: error,
  });
}
