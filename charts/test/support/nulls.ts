import { type Finding, finding } from './finding.ts';
import type { Manifest } from './helm.ts';

function* nullsIn(value: unknown, at: string): Generator<string> {
  if (value === null) yield at;
  else if (typeof value === 'object') {
    for (const [name, one] of Object.entries(value)) yield* nullsIn(one, `${at}/${name}`);
  }
}

/** Fields that were rendered without a value. */
export function nullFindings(manifest: Manifest): readonly Finding[] {
  return [...nullsIn(manifest, '')].map((at) =>
    finding(manifest, at, 'null is rendered where a value, or nothing, should be.'),
  );
}
