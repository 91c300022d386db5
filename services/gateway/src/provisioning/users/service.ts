import type { Resource } from '@scim-gateway/scim';
import {
  applyPatch,
  isProjected,
  notFound,
  type PatchOperation,
  type Projection,
  parsePatch,
  parseResource,
  type ScimError,
  userResourceType,
} from '@scim-gateway/scim';
import type { AttributeMap } from '../../translation/attribute-map.ts';
import { isTombstone, toScimUser, type UserState } from '../../translation/user.ts';
import {
  assertEmailsKept,
  mergeReplacement,
  withAddedEmail,
  withFormattedName,
  withKeptValues,
} from '../../translation/user-intent.ts';
import type { RequestContext, ResourceService } from '../service.ts';
import type { LockKeys, OpenSession, Session } from '../session.ts';
import { assertVersion, withVersion } from '../version.ts';
import { changeUser } from './change.ts';
import { claimsOf, claimsOfOperation } from './claims.ts';
import { createUser } from './create.ts';
import { deleteFromCollate, deleteUser } from './delete.ts';
import { toUserDraft } from './draft.ts';
import { listUsers } from './list.ts';
import { deactivateTwinAccounts } from './twin-accounts.ts';
import { showUser, showUserWithGroups } from './view.ts';

/**
 * The use cases of `/Users`.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7644#section-3
 */
export function createUserService(open: OpenSession): ResourceService {
  return {
    type: userResourceType,
    create: async (body, projection, context) => {
      const draft = toUserDraft(parseUser(body, context));
      const session = await open(context);
      const id = await createUser(draft, session);
      return show(await getUser(id, session, projection), projection, session);
    },
    read: async (id, projection, context) => {
      const session = await open(context);
      return show(await getUser(id, session, projection), projection, session);
    },
    list: async (query, context) => listUsers(query, await open(context)),
    replace: async (id, body, projection, context) => {
      const incoming = parseUser(body, context);
      const toAfter = (before: Resource) => mergeReplacement(before, incoming);
      return change(id, { toAfter, claims: claimsOf(incoming), projection }, await open(context));
    },
    patch: async (id, body, projection, context) => {
      const operations = parsePatch(body, userResourceType, context.tolerance);
      const toAfter = (before: Resource, map: AttributeMap) => patchUser(before, { operations, map }, context);
      const claims = operations.flatMap(claimsOfOperation);
      return { resource: await change(id, { toAfter, claims, projection }, await open(context)) };
    },
    remove: async (id, context) => {
      const session = await open(context);
      const { state, wasDeleted } = await session.locked([{ user: id }], () => removeLocked(id, session));
      // Also for a user who was deleted before: an earlier attempt may have stopped here.
      await deactivateTwinAccounts(state, session);
      await deleteFromCollate(state, session);
      if (wasDeleted) throw unknownUser(id);
    },
  };
}

interface Change {
  readonly toAfter: (before: Resource, map: AttributeMap) => Resource;
  /** The userNames and e-mail addresses that the user may have afterwards. */
  readonly claims: LockKeys;
  readonly projection: Projection;
}

async function change(id: string, wanted: Change, session: Session): Promise<Resource> {
  const state = await session.locked([...wanted.claims, { user: id }], () => changeLocked(id, wanted, session));
  // Whenever the user is inactive, also by an earlier request: an earlier attempt may have stopped here.
  if (state.user.deleted) await deactivateTwinAccounts(state, session);
  return show(state, wanted.projection, session);
}

/** @returns the user after the change. */
async function changeLocked(id: string, { toAfter, projection }: Change, session: Session): Promise<UserState> {
  // With the teams, whether they are shown or not: a write of the user must not lose them.
  const state = await getUser(id, session, {});
  const before = toScimUser(state, session.presentation);
  assertVersion(before, session.context);
  const after = withKeptValues(before, toAfter(before, session.presentation.map), session.context.tolerance);
  const changed = await changeUser(state, after, session);
  return changed ? await getUser(id, session, projection) : state;
}

/** @returns the user as it was, and whether a provider had deleted it before. */
async function removeLocked(
  id: string,
  session: Session,
): Promise<{ readonly state: UserState; readonly wasDeleted: boolean }> {
  const state = await session.users.get(id, ['teams']);
  if (state === undefined) throw unknownUser(id);
  const wasDeleted = isTombstone(state);
  if (!wasDeleted) assertVersion(toScimUser(state, session.presentation), session.context);
  await deleteUser(state, session);
  return { state, wasDeleted };
}

function parseUser(body: unknown, { tolerance }: RequestContext): Resource {
  return assertEmailsKept(parseResource(body, userResourceType, tolerance), tolerance);
}

function patchUser(
  before: Resource,
  patch: { readonly operations: readonly PatchOperation[]; readonly map: AttributeMap },
  { tolerance }: RequestContext,
): Resource {
  const { operations } = patch;
  const after = assertEmailsKept(applyPatch(before, operations, userResourceType, tolerance), tolerance);
  return withFormattedName(withAddedEmail(before, after, patch), operations);
}

async function getUser(id: string, session: Session, projection: Projection): Promise<UserState> {
  const state = await session.users.get(id, isProjected(projection, 'groups') ? ['teams'] : []);
  if (state === undefined || isTombstone(state)) throw unknownUser(id);
  return state;
}

async function show(state: UserState, projection: Projection, session: Session): Promise<Resource> {
  const needsGroups = isProjected(projection, 'groups');
  return withVersion(needsGroups ? await showUserWithGroups(state, session) : showUser(state, session));
}

function unknownUser(id: string): ScimError {
  return notFound(`No user has the id ${id}.`);
}
