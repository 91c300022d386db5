import { type AttributeDefinition, parseAttributePath, userResourceType } from '@scim-gateway/scim';

/** Attributes that carry rights; they are never kept and never shown. */
const rights = new Set(['roles', 'entitlements', 'x509Certificates']);

/**
 * The canonical spelling of the attributes to remember.
 *
 * @param report is told of each that cannot be remembered, and why.
 */
export function parseRememberedAttributes(
  texts: readonly string[],
  report: (problem: string) => void,
): readonly string[] {
  const paths = new Set<string>();
  for (const text of texts) {
    const path = parseAttributePath(text, userResourceType);
    if (path === undefined)
      report(`holds "${text}"; accepted are attributes of a SCIM User, such as title or name.givenName.`);
    else if (!isRememberable(path.attribute))
      report(`holds "${text}", which is never kept; accepted are attributes a provider may set.`);
    else paths.add(path.text);
  }
  return [...paths];
}

function isRememberable({ name, mutability, returned }: AttributeDefinition): boolean {
  return mutability === 'readWrite' && returned !== 'never' && !rights.has(name);
}
