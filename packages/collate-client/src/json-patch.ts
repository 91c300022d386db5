import type { JsonPatch } from './model/index.ts';

/**
 * Refuses patches that servers treat otherwise than they read: an empty one rewrites a user's memberships, and additions and removals
 * in one list are applied in another order by old servers (collate-live 2.3).
 *
 * @throws TypeError for a mistake of the caller's.
 */
export function assertPatch(patch: JsonPatch): void {
  if (patch.length === 0) throw new TypeError('A patch must change something.');
  const removing = new Set(patch.filter(({ op }) => op === 'remove').map(({ path }) => listOf(path)));
  const mixed = patch.find(
    ({ op, path }) => (op === 'add' || op === 'replace') && removing.has(listOf(path)) && isPosition(path),
  );
  if (mixed !== undefined)
    throw new TypeError(`A patch must not add to and remove from ${listOf(mixed.path)} at once.`);
}

function listOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/'));
}

function isPosition(path: string): boolean {
  return /\/(?:\d+|-)$/.test(path);
}
