import type { AttributePath } from './attribute-path.ts';

/** The deviations from the standards that a tolerant credential may send; `docs/quirks.md` describes each. */
export const quirkIds = [
  'any.members-as-strings',
  'any.missing-schemas',
  'any.missing-space',
  'any.number-as-text',
  'any.patch-schema',
  'any.single-value-filter',
  'any.unknown-attribute',
  'entra.dotted-keys',
  'entra.empty-clears',
  'entra.manager-shape',
  'entra.ms-group-schema',
  'entra.op-case',
  'entra.reference-check',
  'entra.remove-members-by-value',
  'entra.role-json-string',
  'entra.string-boolean',
  'entra.unprefixed-extension',
  'entra.value-list',
  'entra.valuepath-compare',
  'entra.valuepath-upsert',
  'okta.password-placeholder',
  'okta.patch-echoes-id',
] as const;

/** The name of a deviation: the provider that sends it, and what it sends. */
export type QuirkId = (typeof quirkIds)[number];

/** Whether deviations are accepted, and an observer of those that were. */
export interface Tolerance {
  readonly profile: 'tolerant' | 'strict';
  /** Called once for each accepted deviation. */
  readonly onQuirk?: (quirk: QuirkId) => void;
  /**
   * Whether the service stores the attribute: a tolerant client may send an invalid value for any other. Absent: it
   * stores every attribute.
   */
  readonly keeps?: (path: AttributePath) => boolean;
}

/** Whether a deviation is accepted; notifies the observer when it is. */
export function tolerates(tolerance: Tolerance, quirk: QuirkId): boolean {
  if (tolerance.profile !== 'tolerant') return false;
  tolerance.onQuirk?.(quirk);
  return true;
}
