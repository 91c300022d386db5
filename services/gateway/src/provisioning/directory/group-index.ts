import type { IndexEntry, Indexes } from '@scim-gateway/cache';
import type { TeamId } from '@scim-gateway/collate-client/model';
import { parseTeamId } from '@scim-gateway/collate-client/model';
import { effectiveName, type GroupState, shownGroupName } from '../../translation/group.ts';
import { foldCase } from '../../translation/names.ts';
import type { GroupLookup } from '../../translation/query.ts';
import type { DirectoryScope } from './scope.ts';

/** A value that the index finds groups by. */
export type GroupKey = GroupLookup & { readonly by: 'displayName' | 'externalId' };

/**
 * Teams of type Group by the values that providers look them up by, from one scan that all replicas share. Each id that
 * it answers is a candidate: the caller reads the team and checks the value.
 */
export interface GroupIndex {
  find(lookup: GroupKey, scope: DirectoryScope, since?: number): Promise<readonly TeamId[]>;
  /** Adds the values of these states; values filed before stay. */
  file(states: readonly GroupState[]): Promise<void>;
  /** A team may have been created that could not be filed: the next look-up scans again. */
  expire(): Promise<void>;
}

/** `scan` lists every active team of type Group, page by page. */
export function createGroupIndex(options: {
  readonly indexes: Indexes;
  readonly scan: (scope: DirectoryScope) => AsyncIterable<readonly GroupState[]>;
}): GroupIndex {
  const index = options.indexes.open('groups');
  return {
    find: async ({ by, value }, scope, since) => {
      const scan = async (file: (entries: readonly IndexEntry[]) => Promise<void>) => {
        for await (const states of options.scan(scope)) await file(states.flatMap(toEntries));
      };
      const [ids = []] = await index.find([toKey(by, value)], {
        scan,
        signal: scope.signal,
        ...(since === undefined ? {} : { since }),
      });
      return ids.flatMap((id) => parseTeamId(id) ?? []);
    },
    file: (states) => index.file(states.flatMap(toEntries)),
    expire: () => index.expire(),
  };
}

function toEntries(state: GroupState): readonly IndexEntry[] {
  const { team, annotation } = state;
  const names = [shownGroupName(state), effectiveName(team), team.name];
  const externalId = annotation?.attributes['externalId'];
  const keys = new Set([
    ...names.map((name) => toKey('displayName', name)),
    ...(typeof externalId === 'string' ? [toKey('externalId', externalId)] : []),
  ]);
  return [...keys].map((key) => ({ key, value: team.id }));
}

function toKey(by: GroupKey['by'], value: string): string {
  return `${by}/${by === 'externalId' ? value : foldCase(value)}`;
}
