import type { AttributePath } from '../attribute-path.ts';
import { type Tolerance, tolerates } from '../tolerance.ts';
import type { ResourceType } from './definition.ts';
import { lookUp, registryOf } from './registry.ts';

/**
 * Resolves an attribute name such as `userName`, `name.givenName` or `urn:…:User:department`. Names match in any case.
 *
 * @returns undefined when the resource type does not define the attribute.
 * @see https://www.rfc-editor.org/rfc/rfc7644#section-3.10
 * @example
 * ```ts
 * parseAttributePath('NAME.givenname', userResourceType)?.text; // 'name.givenName'
 * ```
 */
export function parseAttributePath(text: string, type: ResourceType): AttributePath | undefined {
  return lookUp(registryOf(type).paths, text);
}

/**
 * Resolves an attribute name as a provider spells it.
 *
 * @remarks `entra.unprefixed-extension`: Entra ID's tutorial names `manager`, an extension attribute, without its URN.
 */
export function resolveAttributePath(
  text: string,
  type: ResourceType,
  tolerance: Tolerance,
): AttributePath | undefined {
  const path = parseAttributePath(text, type);
  if (path !== undefined) return path;
  const unprefixed = lookUp(registryOf(type).unprefixed, text);
  return unprefixed !== undefined && tolerates(tolerance, 'entra.unprefixed-extension') ? unprefixed : undefined;
}
