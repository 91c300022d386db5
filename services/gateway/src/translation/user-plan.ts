import type { TeamId, User } from '@scim-gateway/collate-client/model';
import { equalJson, type Resource } from '@scim-gateway/scim';
import { emptyUserAnnotation, type UserAnnotation } from './annotation.ts';
import type { AttributeMap } from './attribute-map.ts';
import { teamIds } from './membership.ts';
import { equalsIgnoringCase, isEmailAddress } from './names.ts';
import {
  type RememberedAttributes,
  type RememberingConditions,
  toRememberedAttributes,
} from './remembered-attributes.ts';
import { objectsAt, textAt } from './resource-values.ts';
import { isBound, shownDisplayName, shownEmail, shownName, shownUserName, type UserState } from './user.ts';

/**
 * The fewest writes that turn a user as Collate stores it into the wanted one, with what has to be checked before them
 * and reported after them. `execute` in `provisioning/users/change.ts` states their order.
 */
export interface UserPlan extends IdentityPlan, AccountPlan {
  /** Written before all else: the annotation without the tombstone of a user whom an administrator restored. */
  readonly restored?: UserAnnotation;
  /**
   * Written before the account is restored or renamed: names that the old display name implies, and memberships. A crash
   * in between must change neither.
   */
  readonly interim?: UserAnnotation;
  /** The annotation as it should be afterwards; present only when it changes. */
  readonly annotation?: UserAnnotation;
}

/** What changes in the account itself. */
interface AccountPlan {
  /** Present only when the account's state changes. */
  readonly active?: boolean;
  /** The pending membership changes to apply, which may be none; present only when the user returns. */
  readonly returns?: PendingTeams;
  /** Present only when Collate's display name changes, and may change; `undefined` inside clears it. */
  readonly displayName?: { readonly value: string | undefined };
}

/** What becomes of a changed e-mail address or userName, neither of which the gateway changes in an account. */
interface IdentityPlan {
  /** Why the change cannot be remembered; the plan must then be refused. */
  readonly refusal?: IdentityRefusal;
  /** The new userName, which must not be another user's; undefined unless it changes. */
  readonly userName: string | undefined;
  /** The new e-mail address, which must not be another user's; undefined unless it changes. */
  readonly email: string | undefined;
  /** What to report once the plan has been executed. */
  readonly notices: readonly UserNotice[];
}

/**
 * Why an e-mail address or userName is refused: the value is not an e-mail address, a setting forbids another e-mail
 * address, Collate has no document store to remember another one, or another user has the value.
 */
export type IdentityRefusal =
  | 'taken'
  | 'not-an-address'
  | 'email-forbidden'
  | 'email-without-store'
  | 'userName-without-store';

export type UserNotice =
  | 'email-remembered'
  | 'user-name-remembered'
  | 'email-change-dropped'
  | 'display-name-remembered'
  | 'display-name-dropped';

/** The teams that a user leaves and joins on returning. */
interface PendingTeams {
  readonly leave: readonly TeamId[];
  readonly join: readonly TeamId[];
}

/** What a plan depends on besides the user and the wanted resource. */
export interface PlanConditions extends RememberingConditions {
  /** The identity provider that asks. */
  readonly provider: string;
  /** Whether Collate has a document store for annotations. */
  readonly hasDocuments: boolean;
  /** Whether a changed e-mail address may be remembered. */
  readonly remembersEmail: boolean;
  /** Whether another user has the new e-mail address or userName. Only a deactivation may be planned then. */
  readonly isTaken: boolean;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/**
 * What has to change so that SCIM shows `after`. For the resource that SCIM shows already, the plan is empty.
 *
 * While the user is or becomes inactive no other field of the entity can be written (Collate answers 404), so the
 * annotation keeps a new display name until the user is active again. Where the acting principal may not change display
 * names, the annotation keeps it until the first change after the right was granted.
 *
 * @param after a whole resource: an attribute that it lacks is cleared.
 */
export function planUser(found: UserState, after: Resource, conditions: PlanConditions): UserPlan {
  const state = withoutTombstone(found);
  const { attributes, ...planned } = planIdentity(state, after, conditions);
  const identity = { ...planned, notices: [...planned.notices, ...noticesOfName(state, after, conditions)] };
  const account = planAccount(found, after, conditions);
  if (!conditions.hasDocuments) return { ...identity, ...account };
  const known = state.annotation ?? emptyUserAnnotation(state.user, conditions.provider);
  const remembers = !equalJson(attributes, known.attributes);
  if (!remembers && isEmptyPlan(account)) return identity;

  const changed = remembers
    ? { ...known, attributes, modifiedAt: nextModifiedAt(state.user, known, account, conditions) }
    : known;
  const named = account.displayName === undefined ? known : withImpliedNames(state, known, attributes, conditions.map);
  const interim = rewritesTeams(account) ? withKeptTeams(state, named) : named;
  const annotation = account.returns === undefined && interim === named ? changed : withNothingPending(changed);
  return {
    ...identity,
    ...account,
    ...(state === found ? {} : { restored: known }),
    ...(interim === known ? {} : { interim }),
    // The first write binds a user whom nothing else marks as provisioned.
    ...(annotation === known && interim === known && isBound(state) ? {} : { annotation }),
  };
}

/** Whether the plan asks for no write at all. */
export function isEmptyPlan(plan: Pick<UserPlan, 'active' | 'returns' | 'displayName' | 'annotation'>): boolean {
  const { active, returns, displayName, annotation } = plan;
  return active === undefined && returns === undefined && displayName === undefined && annotation === undefined;
}

/** What becomes of a changed display name that may not be written; empty for one that may. */
function noticesOfName(
  state: UserState,
  after: Resource,
  { writesDisplayName, hasDocuments }: PlanConditions,
): readonly UserNotice[] {
  if (writesDisplayName || textAt(after, 'displayName') === shownDisplayName(state)) return [];
  return [hasDocuments ? 'display-name-remembered' : 'display-name-dropped'];
}

function planAccount(
  { user, annotation }: UserState,
  after: Resource,
  { writesDisplayName }: PlanConditions,
): AccountPlan {
  const displayName = textAt(after, 'displayName');
  if (after['active'] === false) return user.deleted ? {} : { active: false };
  // An earlier attempt, or an administrator, may have restored the account: what was pending is applied all the same.
  const returns = user.deleted || (annotation !== undefined && isPending(annotation));
  return {
    ...(user.deleted ? { active: true } : {}),
    ...(returns ? { returns: pendingTeams(annotation) } : {}),
    ...(writesDisplayName && displayName !== user.displayName ? { displayName: { value: displayName } } : {}),
  };
}

/** A deactivation is never refused for a new e-mail address or userName that comes with it: what is refused is dropped. */
function planIdentity(
  state: UserState,
  after: Resource,
  conditions: PlanConditions,
): IdentityPlan & { readonly attributes: RememberedAttributes } {
  const attributes = toRememberedAttributes(state.user, after, conditions);
  const email = otherThan(shownEmail(state), attributes['email']);
  const userName = otherThan(shownUserName(state), attributes['userName']);
  const taken = conditions.isTaken ? 'taken' : undefined;
  const ofEmail = taken ?? refuseEmail(email, attributes, conditions);
  const ofUserName = taken ?? refuseUserName(userName, conditions);
  const refusal = ofEmail ?? ofUserName;
  if (refusal !== undefined && after['active'] !== false) return { attributes, email, userName, refusal, notices: [] };
  const keptEmail = ofEmail === undefined ? attributes : withFormer(emailPaths, state, attributes);
  return {
    attributes: ofUserName === undefined ? keptEmail : withFormer(['userName'], state, keptEmail),
    email: ofEmail === undefined ? email : undefined,
    userName: ofUserName === undefined ? userName : undefined,
    notices: [
      ...(refusal === undefined ? [] : (['email-change-dropped'] as const)),
      ...(email === undefined || ofEmail !== undefined ? [] : (['email-remembered'] as const)),
      ...(userName === undefined || ofUserName !== undefined ? [] : (['user-name-remembered'] as const)),
    ],
  };
}

function refuseEmail(
  email: string | undefined,
  attributes: RememberedAttributes,
  { hasDocuments, remembersEmail }: PlanConditions,
): IdentityRefusal | undefined {
  const others = objectsAt(attributes, 'emails').map((each) => textAt(each, 'value') ?? '');
  if ([...(email === undefined ? [] : [email]), ...others].some((address) => !isEmailAddress(address)))
    return 'not-an-address';
  if (email === undefined) return undefined;
  if (!remembersEmail) return 'email-forbidden';
  return hasDocuments ? undefined : 'email-without-store';
}

function refuseUserName(userName: string | undefined, { hasDocuments }: PlanConditions): IdentityRefusal | undefined {
  return userName === undefined || hasDocuments ? undefined : 'userName-without-store';
}

/** The paths of the annotation that describe e-mail addresses. */
const emailPaths = ['email', 'emails', 'emails.type', 'emails.primary'];

/** The attributes with the values that were remembered before at these paths. */
function withFormer(
  paths: readonly string[],
  { annotation }: UserState,
  attributes: RememberedAttributes,
): RememberedAttributes {
  const isFormer = ([path]: readonly [string, unknown]) => paths.includes(path);
  const others = Object.entries(attributes).filter((entry) => !isFormer(entry));
  return Object.fromEntries([...Object.entries(annotation?.attributes ?? {}).filter(isFormer), ...others]);
}

/** The value if it is a string other than the shown one; another spelling of the same address is never refused. */
function otherThan(shown: string, value: unknown): string | undefined {
  return typeof value === 'string' && !equalsIgnoringCase(value, shown) ? value : undefined;
}

/** An administrator may have restored a deleted user: a later deactivation must not look like a deletion. */
function withoutTombstone(state: UserState): UserState {
  const { user, annotation } = state;
  if (user.deleted || annotation?.tombstone !== true) return state;
  return { user, annotation: { ...annotation, tombstone: false } };
}

function isPending({ tombstone, unfinished, waiting }: UserAnnotation): boolean {
  return tombstone || unfinished || waiting.add.length + waiting.remove.length > 0;
}

function withNothingPending(annotation: UserAnnotation): UserAnnotation {
  if (!isPending(annotation)) return annotation;
  return { ...annotation, tombstone: false, unfinished: false, waiting: { add: [], remove: [] } };
}

function pendingTeams(annotation: UserAnnotation | undefined): PendingTeams {
  return { leave: annotation?.waiting.remove ?? [], join: annotation?.waiting.add ?? [] };
}

/** Whether the writes make Collate rewrite the memberships of a user who stays or becomes active. */
function rewritesTeams({ active, displayName }: AccountPlan): boolean {
  return active === true || displayName !== undefined;
}

/**
 * The annotation with the user's teams as pending additions: if Collate loses memberships in a crash, the repetition of
 * the request adds them again, and a removal meanwhile cancels that. The annotation of an account that is being adopted is
 * marked as unfinished.
 */
function withKeptTeams(state: UserState, annotation: UserAnnotation): UserAnnotation {
  const { add, remove } = annotation.waiting;
  const kept = teamIds(state.user.teams).filter((id) => !add.includes(id) && !remove.includes(id));
  if (kept.length === 0) return annotation;
  const waiting = { add: [...add, ...kept], remove };
  return { ...annotation, waiting, unfinished: annotation.unfinished || !isBound(state) };
}

/** Collate's own time of modification moves with the account, but not with the annotation. */
function nextModifiedAt(
  user: User,
  known: UserAnnotation,
  { active, displayName }: AccountPlan,
  { now }: PlanConditions,
): number | undefined {
  const changesAccount = active !== undefined || displayName !== undefined;
  return changesAccount ? known.modifiedAt : Math.max(now, user.updatedAt + 1);
}

/**
 * The annotation with those remembered parts of the name that are shown already because the display name implies them.
 * The other parts need no protection: a repetition of the request changes them again.
 */
function withImpliedNames(
  state: UserState,
  known: UserAnnotation,
  remembered: RememberedAttributes,
  map: AttributeMap,
): UserAnnotation {
  // While a user is being adopted, an annotation would mark the adoption as complete.
  if (!isBound(state)) return known;
  const shown = shownName(state, map) ?? {};
  const names = Object.entries(remembered).filter(
    ([path, value]) => path.startsWith('name.') && shown[path.slice('name.'.length)] === value,
  );
  const attributes = { ...known.attributes, ...Object.fromEntries(names) };
  return equalJson(attributes, known.attributes) ? known : { ...known, attributes };
}
