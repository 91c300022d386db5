import type { AttributePath } from '../attribute-path.ts';
import { invalidSyntax, ScimError } from '../error.ts';
import { quote } from '../quote.ts';
import { type Tolerance, tolerates } from '../tolerance.ts';

/**
 * Drops an attribute that `owner` does not define.
 *
 * @param owner the resource type or complex attribute, as errors name it.
 * @throws ScimError `invalidSyntax` for a strict client.
 * @remarks `any.unknown-attribute`: an error would reject the whole request, which may contain a deactivation.
 */
export function dropUnknown(name: string, owner: string, tolerance: Tolerance): void {
  if (!tolerates(tolerance, 'any.unknown-attribute'))
    throw invalidSyntax(`${quote(name)} is not an attribute of ${owner}; leave it out.`);
}

/**
 * Runs `read`, which reads what a client sent for an attribute. If a tolerant client sent an invalid value for an
 * attribute that the service does not store, the value is dropped.
 *
 * @returns undefined for a dropped value.
 * @throws ScimError of `read` in every other case.
 */
export function readKept<T>(path: AttributePath | undefined, tolerance: Tolerance, read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    const isDropped = path !== undefined && tolerance.profile === 'tolerant' && tolerance.keeps?.(path) === false;
    if (!isDropped || !(error instanceof ScimError)) throw error;
    tolerates(tolerance, 'any.unknown-attribute');
    return undefined;
  }
}
