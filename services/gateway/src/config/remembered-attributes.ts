import { type AttributeDefinition, parseAttributePath, userResourceType } from '@scim-gateway/scim';

/** Attributes that grant rights; the gateway never stores or returns them. */
const rights = new Set(['roles', 'entitlements', 'x509Certificates']);

/**
 * The canonical spelling of the attributes to remember.
 *
 * @param report receives a problem for each attribute that cannot be remembered.
 */
export function parseRememberedAttributes(
  texts: readonly string[],
  report: (problem: string) => void,
): readonly string[] {
  const paths = new Set<string>();
  for (const text of texts) {
    const path = parseAttributePath(text, userResourceType);
    if (path === undefined)
      report(`contains "${text}"; it must list attributes of a SCIM User, such as title or name.givenName.`);
    else if (!isRememberable(path.attribute))
      report(`contains "${text}", which is never stored; it must list attributes that a provider may set.`);
    else paths.add(path.text);
  }
  return [...paths];
}

function isRememberable({ name, mutability, returned }: AttributeDefinition): boolean {
  return mutability === 'readWrite' && returned !== 'never' && !rights.has(name);
}
