import type { EntityReference } from '@scim-gateway/collate-client/model';
import type { Resource } from '@scim-gateway/scim';
import type { GroupAnnotation } from './annotation.ts';
import type { AttributeMap } from './attribute-map.ts';
import { type BoundGroupState, effectiveName, type GroupState, rememberedName } from './group.ts';
import { diffMembers, listedMembers, type MemberDelta } from './membership.ts';
import { textAt } from './resource-values.ts';

/** A group as a request read it. */
export interface ReadGroup {
  readonly state: GroupState;
  /** Absent unless the request depends on the present members. */
  readonly members?: readonly EntityReference[] | undefined;
}

/** A group with the resource that SCIM shows; it has the members that were read. */
export interface ShownGroup extends ReadGroup {
  readonly shown: Resource;
}

/** What a request wants a group to become. */
export interface WantedGroup {
  /** The whole resource; an attribute that it lacks is cleared, except `displayName`. */
  readonly after: Resource;
  /** The change of the members; undefined to compare the `members` of both resources. */
  readonly delta: MemberDelta | undefined;
}

/** The fewest changes that turn a group as Collate stores it into the wanted one. */
export interface GroupPlan {
  /** Present only when the shown name changes. */
  readonly displayName?: string;
  /** Present only when the remembered `externalId` changes; `undefined` inside clears it. */
  readonly externalId?: { readonly value: string | undefined };
  readonly members: MemberDelta;
}

/**
 * Compares a group with what a request wants it to become. If that is the shown group itself, the plan is empty.
 *
 * @throws ScimError `invalidValue` when `members` of either resource lists an entry without `value`.
 */
export function planGroup({ shown }: ShownGroup, { after, delta }: WantedGroup, map: AttributeMap): GroupPlan {
  const displayName = textAt(after, 'displayName');
  const externalId = textAt(after, 'externalId');
  const renames = displayName !== undefined && displayName !== textAt(shown, 'displayName');
  const identifies = map.remembers('externalId') && externalId !== textAt(shown, 'externalId');
  return {
    ...(renames ? { displayName } : {}),
    ...(identifies ? { externalId: { value: externalId } } : {}),
    members: delta ?? diffMembers(listedMembers(shown), listedMembers(after)),
  };
}

/** Whether the plan changes anything but members. */
export function changesAttributes({ displayName, externalId }: GroupPlan): boolean {
  return displayName !== undefined || externalId !== undefined;
}

/**
 * The team and the annotation once the plan is executed. A created team is renamed in Collate; an adopted one keeps its
 * name there, and the annotation remembers the provider's. So does a created one while the acting principal may not
 * change display names; the first change of an attribute after the right was granted then renames it.
 */
export function toPlannedGroup(
  { team, annotation }: BoundGroupState,
  plan: GroupPlan,
  { writesDisplayName }: { readonly writesDisplayName: boolean },
): BoundGroupState {
  if (!changesAttributes(plan)) return { team, annotation };
  const { displayName = rememberedName(annotation), externalId } = plan;
  const renames = displayName !== undefined && annotation.created && writesDisplayName;
  const renamed = renames ? { ...team, displayName } : team;
  const names =
    displayName === undefined ? {} : { displayName: effectiveName(renamed) === displayName ? undefined : displayName };
  const ids = externalId === undefined ? {} : { externalId: externalId.value };
  const attributes = withoutUndefined({ ...annotation.attributes, ...names, ...ids });
  return { team: renamed, annotation: { ...annotation, attributes } };
}

function withoutUndefined(
  attributes: Readonly<Record<string, GroupAnnotation['attributes'][string] | undefined>>,
): GroupAnnotation['attributes'] {
  return Object.fromEntries(
    Object.entries(attributes).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
