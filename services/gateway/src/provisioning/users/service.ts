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
import { textAt } from '../../translation/resource-values.ts';
import { isTombstone, toScimUser, type UserState } from '../../translation/user.ts';
import { assertEmailsKept, withAddedEmail, withFormattedName, withKeptValues } from '../../translation/user-intent.ts';
import { mergeReplacement } from '../../translation/user-plan.ts';
import type { Session } from '../collate/access.ts';
import { newValues, userKey, userNameKey } from '../collate/lock-keys.ts';
import type { RequestContext, ResourceService } from '../service.ts';
import { assertVersion, withVersion } from '../version.ts';
import type { Workshop } from '../workshop.ts';
import { changeUser } from './change.ts';
import { createUser } from './create.ts';
import { deleteForGood, removeUser } from './delete.ts';
import { toUserDraft } from './draft.ts';
import { listUsers } from './list.ts';
import { deactivateTwins } from './twin-accounts.ts';
import { showUser } from './view.ts';

/**
 * The use cases of `/Users`.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7644#section-3
 */
export function createUserService(workshop: Workshop): ResourceService {
  const open = (context: RequestContext) => workshop.upstreams.open(context);
  return {
    type: userResourceType,
    create: async (body, projection, context) => {
      const draft = toUserDraft(parseUser(body, context));
      const session = await open(context);
      const id = await createUser(draft, session, workshop);
      return show(await getUser(id, session, workshop, projection), projection, session, workshop);
    },
    read: async (id, projection, context) => {
      const session = await open(context);
      return show(await getUser(id, session, workshop, projection), projection, session, workshop);
    },
    list: async (query, context) => listUsers(query, await open(context), workshop),
    replace: async (id, body, projection, context) => {
      const incoming = parseUser(body, context);
      const userName = textAt(incoming, 'userName');
      const toAfter = (before: Resource) => mergeReplacement(before, incoming);
      const names = userName === undefined ? [] : [userName];
      return change(id, { toAfter, names }, projection, await open(context), workshop);
    },
    patch: async (id, body, projection, context) => {
      const operations = parsePatch(body, userResourceType, context.tolerance);
      const toAfter = (before: Resource) => patchUser(before, operations, context);
      const names = newValues(operations, 'userName');
      return { resource: await change(id, { toAfter, names }, projection, await open(context), workshop) };
    },
    remove: async (id, context) => {
      const session = await open(context);
      const { state, wasGone } = await remove(id, session, workshop);
      // Also of somebody who is gone already: an earlier attempt may have stopped here.
      await deactivateTwins(state, session, workshop);
      await deleteForGood(state, session, workshop);
      if (wasGone) throw unknownUser(id);
    },
  };
}

interface Change {
  readonly toAfter: (before: Resource) => Resource;
  /** The userNames that the user may have afterwards. */
  readonly names: readonly string[];
}

async function change(
  id: string,
  { toAfter, names }: Change,
  projection: Projection,
  session: Session,
  workshop: Workshop,
): Promise<Resource> {
  const state = await changeAlone(id, { toAfter, names }, projection, session, workshop);
  // Whenever somebody is to be inactive, whoever did that: an earlier attempt may have stopped here.
  if (state.user.deleted) await deactivateTwins(state, session, workshop);
  return show(state, projection, session, workshop);
}

/** The user after the change, which no other write of the user runs beside. */
async function changeAlone(
  id: string,
  { toAfter, names }: Change,
  projection: Projection,
  session: Session,
  workshop: Workshop,
): Promise<UserState> {
  using _names = await session.hold(names.map(userNameKey));
  using _user = await session.hold([userKey(id)]);
  const state = await getUser(id, session, workshop, projection);
  const before = toScimUser(state, workshop.presentation);
  assertVersion(before, session.context);
  const after = withKeptValues(before, toAfter(before), session.context.tolerance);
  const changed = await changeUser(state, after, session, workshop);
  return changed ? await getUser(id, session, workshop, projection) : state;
}

/** @returns the user as it was, and whether a provider had deleted it before. */
async function remove(
  id: string,
  session: Session,
  workshop: Workshop,
): Promise<{ readonly state: UserState; readonly wasGone: boolean }> {
  using _user = await session.hold([userKey(id)]);
  const state = await workshop.users.get(id, session, ['teams']);
  if (state === undefined) throw unknownUser(id);
  if (isTombstone(state)) return { state, wasGone: true };
  assertVersion(toScimUser(state, workshop.presentation), session.context);
  await removeUser(state, session, workshop);
  return { state, wasGone: false };
}

function parseUser(body: unknown, { tolerance }: RequestContext): Resource {
  return assertEmailsKept(parseResource(body, userResourceType, tolerance), tolerance);
}

function patchUser(before: Resource, operations: readonly PatchOperation[], { tolerance }: RequestContext): Resource {
  const after = assertEmailsKept(applyPatch(before, operations, userResourceType, tolerance), tolerance);
  return withFormattedName(withAddedEmail(before, after, operations), operations);
}

async function getUser(id: string, session: Session, workshop: Workshop, projection: Projection): Promise<UserState> {
  const state = await workshop.users.get(id, session, isProjected(projection, 'groups') ? ['teams'] : []);
  if (state === undefined || isTombstone(state)) throw unknownUser(id);
  return state;
}

async function show(state: UserState, projection: Projection, session: Session, workshop: Workshop): Promise<Resource> {
  return withVersion(await showUser(state, isProjected(projection, 'groups'), session, workshop));
}

function unknownUser(id: string): ScimError {
  return notFound(`No user has the id ${id}.`);
}
