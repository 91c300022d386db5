import type { IndexEntry, Indexes } from '@scim-gateway/cache';
import type { TeamId } from '@scim-gateway/collate-client/model';
import { parseTeamId } from '@scim-gateway/collate-client/model';
import { effectiveName, type GroupState, shownGroupName } from '../../translation/group.ts';
import { foldCase } from '../../translation/names.ts';
import type { GroupLookup } from '../../translation/query.ts';
import type { Session } from '../session.ts';

/** What the index tells groups by. */
export type GroupKey = GroupLookup & { readonly by: 'displayName' | 'externalId' };

/** Every team of type Group by what providers look it up by, from one scan that all replicas share. What is found has to be looked at. */
export interface GroupIndex {
  find(lookup: GroupKey, session: Session): Promise<readonly TeamId[]>;
  /** What a group is found by from now on, besides what it was found by before. */
  file(states: readonly GroupState[]): Promise<void>;
  /** A team may have come that nobody could file. */
  expire(): Promise<void>;
}

/** `scan` lists every live team of type Group, page by page. */
export function createGroupIndex(options: {
  readonly indexes: Indexes;
  readonly scan: (session: Session) => AsyncIterable<readonly GroupState[]>;
}): GroupIndex {
  const index = options.indexes.open('groups');
  return {
    find: async ({ by, value }, session) => {
      const scan = async (file: (entries: readonly IndexEntry[]) => Promise<void>) => {
        for await (const states of options.scan(session)) await file(states.flatMap(toEntries));
      };
      const [ids = []] = await index.find([toKey(by, value)], { scan, signal: session.signal });
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
