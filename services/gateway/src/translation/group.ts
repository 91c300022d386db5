import type { EntityReference, Team } from '@scim-gateway/collate-client/model';
import type { JsonObject, JsonValue, Resource } from '@scim-gateway/scim';
import { schemaUrn } from '@scim-gateway/scim';
import type { GroupAnnotation } from './annotation.ts';
import { equalsIgnoringCase } from './names.ts';
import { type Presentation, toMeta } from './user.ts';

/** Everything Collate holds of one group but its members: the team, and what we noted of it. */
export interface GroupState {
  readonly team: Team;
  readonly annotation: GroupAnnotation | undefined;
}

/** A group as SCIM shows it; `members` only when the caller has read them. */
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

/** The group's name: what the provider calls an adopted team, else the team's display name, else its name. */
export function shownGroupName({ team, annotation }: GroupState): string {
  const remembered = annotation?.attributes['displayName'];
  return typeof remembered === 'string' ? remembered : effectiveName(team);
}

/** What Collate's own pages call the team. */
export function effectiveName(team: Pick<Team, 'name' | 'displayName'>): string {
  return team.displayName === undefined || team.displayName === '' ? team.name : team.displayName;
}

/** Whether SCIM may show the team: a live one of type Group that no provider has let go. */
export function isVisible({ team, annotation }: GroupState): boolean {
  return team.teamType === 'Group' && !team.deleted && annotation?.tombstone !== true;
}

/** Whether a provider that asks for this name means this group: the shown name, then the `name` of one never renamed. */
export function answersTo(state: GroupState, displayName: string): 'displayName' | 'name' | undefined {
  if (equalsIgnoringCase(shownGroupName(state), displayName)) return 'displayName';
  const renamed = typeof state.annotation?.attributes['displayName'] === 'string' || state.annotation?.created === true;
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
