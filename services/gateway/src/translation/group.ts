import type { EntityReference, Team, UserId } from '@scim-gateway/collate-client/model';
import type { JsonObject, JsonValue, Resource } from '@scim-gateway/scim';
import { schemaUrn } from '@scim-gateway/scim';
import { creationOf, type GroupAnnotation } from './annotation.ts';
import { equalsIgnoringCase } from './names.ts';
import { type Presentation, toMeta } from './user.ts';

/** What Collate stores of one group, except its members: the team and the annotation. */
export interface GroupState {
  readonly team: Team;
  /** Undefined while no provider has bound the team, and where Collate has no document store. */
  readonly annotation: GroupAnnotation | undefined;
}

/** The state of a group that a provider has bound. */
export type BoundGroupState = GroupState & { readonly annotation: GroupAnnotation };

/** How a team became a group: SCIM created it, or a provider adopted it with the members of its baseline. */
export interface GroupOrigin {
  /** The key of the identity provider that binds the team. */
  readonly provider: string;
  readonly created: boolean;
  /** The members of an adopted team before its adoption; empty for a created team. */
  readonly baseline: readonly UserId[];
}

/** The annotation that binds a team to a provider; it remembers no attribute yet. */
export function toGroupAnnotation(team: Team, origin: GroupOrigin): GroupAnnotation {
  return {
    kind: 'group',
    id: team.id,
    createdAt: creationOf(team),
    attributes: {},
    tombstone: false,
    unfinished: false,
    ...origin,
  };
}

/**
 * A group as SCIM shows it.
 *
 * @param members undefined when the caller has not read them; the resource then has no `members`.
 */
export function toScimGroup(
  state: GroupState,
  presentation: Presentation,
  members?: readonly EntityReference[],
): Resource {
  const externalId = presentation.map.remembers('externalId') ? state.annotation?.attributes['externalId'] : undefined;
  const resource: Record<string, JsonValue> = {
    schemas: [schemaUrn.group],
    id: state.team.id,
    ...(typeof externalId === 'string' ? { externalId } : {}),
    displayName: shownGroupName(state),
    ...(members === undefined || members.length === 0
      ? {}
      : { members: members.map((member) => toMember(member, presentation)) }),
    meta: toMeta('Group', state.team, presentation, state.annotation),
  };
  return resource;
}

/** The group's `displayName`: the one that the annotation remembers, otherwise the team's. */
export function shownGroupName({ team, annotation }: GroupState): string {
  return rememberedName(annotation) ?? effectiveName(team);
}

/** The `displayName` that the team itself does not have. */
export function rememberedName(annotation: GroupAnnotation | undefined): string | undefined {
  const name = annotation?.attributes['displayName'];
  return typeof name === 'string' ? name : undefined;
}

/** The name that Collate's own pages show for the team. */
export function effectiveName(team: Pick<Team, 'name' | 'displayName'>): string {
  return team.displayName === undefined || team.displayName === '' ? team.name : team.displayName;
}

/** Whether SCIM shows the team: an active team of type Group that no provider has deleted. */
export function isVisible({ team, annotation }: GroupState): boolean {
  return team.teamType === 'Group' && !team.deleted && annotation?.tombstone !== true;
}

/**
 * Which of the group's names equals this one: the shown name or, if SCIM has not renamed it, the team's `name`. A
 * released team also answers to the name that Collate shows, since a `POST` of either name adopts it again.
 */
export function answersTo(state: GroupState, displayName: string): 'displayName' | 'name' | undefined {
  if (equalsIgnoringCase(shownGroupName(state), displayName)) return 'displayName';
  const isReleased = state.annotation?.tombstone === true;
  if (isReleased && equalsIgnoringCase(effectiveName(state.team), displayName)) return 'displayName';
  const renamed = rememberedName(state.annotation) !== undefined || state.annotation?.created === true;
  return !renamed && equalsIgnoringCase(state.team.name, displayName) ? 'name' : undefined;
}

function toMember(member: EntityReference, presentation: Presentation): JsonObject {
  return {
    value: member.id,
    $ref: presentation.locate('/Users', member.id),
    display: member.displayName ?? member.name ?? member.id,
    type: 'User',
  };
}
