/** The deviations of identity providers that a tolerant credential takes; each has an entry in `docs/quirks.md`, and is told to an observer. */
export type QuirkId =
  | 'any.members-as-strings'
  | 'any.missing-schemas'
  | 'any.missing-space'
  | 'entra.dotted-keys'
  | 'entra.empty-clears'
  | 'entra.manager-shape'
  | 'entra.ms-group-schema'
  | 'entra.op-case'
  | 'entra.reference-check'
  | 'entra.remove-members-by-value'
  | 'entra.role-json-string'
  | 'entra.string-boolean'
  | 'entra.unprefixed-extension'
  | 'entra.valuepath-compare'
  | 'entra.valuepath-upsert'
  | 'okta.password-placeholder'
  | 'okta.patch-echoes-id';

/** How far deviations are taken, and who is told of each. */
export interface Tolerance {
  readonly profile: 'tolerant' | 'strict';
  readonly onQuirk?: (quirk: QuirkId) => void;
}

/** Whether the deviation is taken; tells the observer when it is. */
export function tolerates(tolerance: Tolerance, quirk: QuirkId): boolean {
  if (tolerance.profile !== 'tolerant') return false;
  tolerance.onQuirk?.(quirk);
  return true;
}
