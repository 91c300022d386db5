import type { IndexBackend, IndexEntry } from './shared-index.ts';

/** A key's only value without a stamp, which is nearly always all there is; several of those; or the newest with its stamp. */
type Filed = string | readonly string[] | { readonly stamp: number; readonly value: string };

interface Generation {
  readonly name: string;
  readonly beganAt: number;
  readonly filed: Map<string, Filed>;
}

/** An index in this process: right for one replica. */
export function createMemoryIndexBackend(clock: () => number): IndexBackend {
  let current: Generation | undefined;
  let building: Generation | undefined;
  const claimed = (generation: string) => (building?.name === generation ? building : undefined);
  return {
    find: async (keys) => {
      if (current === undefined) return undefined;
      const { filed, beganAt } = current;
      return { values: keys.map((key) => toValues(filed.get(key))), ageMs: clock() - beganAt };
    },
    file: async (entries) => {
      for (const generation of [current, building]) if (generation !== undefined) fileIn(generation, entries);
    },
    expire: async () => {
      current = undefined;
      building = undefined;
    },
    begin: async (name) => {
      if (building !== undefined) return false;
      building = { name, beganAt: clock(), filed: new Map() };
      return true;
    },
    feed: async (name, entries) => {
      const generation = claimed(name);
      if (generation !== undefined) fileIn(generation, entries);
      return generation !== undefined;
    },
    finish: async (name) => {
      const generation = claimed(name);
      if (generation === undefined) return false;
      current = generation;
      building = undefined;
      return true;
    },
    abandon: async (name) => {
      if (claimed(name) !== undefined) building = undefined;
    },
  };
}

function fileIn({ filed }: Generation, entries: readonly IndexEntry[]): void {
  for (const entry of entries) {
    const before = filed.get(entry.key);
    const after = merge(before, entry);
    if (after !== before) filed.set(entry.key, after);
  }
}

function merge(before: Filed | undefined, { value, stamp }: IndexEntry): Filed {
  if (stamp !== undefined) {
    return isStamped(before) && before.stamp > stamp ? before : { stamp, value };
  }
  if (before === undefined || isStamped(before)) return value;
  const values = typeof before === 'string' ? [before] : before;
  return values.includes(value) ? before : [...values, value];
}

function toValues(filed: Filed | undefined): readonly string[] {
  if (filed === undefined) return [];
  if (typeof filed === 'string') return [filed];
  return isStamped(filed) ? [filed.value] : filed;
}

function isStamped(filed: Filed | undefined): filed is Extract<Filed, { stamp: number }> {
  return typeof filed === 'object' && 'stamp' in filed;
}
