import type { EntityReference } from '@scim-gateway/collate-client/model';
import {
  applyPatch,
  groupResourceType,
  isObject,
  notFound,
  type PatchOperation,
  parsePatch,
  parseResource,
  type Resource,
} from '@scim-gateway/scim';
import { type GroupState, isVisible, toScimGroup } from '../../translation/group.ts';
import {
  diffMembers,
  listedMembers,
  type MemberDelta,
  partOperations,
  toMemberDelta,
} from '../../translation/membership.ts';
import { textAt } from '../../translation/resource-values.ts';
import type { Session } from '../collate/access.ts';
import { groupKey, groupNameKey, newValues } from '../collate/lock-keys.ts';
import { shownMembers } from '../membership/change.ts';
import type { RequestContext, ResourceService } from '../service.ts';
import { assertVersion } from '../version.ts';
import type { Workshop } from '../workshop.ts';
import { changeGroup, type GroupChange, type GroupOutcome, removeGroup } from './change.ts';
import { createGroup, toGroupDraft } from './create.ts';
import { listGroups } from './list.ts';
import { showGroup, showWhole } from './view.ts';

/**
 * The use cases of `/Groups`.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7644#section-3
 */
export function createGroupService(workshop: Workshop): ResourceService {
  const open = (context: RequestContext) => workshop.upstreams.open(context);
  return {
    type: groupResourceType,
    create: async (body, projection, context) => {
      const draft = toGroupDraft(parseResource(body, groupResourceType, context.tolerance));
      const session = await open(context);
      const id = await createGroup(draft, session, workshop);
      return showGroup(await getGroup(id, session, workshop), projection, session, workshop);
    },
    read: async (id, projection, context) => {
      const session = await open(context);
      return showGroup(await getGroup(id, session, workshop), projection, session, workshop);
    },
    list: async (query, context) => listGroups(query, await open(context), workshop),
    replace: async (id, body, projection, context) => {
      const incoming = parseResource(body, groupResourceType, context.tolerance);
      const session = await open(context);
      const { state, members } = await replaceGroup(id, incoming, listsMembers(body), session, workshop);
      return showGroup(state, projection, session, workshop, members);
    },
    patch: async (id, body, projection, context) => {
      const operations = parsePatch(body, groupResourceType, context.tolerance);
      const session = await open(context);
      const outcome = await patchGroup(id, operations, session, workshop);
      const shows = projection.attributes !== undefined || outcome.attributes || outcome.incomplete;
      if (!shows) return { resource: undefined };
      const whole = outcome.incomplete ? {} : projection;
      return { resource: await showGroup(await getGroup(id, session, workshop), whole, session, workshop) };
    },
    remove: async (id, context) => {
      const session = await open(context);
      using _group = await session.hold([groupKey(id)]);
      const state = await getGroup(id, session, workshop).catch(async (error: unknown) => {
        await forgetRemoved(id, session, workshop);
        throw error;
      });
      await assertGroupVersion(state, session, workshop);
      await removeGroup(state, session, workshop);
    },
  };
}

async function replaceGroup(
  id: string,
  incoming: Resource,
  replacesMembers: boolean,
  session: Session,
  workshop: Workshop,
): Promise<{ readonly state: GroupState; readonly members: readonly EntityReference[] | undefined }> {
  const displayName = textAt(incoming, 'displayName');
  using _name = await session.hold(displayName === undefined ? [] : [groupNameKey(displayName)]);
  using _group = await session.hold([groupKey(id)]);
  const state = await getGroup(id, session, workshop);
  await assertGroupVersion(state, session, workshop);
  const after = { ...toScimGroup(state, workshop.presentation), ...incoming };
  const change = replacesMembers ? await diffReplaced(state, incoming, session, workshop) : noMembers;
  const { attributes, members } = await changeGroup(state, { after, ...change }, session, workshop);
  return { state: attributes ? await getGroup(id, session, workshop) : state, members };
}

const noMembers = { delta: { add: [], remove: [] } } as const;

async function diffReplaced(
  state: GroupState,
  incoming: Resource,
  session: Session,
  workshop: Workshop,
): Promise<Pick<GroupChange, 'delta' | 'present'>> {
  const wanted = listedMembers(incoming);
  const present = await shownMembers(state, session, workshop);
  const ids = present.map(({ id }) => id);
  return { delta: diffMembers(ids, wanted), present };
}

async function patchGroup(
  id: string,
  operations: readonly PatchOperation[],
  session: Session,
  workshop: Workshop,
): Promise<GroupOutcome> {
  const { onMembers, others } = partOperations(operations);
  const delta = toMemberDelta(onMembers);
  // Changes of named people commute; what depends on who is in, or changes the group itself, takes turns.
  const alone = delta === undefined || others.length > 0 || session.context.ifMatch !== undefined;
  using _names = await session.hold(newValues(others, 'displayName').map(groupNameKey));
  using _group = await session.hold(alone ? [groupKey(id)] : []);
  const found = await getGroup(id, session, workshop);
  // Adoption notes who was in before the provider came, so it takes its turn as well.
  const adopts = !alone && found.annotation === undefined && workshop.annotations.available(session);
  using _adoption = await session.hold(adopts ? [groupKey(id)] : []);
  const state = adopts ? await getGroup(id, session, workshop) : found;
  await assertGroupVersion(state, session, workshop);
  const before = toScimGroup(state, workshop.presentation);
  const after = applyPatch(before, others, groupResourceType, session.context.tolerance);
  return await changeGroup(
    state,
    { after, delta: delta ?? (await diffPatched(state, onMembers, session, workshop)) },
    session,
    workshop,
  );
}

/** The delta of operations whose meaning depends on who is in. */
async function diffPatched(
  state: GroupState,
  operations: readonly PatchOperation[],
  session: Session,
  workshop: Workshop,
): Promise<MemberDelta> {
  const before = toScimGroup(state, workshop.presentation, await shownMembers(state, session, workshop));
  const after = applyPatch(before, operations, groupResourceType, session.context.tolerance);
  return diffMembers(listedMembers(before), listedMembers(after));
}

/** Who deleted the group may have died before saying so: then look-ups still have what they found meanwhile. */
async function forgetRemoved(id: string, session: Session, workshop: Workshop): Promise<void> {
  const state = await workshop.groups.get(id, session);
  if (state !== undefined && !isVisible(state)) await workshop.groups.forget([state]);
}

async function getGroup(id: string, session: Session, workshop: Workshop): Promise<GroupState> {
  const state = await workshop.groups.get(id, session);
  if (state === undefined || !isVisible(state)) throw notFound(`No group has the id ${id}.`);
  return state;
}

/** The members are read only if there is a version to compare with. */
async function assertGroupVersion(state: GroupState, session: Session, workshop: Workshop): Promise<void> {
  if (session.context.ifMatch === undefined) return;
  assertVersion(await showWhole(state, session, workshop), session.context);
}

/** Whether a body speaks of members at all: a list left out, or null, leaves the members alone; an empty one removes them. */
function listsMembers(body: unknown): boolean {
  if (!isObject(body)) return false;
  return Object.entries(body).some(([name, value]) => name.toLowerCase() === 'members' && value !== null);
}
