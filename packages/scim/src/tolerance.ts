/**
 * The known deviations of identity providers; each has an entry in `docs/quirks.md`. Those of bodies, filters and paths are taken here,
 * those of HTTP by whoever serves it.
 */
export type QuirkId =
  | 'any.members-as-strings'
  | 'any.missing-schemas'
  | 'any.missing-space'
  | 'entra.dotted-keys'
  | 'entra.empty-clears'
  | 'entra.flag-in-url'
  | 'entra.manager-shape'
  | 'entra.ms-group-schema'
  | 'entra.op-case'
  | 'entra.plus-space'
  | 'entra.reference-check'
  | 'entra.remove-members-by-value'
  | 'entra.role-json-string'
  | 'entra.string-boolean'
  | 'entra.unprefixed-extension'
  | 'entra.valuepath-compare'
  | 'entra.valuepath-upsert'
  | 'okta.display-null'
  | 'okta.groups-in-user-body'
  | 'okta.integer-retry-after'
  | 'okta.json-content-type'
  | 'okta.member-no-type'
  | 'okta.partial-deactivate-put'
  | 'okta.password-placeholder'
  | 'okta.patch-echoes-id'
  | 'okta.put-echo';

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
