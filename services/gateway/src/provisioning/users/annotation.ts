import type { User } from '@scim-gateway/collate-client/model';
import { emptyUserAnnotation, type UserAnnotation } from '../../translation/annotation.ts';
import {
  needsDocument,
  type RememberingConditions,
  toRememberedAttributes,
} from '../../translation/remembered-attributes.ts';
import type { UserState } from '../../translation/user.ts';
import type { Session } from '../session.ts';
import type { UserDraft } from './draft.ts';

/** The user's annotation, or an empty one that binds the user to the request's provider. */
export function annotationOf({ user, annotation }: UserState, session: Session): UserAnnotation {
  return annotation ?? emptyUserAnnotation(user, session.context.principal.provider);
}

/** What this deployment remembers of users, as the acting principal. */
export function toRememberingConditions({ presentation, upstream }: Session): RememberingConditions {
  return { map: presentation.map, writesDisplayName: upstream.capabilities.displayNames.users };
}

/** The annotation of a user who has just been created or revived: what the account cannot show of the draft. */
export function annotationOfDraft(user: User, draft: UserDraft, session: Session): UserAnnotation {
  const attributes = toRememberedAttributes(user, draft.resource, toRememberingConditions(session));
  return { ...emptyUserAnnotation(user, session.context.principal.provider), attributes };
}

/** Writes a user's annotation, or removes it where the account shows all of it. No-op without a document store. */
export async function keepAnnotation(state: UserState, annotation: UserAnnotation, session: Session): Promise<void> {
  if (session.annotations === undefined) return;
  if (needsDocument(state.user, annotation)) await session.annotations.put(annotation);
  else if (state.annotation !== undefined) await session.annotations.remove('user', state.user.id);
}
