import { isObject, type JsonValue, type PatchOperation, type Resource } from '@scim-gateway/scim';
import { isEmailAddress } from '../../translation/names.ts';

/** A value that no other user may have, as a lock key. */
type Claim = { readonly userName: string } | { readonly email: string };

/** The locks of the userName and the e-mail addresses that a PUT names. */
export function claimsOf({ userName, emails }: Resource): readonly Claim[] {
  const addresses = texts(emails).filter(isEmailAddress);
  return [...texts(userName).map((name) => ({ userName: name })), ...addresses.map((email) => ({ email }))];
}

/** The locks of the userNames and e-mail addresses that an operation of a PATCH names. */
export function claimsOfOperation(operation: PatchOperation): readonly Claim[] {
  if (operation.op === 'remove') return [];
  return claimsOf({ [operation.target.path.attribute.name]: operation.value });
}

/** The text, or each text under `value` in a complex value or in a list of them. */
function texts(value: JsonValue | undefined): readonly string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(texts);
  return isObject(value) ? texts(value['value']) : [];
}
