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
import { groupKey, groupNameKey, newValues } from '../collate/lock-keys.ts';
import { shownMembers } from '../membership/change.ts';
import type { ResourceService } from '../service.ts';
import type { OpenSession, Session } from '../session.ts';
import { assertVersion } from '../version.ts';
import { changeGroup, type GroupChange, type GroupOutcome, removeGroup } from './change.ts';
import { createGroup, toGroupDraft } from './create.ts';
import { listGroups } from './list.ts';
import { showGroup, showWhole } from './view.ts';

/**
 * The use cases of `/Groups`.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7644#section-3
 */
export function createGroupService(open: OpenSession): ResourceService {
  return {
    type: groupResourceType,
    create: async (body, projection, context) => {
      const draft = toGroupDraft(parseResource(body, groupResourceType, context.tolerance));
      const session = await open(context);
      const id = await createGroup(draft, session);
      return showGroup(await getGroup(id, session), projection, session);
    },
    read: async (id, projection, context) => {
      const session = await open(context);
      return showGroup(await getGroup(id, session), projection, session);
    },
    list: async (query, context) => listGroups(query, await open(context)),
    replace: async (id, body, projection, context) => {
      const incoming = parseResource(body, groupResourceType, context.tolerance);
      const session = await open(context);
      const { state, members } = await replaceGroup(id, incoming, listsMembers(body), session);
      return showGroup(state, projection, session, members);
    },
    patch: async (id, body, projection, context) => {
      const operations = parsePatch(body, groupResourceType, context.tolerance);
      const session = await open(context);
      const outcome = await patchGroup(id, operations, session);
      const shows = projection.attributes !== undefined || outcome.attributes || outcome.incomplete;
      if (!shows) return { resource: undefined };
      const whole = outcome.incomplete ? {} : projection;
      return { resource: await showGroup(await getGroup(id, session), whole, session) };
    },
    remove: async (id, context) => {
      const session = await open(context);
      using _group = await session.hold([groupKey(id)]);
      const state = await getGroup(id, session).catch(async (error: unknown) => {
        await forgetRemoved(id, session);
        throw error;
      });
      await assertGroupVersion(state, session);
      await removeGroup(state, session);
    },
  };
}

async function replaceGroup(
  id: string,
  incoming: Resource,
  replacesMembers: boolean,
  session: Session,
): Promise<{ readonly state: GroupState; readonly members: readonly EntityReference[] | undefined }> {
  const displayName = textAt(incoming, 'displayName');
  using _name = await session.hold(displayName === undefined ? [] : [groupNameKey(displayName)]);
  using _group = await session.hold([groupKey(id)]);
  const state = await getGroup(id, session);
  await assertGroupVersion(state, session);
  const after = { ...toScimGroup(state, session.presentation), ...incoming };
  const change = replacesMembers ? await diffReplaced(state, incoming, session) : noMembers;
  const { attributes, members } = await changeGroup(state, { after, ...change }, session);
  return { state: attributes ? await getGroup(id, session) : state, members };
}

const noMembers = { delta: { add: [], remove: [] } } as const;

async function diffReplaced(
  state: GroupState,
  incoming: Resource,
  session: Session,
): Promise<Pick<GroupChange, 'delta' | 'present'>> {
  const wanted = listedMembers(incoming);
  const present = await shownMembers(state, session);
  const ids = present.map(({ id }) => id);
  return { delta: diffMembers(ids, wanted), present };
}

async function patchGroup(id: string, operations: readonly PatchOperation[], session: Session): Promise<GroupOutcome> {
  const { onMembers, others } = partOperations(operations);
  const delta = toMemberDelta(onMembers);
  // Changes of named people commute; what depends on who is in, or changes the group itself, takes turns.
  const alone = delta === undefined || others.length > 0 || session.context.ifMatch !== undefined;
  using _names = await session.hold(newValues(others, 'displayName').map(groupNameKey));
  using _group = await session.hold(alone ? [groupKey(id)] : []);
  const found = await getGroup(id, session);
  // Adoption notes who was in before the provider came, so it takes its turn as well.
  const adopts = !alone && found.annotation === undefined && session.annotations !== undefined;
  using _adoption = await session.hold(adopts ? [groupKey(id)] : []);
  const state = adopts ? await getGroup(id, session) : found;
  await assertGroupVersion(state, session);
  const before = toScimGroup(state, session.presentation);
  const after = applyPatch(before, others, groupResourceType, session.context.tolerance);
  return await changeGroup(state, { after, delta: delta ?? (await diffPatched(state, onMembers, session)) }, session);
}

/** The delta of operations whose meaning depends on who is in. */
async function diffPatched(
  state: GroupState,
  operations: readonly PatchOperation[],
  session: Session,
): Promise<MemberDelta> {
  const before = toScimGroup(state, session.presentation, await shownMembers(state, session));
  const after = applyPatch(before, operations, groupResourceType, session.context.tolerance);
  return diffMembers(listedMembers(before), listedMembers(after));
}

/** Who deleted the group may have died before saying so: then look-ups still have what they found meanwhile. */
async function forgetRemoved(id: string, session: Session): Promise<void> {
  const state = await session.groups.get(id);
  if (state !== undefined && !isVisible(state)) await session.groups.forget([state]);
}

async function getGroup(id: string, session: Session): Promise<GroupState> {
  const state = await session.groups.get(id);
  if (state === undefined || !isVisible(state)) throw notFound(`No group has the id ${id}.`);
  return state;
}

/** The members are read only if there is a version to compare with. */
async function assertGroupVersion(state: GroupState, session: Session): Promise<void> {
  if (session.context.ifMatch === undefined) return;
  assertVersion(await showWhole(state, session), session.context);
}

/** Whether a body speaks of members at all: a list left out, or null, leaves the members alone; an empty one removes them. */
function listsMembers(body: unknown): boolean {
  if (!isObject(body)) return false;
  return Object.entries(body).some(([name, value]) => name.toLowerCase() === 'members' && value !== null);
}
