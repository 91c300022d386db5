import type { Resource } from '@scim-gateway/scim';
import {
  applyPatch,
  type Filter,
  isProjected,
  mentionsAttribute,
  notFound,
  type Projection,
  parseFilter,
  parsePatch,
  parseResource,
  type ScimError,
  userResourceType,
} from '@scim-gateway/scim';
import { mergeReplacement } from '../translation/commands.ts';
import { planUserQuery } from '../translation/query.ts';
import { isTombstone, toScimUser, type UserState } from '../translation/user.ts';
import type { ListQuery, RequestContext, ResourceList, ResourceService } from './contract.ts';
import { userQueueKey } from './member-resolution.ts';
import type { Session } from './upstream.ts';
import { changeUser } from './user-changes.ts';
import { createUser } from './user-creation.ts';
import { toUserDraft } from './user-draft.ts';
import { removeUser } from './user-removal.ts';
import { createWindow } from './window.ts';
import type { Workshop } from './workshop.ts';

/**
 * The use cases of `/Users`.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7644#section-3
 */
export function createUserService(workshop: Workshop): ResourceService {
  const open = (context: RequestContext) => workshop.upstreams.open(context);
  const change = async (
    id: string,
    projection: Projection,
    context: RequestContext,
    toAfter: (before: Resource) => Resource,
  ): Promise<Resource> => {
    const session = await open(context);
    using _user = await workshop.queue.hold([userQueueKey(id)], context.signal);
    const state = await getUser(id, session, workshop, projection);
    const before = toScimUser(state, workshop.presentation);
    const changed = await changeUser(state, toAfter(before), session, workshop);
    return show(changed ? await getUser(id, session, workshop, projection) : state, projection, session, workshop);
  };
  return {
    type: userResourceType,
    create: async (body, projection, context) => {
      const draft = toUserDraft(parseResource(body, userResourceType, context.tolerance));
      const session = await open(context);
      const id = await createUser(draft, session, workshop);
      return show(await getUser(id, session, workshop, projection), projection, session, workshop);
    },
    read: async (id, projection, context) => {
      const session = await open(context);
      return show(await getUser(id, session, workshop, projection), projection, session, workshop);
    },
    list: async (query, context) => listUsers(query, await open(context), workshop),
    replace: (id, body, projection, context) => {
      const incoming = parseResource(body, userResourceType, context.tolerance);
      return change(id, projection, context, (before) => mergeReplacement(before, incoming));
    },
    patch: async (id, body, projection, context) => {
      const operations = parsePatch(body, userResourceType, context.tolerance);
      const resource = await change(id, projection, context, (before) =>
        applyPatch(before, operations, userResourceType, context.tolerance),
      );
      return { resource };
    },
    remove: async (id, context) => {
      const session = await open(context);
      using _user = await workshop.queue.hold([userQueueKey(id)], context.signal);
      const state = await workshop.users.get(id, session, ['teams']);
      if (state === undefined || isTombstone(state)) throw unknownUser(id);
      await removeUser(state, session, workshop);
    },
  };
}

async function getUser(id: string, session: Session, workshop: Workshop, projection: Projection): Promise<UserState> {
  const state = await workshop.users.get(id, session, isProjected(projection, 'groups') ? ['teams'] : []);
  if (state === undefined || isTombstone(state)) throw unknownUser(id);
  return state;
}

async function show(state: UserState, projection: Projection, session: Session, workshop: Workshop): Promise<Resource> {
  const groups = isProjected(projection, 'groups')
    ? await workshop.groups.visible(state.user.teams ?? [], session)
    : undefined;
  return toScimUser(state, workshop.presentation, groups);
}

async function listUsers(query: ListQuery, session: Session, workshop: Workshop): Promise<ResourceList> {
  const filter = query.filter === undefined ? undefined : parseUserFilter(query.filter, session, workshop);
  const plan = planUserQuery(filter);
  const asksGroups = query.projection.attributes?.some((path) => path.attribute.name === 'groups') === true;
  const needsGroups = asksGroups || (filter !== undefined && mentionsAttribute(filter, 'groups'));
  const fields = needsGroups ? (['teams'] as const) : [];
  const window = createWindow(query, plan.residue, ({ resource }: { readonly resource: Resource }) => resource);
  const offer = async (states: readonly UserState[]) => {
    for (const state of states) {
      if (isTombstone(state)) continue;
      const groups = needsGroups ? await workshop.groups.visible(state.user.teams ?? [], session) : undefined;
      window.offer({ resource: toScimUser(state, workshop.presentation, groups) });
    }
  };
  if (plan.lookup === undefined) for await (const states of workshop.users.scan(session, fields)) await offer(states);
  else await offer(await findUsers(plan.lookup, needsGroups, session, workshop));
  return {
    resources: window.items.map(({ resource }) => resource),
    totalResults: window.total,
    startIndex: query.startIndex,
  };
}

async function findUsers(
  lookup: Parameters<Workshop['users']['find']>[0],
  needsGroups: boolean,
  session: Session,
  workshop: Workshop,
): Promise<readonly UserState[]> {
  const found = await workshop.users.find(lookup, session);
  if (!needsGroups) return found;
  const states = await Promise.all(found.map(({ user }) => workshop.users.get(user.id, session, ['teams'])));
  return states.filter((state) => state !== undefined);
}

function parseUserFilter(text: string, session: Session, workshop: Workshop): Filter {
  return parseFilter(text, userResourceType, {
    tolerance: session.context.tolerance,
    limits: workshop.settings.filterLimits,
  });
}

function unknownUser(id: string): ScimError {
  return notFound(`No user has the id ${id}.`);
}
