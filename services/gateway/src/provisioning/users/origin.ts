import type { User } from '@scim-gateway/collate-client/model';
import type { AttributeMap } from '../../translation/attribute-map.ts';
import { equalsIgnoringCase } from '../../translation/names.ts';
import { toRememberedAttributes } from '../../translation/remembered-attributes.ts';
import { isBound, isTombstone, type UserState } from '../../translation/user.ts';
import type { Session } from '../session.ts';
import { toRememberingConditions } from './annotation.ts';
import type { UserDraft } from './draft.ts';

/**
 * How the account that a `POST` found came to be:
 * - `deleted`: a provider deleted the user, or its revival is pending;
 * - `half-made`: an earlier attempt at this very request stopped before its last write;
 * - `provisioned`: SCIM created or adopted the user;
 * - `foreign`: Collate made it, at a login or by an administrator.
 */
type Origin = 'deleted' | 'half-made' | 'provisioned' | 'foreign';

/** Reads the account's first version where neither its fields nor its annotation decide. */
export async function originOfAccount(state: UserState, draft: UserDraft, session: Session): Promise<Origin> {
  if (await isDeleted(state, draft, session)) return 'deleted';
  if (isHalfMade(state, draft, session)) return 'half-made';
  return (await isProvisioned(state, session)) ? 'provisioned' : 'foreign';
}

/**
 * Without a document store a deleted user looks like an inactive one: there an account counts as deleted if it has the
 * draft's `externalId`, where the server stores it, and the gateway deactivated it.
 */
async function isDeleted(state: UserState, draft: UserDraft, session: Session): Promise<boolean> {
  const { user, annotation } = state;
  if (isTombstone(state) || (annotation?.unfinished === true && annotation.tombstone)) return true;
  if (!user.deleted || session.annotations !== undefined) return false;
  const hasSameId = !session.upstream.capabilities.userExternalId || user.externalId === draft.externalId;
  return hasSameId && session.upstream.trusts(user.updatedBy) && (await isProvisioned(state, session));
}

/** Whether an earlier attempt at this request made the account and stopped before its deactivation or annotation. */
function isHalfMade(state: UserState, draft: UserDraft, session: Session): boolean {
  const { user, annotation } = state;
  if (annotation !== undefined || !isDraftWritten(state, draft, session)) return false;
  if (user.deleted && draft.active) return false;
  const missesDeactivation = !user.deleted && !draft.active;
  return missesDeactivation || missesAnnotation(state, draft, session);
}

/** Whether the account is as its creation for this draft, and perhaps its deactivation, left it. */
function isDraftWritten({ user }: UserState, draft: UserDraft, { upstream, presentation }: Session): boolean {
  const versionThen = user.deleted ? 0.2 : 0.1;
  return (
    user.version <= versionThen &&
    upstream.trusts(user.updatedBy) &&
    equalsIgnoringCase(user.email, draft.email) &&
    user.displayName === draft.displayName &&
    (!upstream.capabilities.userExternalId || hasIdentifiers(user, draft, presentation.map))
  );
}

function hasIdentifiers({ scimUserName, externalId }: User, draft: UserDraft, map: AttributeMap): boolean {
  return scimUserName === draft.userName && (!map.remembers('externalId') || externalId === draft.externalId);
}

function missesAnnotation({ user }: UserState, draft: UserDraft, session: Session): boolean {
  if (session.annotations === undefined) return false;
  return Object.keys(toRememberedAttributes(user, draft.resource, toRememberingConditions(session))).length > 0;
}

/** Whether SCIM created or adopted the user. Without a field and a document for that, the account's author decides. */
async function isProvisioned(state: UserState, session: Session): Promise<boolean> {
  if (isBound(state)) return true;
  if (session.upstream.capabilities.userExternalId || session.annotations !== undefined) return false;
  const first = await session.collate.users.firstVersion(state.user.id);
  return first !== undefined && session.upstream.trusts(first.updatedBy);
}
