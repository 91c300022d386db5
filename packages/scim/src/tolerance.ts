/** The known deviations of identity providers that a tolerant server takes; each has an entry in `docs/quirks.md`. */
export type QuirkId =
  | 'entra.op-case'
  | 'entra.string-boolean'
  | 'entra.valuepath-upsert'
  | 'entra.remove-members-by-value'
  | 'entra.dotted-keys'
  | 'entra.manager-shape'
  | 'entra.empty-clears'
  | 'entra.ms-group-schema'
  | 'entra.valuepath-compare'
  | 'entra.reference-check'
  | 'entra.role-json-string'
  | 'entra.unprefixed-extension'
  | 'okta.patch-echoes-id'
  | 'okta.password-placeholder'
  | 'any.missing-schemas'
  | 'any.members-as-strings';

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
