import type { JsonPatch } from '@scim-gateway/collate-client/model';
import type { Resource } from '@scim-gateway/scim';
import { equalJson, invalidValue, mutability, uniqueness } from '@scim-gateway/scim';
import { emptyUserAnnotation, type UserAnnotation } from '../../translation/annotation.ts';
import { assertVisible, isEmailAddress } from '../../translation/names.ts';
import { objectAt, textAt } from '../../translation/resource-values.ts';
import { isBound, isTombstone, toScimUser, type UserState } from '../../translation/user.ts';
import {
  isEmptyPlan,
  needsDocument,
  planUser,
  toRememberedAttributes,
  type UserPlan,
} from '../../translation/user-plan.ts';
import type { Session } from '../session.ts';
import { assertMayDeactivate, assertMayReactivate, changeOne, deactivate, reactivate } from './activation.ts';

/**
 * Makes Collate hold of a user what the resource says, with the fewest writes; none when it does already. Whatever can be refused is
 * refused before the first write; deactivation comes first, additions of access last. The caller holds the user's queue.
 *
 * @returns whether anything was written.
 */
export async function changeUser(found: UserState, after: Resource, session: Session): Promise<boolean> {
  const state = withoutTombstone(found);
  const asked = planUser(state, after, session.context.principal.provider, session.presentation.map);
  const plan = dated(dropUnkeepable(asked, state, after, session), state, session);
  const returns = after['active'] !== false && (plan.active === true || isLeftReturning(found));
  if (isEmptyPlan(plan) && !returns) {
    // Who made it so may have died before saying so: look-ups may still have what they found meanwhile.
    await session.users.forget([state]);
    return false;
  }
  await assertAllowed(plan, state, after, session);
  try {
    if (state.annotation !== undefined && state !== found) await session.annotations?.put(state.annotation);
    await execute({ ...plan, after, returns }, state, session);
  } finally {
    const next = { user: state.user, annotation: plan.annotation ?? state.annotation };
    await session.users.forget([state, next]);
  }
  return true;
}

/** The plan with the time in its annotation, where nothing else tells that the user has changed. */
function dated(plan: UserPlan, { user }: UserState, { clock }: Session): UserPlan {
  if (plan.annotation === undefined || plan.active !== undefined || plan.displayName !== undefined) return plan;
  return { ...plan, annotation: { ...plan.annotation, modifiedAt: Math.max(clock(), user.updatedAt + 1) } };
}

/** Writes a user's annotation, or removes it when it says nothing that the entity does not. */
export async function keepAnnotation(state: UserState, annotation: UserAnnotation, session: Session): Promise<void> {
  if (session.annotations === undefined) return;
  if (needsDocument(state, annotation)) await session.annotations?.put(annotation);
  else if (state.annotation !== undefined) await session.annotations?.remove('user', state.user.id);
}

/** A plan with what it was made from, and whether the user is to come back, whoever restored the account. */
interface UserChange extends UserPlan {
  readonly after: Resource;
  readonly returns: boolean;
}

/** Whether the account was restored, but nobody has carried out yet what waited for that. */
function isLeftReturning({ user, annotation }: UserState): boolean {
  if (user.deleted || annotation === undefined) return false;
  return (
    annotation.tombstone ||
    annotation.unfinished ||
    annotation.waiting.add.length + annotation.waiting.remove.length > 0
  );
}

/** The state of somebody whom an administrator revived: live again, and no tombstone, lest the next deactivation pass for a deletion. */
function withoutTombstone(state: UserState): UserState {
  const { user, annotation } = state;
  if (user.deleted || annotation?.tombstone !== true) return state;
  return { ...state, annotation: { ...annotation, tombstone: false } };
}

async function execute(change: UserChange, state: UserState, session: Session): Promise<void> {
  const { user } = state;
  if (change.active === false) await deactivate(user, session);
  const returning = change.returns ? (state.annotation?.waiting ?? { add: [], remove: [] }) : undefined;
  if (returning !== undefined) await reactivate(state, returning.remove, session);
  const noted = change.displayName === undefined ? undefined : await noteNames(change, state, session);
  if (change.displayName !== undefined) await patchDisplayName(state, change.displayName.value, session);
  for (const team of returning?.add ?? []) await changeOne(user.id, team, true, session);
  const annotation = settledAnnotation(change, state, returning !== undefined) ?? binding(state, session);
  if (annotation === undefined || equalJson(annotation, noted)) return;
  await keepAnnotation(noted === undefined ? state : { user, annotation: noted }, annotation, session);
}

/**
 * Given and family name are derived from the display name where they can be. While that changes they are noted, so that an attempt
 * that stops between the two writes does not leave others behind.
 *
 * @returns what was written; undefined when nothing had to be.
 */
async function noteNames(
  { after }: UserChange,
  state: UserState,
  session: Session,
): Promise<UserAnnotation | undefined> {
  // Of an account that is only just taken over nobody has said anything yet, and a document would say that this is done.
  if (session.annotations === undefined || !isBound(state)) return undefined;
  const { presentation } = session;
  const shown = objectAt(toScimUser(state, presentation), 'name') ?? {};
  const known = state.annotation ?? emptyUserAnnotation(state.user, session.context.principal.provider);
  // What the request changes itself, its repetition changes again.
  const needed = Object.entries(toRememberedAttributes(state, after, presentation.map)).filter(
    ([path, value]) => path.startsWith('name.') && shown[path.slice('name.'.length)] === value,
  );
  const noted = { ...known, attributes: { ...known.attributes, ...Object.fromEntries(needed) } };
  if (equalJson(noted.attributes, known.attributes)) return undefined;
  await session.annotations?.put(noted);
  return noted;
}

/** The first write binds a user whom nothing else marks as provisioned. */
function binding(state: UserState, session: Session): UserAnnotation | undefined {
  return isBound(state) ? undefined : emptyUserAnnotation(state.user, session.context.principal.provider);
}

/** The annotation after the plan; a user who has returned has nothing waiting any more. */
function settledAnnotation(plan: UserPlan, state: UserState, returned: boolean): UserAnnotation | undefined {
  const next = plan.annotation ?? state.annotation;
  if (next === undefined || !returned) return plan.annotation;
  const { add, remove } = next.waiting;
  const clears = add.length + remove.length > 0 || next.tombstone || next.unfinished;
  return clears ? { ...next, tombstone: false, unfinished: false, waiting: { add: [], remove: [] } } : plan.annotation;
}

async function patchDisplayName(state: UserState, value: string | undefined, session: Session): Promise<void> {
  const path = '/displayName';
  const patch: JsonPatch = value === undefined ? [{ op: 'remove', path }] : [{ op: 'add', path, value }];
  if (value === undefined && state.user.displayName === undefined) return;
  await session.collate.users.patch(state.user.id, patch);
}

/** The plan without what cannot be kept and need not be: deactivation wins over a change that would otherwise be refused. */
function dropUnkeepable(plan: UserPlan, state: UserState, after: Resource, session: Session): UserPlan {
  if (plan.annotation === undefined) return plan;
  const { annotation, ...rest } = plan;
  const keeps = session.annotations !== undefined;
  if (
    after['active'] === false &&
    (plan.changesEmail || plan.changesUserName) &&
    (!keeps || refusesEmail(plan, session) || bringsNoAddress(plan))
  ) {
    session.events.onNotice?.({ kind: 'email-change-dropped', userId: state.user.id });
    const { email: _email, userName: _userName, ...attributes } = annotation.attributes;
    const kept = { ...pick(state.annotation?.attributes, ['email', 'userName']), ...attributes };
    return {
      ...rest,
      changesEmail: false,
      changesUserName: false,
      ...(keeps ? { annotation: { ...annotation, attributes: kept } } : {}),
    };
  }
  return keeps || plan.changesEmail || plan.changesUserName ? plan : rest;
}

function pick(
  attributes: UserAnnotation['attributes'] | undefined,
  names: readonly string[],
): UserAnnotation['attributes'] {
  return Object.fromEntries(Object.entries(attributes ?? {}).filter(([name]) => names.includes(name)));
}

function refusesEmail(plan: UserPlan, session: Session): boolean {
  return plan.changesEmail && session.settings.emailChange === 'refuse';
}

/** Whether the provider's e-mail becomes a text that is no address: Collate would not take it of a new user either. */
function bringsNoAddress({ changesEmail, annotation }: UserPlan): boolean {
  const email = annotation?.attributes['email'];
  return changesEmail && !(typeof email === 'string' && isEmailAddress(email));
}

async function assertAllowed(plan: UserPlan, state: UserState, after: Resource, session: Session): Promise<void> {
  const keeps = session.annotations !== undefined;
  if (bringsNoAddress(plan)) throw invalidValue('emails: what was sent is no e-mail address.');
  if (plan.changesEmail && (!keeps || refusesEmail(plan, session))) {
    throw mutability(
      'emails: Collate does not let an account change its e-mail address. Change it in Collate with an administrator, or stop mapping this change.',
    );
  }
  if (plan.changesUserName && !keeps) {
    throw mutability('userName cannot change: this Collate has no document store to remember another one.');
  }
  if (plan.displayName?.value !== undefined) assertVisible('displayName', plan.displayName.value);
  if (plan.changesUserName) await assertFreeUserName(textAt(after, 'userName') ?? '', state, session);
  if (plan.active === false) await assertMayDeactivate(state.user, session);
  if (plan.active === true) assertMayReactivate(state.user, session);
  const { id: userId } = state.user;
  if (plan.changesEmail) session.events.onNotice?.({ kind: 'email-remembered', userId });
  if (plan.changesUserName) session.events.onNotice?.({ kind: 'user-name-remembered', userId });
}

async function assertFreeUserName(userName: string, state: UserState, session: Session): Promise<void> {
  assertVisible('userName', userName);
  const others = await session.users.find({ by: 'userName', value: userName });
  const taken = others.some((other) => other.user.id !== state.user.id && !isTombstone(other));
  if (taken) throw uniqueness('userName is already that of another user.');
}
