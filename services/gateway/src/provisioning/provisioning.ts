import type { Indexes, Store } from '@scim-gateway/cache';
import type { CollateClient } from '@scim-gateway/collate-client';
import { CollateError, type Right } from '@scim-gateway/collate-client/model';
import { type AttributePath, parseAttributePath, type ResourceType } from '@scim-gateway/scim';
import { createAttributeMap } from '../translation/attribute-map.ts';
import { type Access, createAccess } from './collate/access.ts';
import { createDirectory } from './directory/directory.ts';
import { toProviderError, toRefusal } from './errors.ts';
import { createGroupService } from './groups/service.ts';
import { createPager } from './lists/pager.ts';
import type { RequestContext, ResourceService } from './service.ts';
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
  const access = createAccess({
    client,
    clock,
    trustedBots: settings.trustedBots,
    onCapabilities: (capabilities) => events.onCapabilities?.(capabilities),
  });
  const open = createSessions(access.find, {
    settings,
    presentation: { map, locate: options.locate },
    locks: options.locks,
    directory: createDirectory({ store, indexes, settings, map, events }),
    pager: createPager({ store, ttlMs: settings.cacheTtlMs, cursorSecret: options.cursorSecret, clock }),
    events,
    clock,
  });
  return {
    users: withScimErrors(withKeptAttributes(createUserService(open), map.userType), access),
    groups: withScimErrors(withKeptAttributes(createGroupService(open), map.groupType), access),
    describeTypes: () => [map.userType, map.groupType],
  };
}

/** The same service; its tolerance knows which attributes the deployment stores. */
function withKeptAttributes(service: ResourceService, stored: ResourceType): ResourceService {
  const keeps = (path: AttributePath) => parseAttributePath(path.text, stored) !== undefined;
  const aware = (context: RequestContext) => ({ ...context, tolerance: { ...context.tolerance, keeps } });
  return {
    ...service,
    create: (body, projection, context) => service.create(body, projection, aware(context)),
    replace: (id, body, projection, context) => service.replace(id, body, projection, aware(context)),
    patch: (id, body, projection, context) => service.patch(id, body, projection, aware(context)),
  };
}

/** The same service; its failures become errors that a provider understands. */
function withScimErrors(service: ResourceService, access: Access): ResourceService {
  const translating = async <T>(context: RequestContext, work: () => Promise<T>): Promise<T> => {
    try {
      return await withCurrentRights(work, context, access);
    } catch (error) {
      throw toProviderError(error, context);
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

/**
 * Runs the work. If a right that it used has been taken away meanwhile, and the gateway can do without that right, the
 * work runs again: with the rights of now it takes another way to the same end.
 *
 * @throws ScimError that names the lacking right, where the server reports it.
 */
async function withCurrentRights<T>(work: () => Promise<T>, context: RequestContext, access: Access): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof CollateError) || error.kind !== 'forbidden') throw error;
    const refusal = await access.findRefusal(error, context);
    if (refusal === undefined) throw error;
    if (isDispensable(refusal)) return await work();
    throw toRefusal(error, refusal, context);
  }
}

/** Annotations remember display names, and without annotations less is remembered. */
function isDispensable({ resource, operation }: Right): boolean {
  return operation === 'EditDisplayName' || resource === 'document';
}
