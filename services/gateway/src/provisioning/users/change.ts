import { setMember, type User } from '@scim-gateway/collate-client/model';
import { equalJson, invalidValue, mutability, type Resource, type ScimError, uniqueness } from '@scim-gateway/scim';
import type { UserAnnotation } from '../../translation/annotation.ts';
import { assertLegible, assertName, assertVisible } from '../../translation/names.ts';
import type { UserState } from '../../translation/user.ts';
import { type IdentityRefusal, isEmptyPlan, planUser, type UserPlan } from '../../translation/user-plan.ts';
import type { Session } from '../session.ts';
import { assertMayDeactivate, assertMayReactivate, deactivate, reactivate } from './activation.ts';
import { keepAnnotation, toRememberingConditions } from './annotation.ts';
import { joinTeams, keepingTeams, withoutTeams } from './teams.ts';
import { type UniqueValues, userTaken } from './uniqueness.ts';

/**
 * Changes a user to what the resource asks for, with the fewest writes; with none when Collate shows it already. All
 * refusals come before the first write, deactivation before all other writes, additions of access after them.
 * The caller locks the user, and the userNames and e-mail addresses that it may have afterwards.
 *
 * @param after the whole resource: an attribute that it lacks is cleared.
 * @returns whether anything was written.
 */
export async function changeUser(state: UserState, after: Resource, session: Session): Promise<boolean> {
  const plan = await planAllowed(state, after, session);
  const next = { user: state.user, annotation: plan.annotation ?? state.annotation };
  // Also for an empty plan: an earlier attempt may have crashed between its last write and the invalidation.
  await session.users.write([state, next], async () => {
    await execute(plan, state, session);
    for (const kind of plan.notices) session.events.onNotice?.({ kind, userId: state.user.id });
  });
  return !isEmptyPlan(plan);
}

/** The plan, if nothing refuses it. A deactivation drops a userName or e-mail address that another user has. */
async function planAllowed(state: UserState, after: Resource, session: Session): Promise<UserPlan> {
  const conditions = {
    provider: session.context.principal.provider,
    ...toRememberingConditions(session),
    hasDocuments: session.annotations !== undefined,
    remembersEmail: session.settings.emailChange === 'remember',
    now: session.clock(),
    isTaken: false,
  };
  const plan = planUser(state, after, conditions);
  if (plan.refusal !== undefined) throw refused(plan.refusal);
  assertNames(plan, state);
  if (plan.active === false) await assertMayDeactivate(state.user, session);
  if (plan.active === true) assertMayReactivate(state.user, session);
  const conflict = await findConflict(plan, state, session);
  if (conflict === undefined) return plan;
  if (after['active'] !== false) throw conflict;
  return planUser(state, after, { ...conditions, isTaken: true });
}

function refused(refusal: IdentityRefusal): ScimError {
  switch (refusal) {
    case 'taken':
      return uniqueness('Another user has the userName or e-mail address that was sent. Choose another one.');
    case 'not-an-address':
      return invalidValue('emails: the value sent is not an e-mail address.');
    case 'email-forbidden':
      return mutability(
        "emails: the gateway's EMAIL_CHANGE=refuse forbids another e-mail address. Keep the address, or stop mapping this change.",
      );
    case 'email-without-store':
      return mutability(
        'emails cannot change: this Collate has no document store to remember another address. Stop mapping this change.',
      );
    case 'userName-without-store':
      return mutability(
        'userName cannot change: this Collate has no document store to remember another one. Stop mapping this change.',
      );
  }
}

/** The error for a change of the user to these values, if another user has one. The caller has locked them. */
async function findConflict(
  values: UniqueValues,
  { user }: UserState,
  session: Session,
): Promise<ScimError | undefined> {
  const { userName, email } = values;
  const found = await Promise.all([
    userName === undefined ? [] : session.users.find({ by: 'userName', value: userName }),
    email === undefined ? [] : session.users.find({ by: 'email', value: email }),
  ]);
  const other = found.flat().find((state) => state.user.id !== user.id);
  return other === undefined ? undefined : userTaken(other, values);
}

/** Names that were stored before are not checked again: they must not block other changes. */
function assertNames({ displayName, userName, annotation }: UserPlan, state: UserState): void {
  if (displayName?.value !== undefined) assertName('displayName', displayName.value);
  if (userName !== undefined) assertName('userName', userName);
  const before = state.annotation?.attributes ?? {};
  for (const path of ['name.givenName', 'name.familyName', 'displayName', 'email']) {
    const value = annotation?.attributes[path];
    if (typeof value !== 'string' || value === before[path]) continue;
    if (path === 'email') assertVisible('emails', value);
    else if (path === 'displayName') assertName(path, value);
    else assertLegible(path, value);
  }
}

/** Makes the writes of a plan and stops at the first failure: the provider's repetition plans the rest. */
async function execute(plan: UserPlan, { user, annotation }: UserState, session: Session): Promise<void> {
  const { restored, returns, interim, displayName } = plan;
  if (restored !== undefined) await session.annotations?.put(restored);
  if (plan.active === false) await deactivate(user, session);
  if (interim !== undefined) await putInterim(user, interim, session);
  if (returns !== undefined) await reactivate(user, returns.leave, session);
  if (displayName !== undefined)
    await patchDisplayName(withoutTeams(user, returns?.leave ?? []), displayName.value, session);
  if (returns !== undefined) await joinTeams(user.id, returns.join, session);
  if (plan.annotation === undefined || equalJson(plan.annotation, interim)) return;
  await keepAnnotation({ user, annotation: interim ?? annotation }, plan.annotation, session);
}

/** The annotation may hold memberships to be added again: the index must not let a change of them skip the user. */
async function putInterim(user: User, interim: UserAnnotation, session: Session): Promise<void> {
  if (interim.waiting.add.length > 0) await session.users.noteInactive(user);
  await session.annotations?.put(interim);
}

/** Changes the display name; with `undefined`, clears it. @param user with the teams that it keeps. */
export async function patchDisplayName(user: User, value: string | undefined, session: Session): Promise<void> {
  await keepingTeams(user, session, () => session.collate.users.patch(user.id, [setMember('displayName', value)]));
}
