import {
  applyPatch,
  groupResourceType,
  isObject,
  type PatchOperation,
  parsePatch,
  parseResource,
  type Resource,
} from '@scim-gateway/scim';
import { addedMembers, assertUsersOnly, partOperations, toMemberDelta } from '../../translation/membership.ts';
import { assignedTexts, objectsAt, textAt } from '../../translation/resource-values.ts';
import type { RequestContext, ResourceService } from '../service.ts';
import type { OpenSession } from '../session.ts';
import { changeGroup, type GroupChange } from './change.ts';
import { createGroup, toGroupDraft } from './create.ts';
import { deleteGroup } from './delete.ts';
import { listGroups } from './list.ts';
import { getGroup, showGroup } from './read.ts';

/**
 * The use cases of `/Groups`.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7644#section-3
 */
export function createGroupService(open: OpenSession): ResourceService {
  return {
    type: groupResourceType,
    create: async (body, projection, context) => {
      const draft = toGroupDraft(parseGroup(body, context));
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
      const change = toReplacement(body, context);
      const session = await open(context);
      const { state, members } = await changeGroup(id, change, session);
      return showGroup(state, projection, session, members);
    },
    patch: async (id, body, projection, context) => {
      const change = toPatch(parsePatch(body, groupResourceType, context.tolerance), context);
      const session = await open(context);
      const { state, members, attributesChanged, incomplete } = await changeGroup(id, change, session);
      const shows = projection.attributes !== undefined || attributesChanged || incomplete;
      if (!shows) return { resource: undefined };
      return { resource: await showGroup(state, incomplete ? {} : projection, session, members) };
    },
    remove: async (id, context) => deleteGroup(id, await open(context)),
  };
}

/**
 * A PUT leaves an attribute that its body lacks as it is. `members` left out or null leaves the members alone; an empty
 * list removes them all.
 */
function toReplacement(body: unknown, context: RequestContext): GroupChange {
  const incoming = parseGroup(body, context);
  const displayName = textAt(incoming, 'displayName');
  const replaced = { displayNames: displayName === undefined ? [] : [displayName], membersOnly: false };
  if (!listsMembers(body)) {
    return { ...replaced, delta: { add: [], remove: [] }, toAfter: (shown) => ({ ...shown, ...incoming }) };
  }
  const toAfter = ({ members: _members, ...shown }: Resource) => ({ ...shown, ...incoming });
  return { ...replaced, delta: undefined, toAfter };
}

function parseGroup(body: unknown, { tolerance }: RequestContext): Resource {
  const group = parseResource(body, groupResourceType, tolerance);
  assertUsersOnly(objectsAt(group, 'members'), tolerance);
  return group;
}

function listsMembers(body: unknown): boolean {
  if (!isObject(body)) return false;
  return Object.entries(body).some(([name, value]) => name.toLowerCase() === 'members' && value !== null);
}

function toPatch(operations: readonly PatchOperation[], { tolerance }: RequestContext): GroupChange {
  const { onMembers, others } = partOperations(operations);
  assertUsersOnly(addedMembers(onMembers), tolerance);
  const delta = toMemberDelta(onMembers);
  const applied = delta === undefined ? operations : others;
  return {
    displayNames: assignedTexts(others, 'displayName'),
    delta,
    membersOnly: others.length === 0,
    toAfter: (shown) => applyPatch(shown, applied, groupResourceType, tolerance),
  };
}
