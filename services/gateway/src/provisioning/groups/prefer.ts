import { type GroupState, shownGroupName } from '../../translation/group.ts';

/** Of several groups of one name: the bound ones, then those of the exact spelling, then those that SCIM created. */
export function preferGroups(found: readonly GroupState[], displayName: string): readonly GroupState[] {
  const preferences: readonly ((state: GroupState) => boolean)[] = [
    (state) => state.annotation !== undefined && !state.annotation.tombstone,
    (state) => shownGroupName(state) === displayName,
    (state) => state.annotation?.created === true,
  ];
  let remaining = found;
  for (const prefers of preferences) {
    const preferred = remaining.filter(prefers);
    if (preferred.length > 0) remaining = preferred;
  }
  return remaining;
}
