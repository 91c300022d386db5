import { readFileSync } from 'node:fs';
import type { Tolerance } from '@scim-gateway/scim';

/** A deviation that the kernel takes of a tolerant client. */
export type QuirkId = Parameters<NonNullable<Tolerance['onQuirk']>>[0];

/** All of them, from the union's source: a type leaves nothing behind that could be listed. */
export function quirkIds(): readonly string[] {
  const source = readFileSync(new URL('../../../../packages/scim/src/tolerance.ts', import.meta.url), 'utf8');
  return [...source.matchAll(/^ {2}\| '([a-z]+\.[a-z-]+)'/gm)].flatMap(([, id]) => id ?? []);
}
