import { foldText, invalidValue } from '@scim-gateway/scim';

/** How a new user's Collate `name` is derived; `auto` follows the server's principal claims. */
export type NameRule = 'auto' | 'email-local-part' | 'userName-local-part' | 'userName';

/** How a Collate server treats user names, as far as deriving one depends on it. */
export interface NamingConditions {
  /** The token claims that name the user at login: the first present one decides. */
  readonly principalClaims: readonly string[];
  /** Whether the server stores user names in lower case. */
  readonly foldsCase: boolean;
  readonly maxUserNameLength: number;
  /** Whether user names may contain letters, digits, `_`, `-` and `.` only. */
  readonly wordsOnly: boolean;
}

/** Given and family name as SCIM shows them. */
export interface DerivedNames {
  readonly givenName: string;
  readonly familyName: string;
}

/**
 * The form in which names and addresses are compared: letters of every script fold, but none into an ASCII letter.
 * Characters that are not shown, such as joiners and soft hyphens, are left out.
 */
export function foldCase(text: string): string {
  return foldText(text);
}

const ignorable = /\p{Default_Ignorable_Code_Point}+/gu;

/** Whether two names or addresses are equal apart from case and characters that are not shown. */
export function equalsIgnoringCase(left: string | undefined, right: string | undefined): boolean {
  return left !== undefined && right !== undefined && (left === right || foldCase(left) === foldCase(right));
}

/**
 * Whether Collate accepts the text as an e-mail address: 6 to 127 characters, a dotted domain, no blanks. A Kelvin sign or
 * dotted I is refused, since Collate's lower-casing would turn it into an ASCII letter, and so into another address.
 */
export function isEmailAddress(text: string): boolean {
  if (text.length < 6 || text.length > 127 || /[\u212A\u0130]/.test(text)) return false;
  return /^[^\s@]+@[^\s@]+\.[^\s@.]+$/.test(text);
}

/**
 * An invisible character, or one that reorders the text around it, that is no part of any spelling. Parts of a spelling
 * are the soft hyphen, the marks U+200E and U+200F, and a joiner (U+200C, U+200D) after a letter, digit or emoji: names
 * in Persian or Sinhala need joiners.
 */
const illegible =
  /[\p{Cc}\u2028\u2029]|(?![\u00AD\u200C-\u200F])\p{Cf}|(?<![\p{L}\p{M}\p{N}\p{Extended_Pictographic}\p{Emoji_Modifier}])[\u200C\u200D]/u;

/**
 * The text itself, if every invisible character in it belongs to its spelling.
 *
 * @throws ScimError `invalidValue` naming the attribute.
 */
export function assertLegible(path: string, text: string): string {
  return assertWithout(illegible, path, text);
}

/**
 * The text itself, if it is legible and has anything to read.
 *
 * @throws ScimError `invalidValue` naming the attribute.
 */
export function assertName(path: string, text: string): string {
  if (/^[\p{Default_Ignorable_Code_Point}\p{Z}\s]*$/u.test(text))
    throw invalidValue(`${path} must contain at least one visible character. Send a name.`);
  return assertLegible(path, text);
}

/**
 * The address itself, if it contains no invisible character: an address has one spelling.
 *
 * @throws ScimError `invalidValue` naming the attribute.
 */
export function assertVisible(path: string, text: string): string {
  return assertWithout(/[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2028\u2029]/u, path, text);
}

function assertWithout(pattern: RegExp, path: string, text: string): string {
  const found = pattern.exec(text);
  if (found === null) return text;
  const code = (found[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  throw invalidValue(`${path} contains the invisible character U+${code}. Remove it in the identity provider.`);
}

/** The Collate `name` that the user's login will produce, spelled as the server's rules demand. */
export function deriveUserName(
  user: { readonly userName: string; readonly email: string },
  rule: NameRule,
  conditions: NamingConditions,
): string {
  const source = chooseSource(user, rule, conditions);
  const cased = conditions.foldsCase ? source.toLowerCase() : source;
  const legal = conditions.wordsOnly
    ? cased.replace(/[^\p{L}\p{M}\p{Nd}_.-]/gu, '_')
    : cased.replace(/::|["\r\n]/g, '_');
  return truncate(legal, conditions.maxUserNameLength);
}

function chooseSource(
  user: { readonly userName: string; readonly email: string },
  rule: NameRule,
  conditions: NamingConditions,
): string {
  switch (rule) {
    case 'email-local-part':
      return localPart(user.email);
    case 'userName-local-part':
      return localPart(user.userName);
    case 'userName':
      return user.userName;
    case 'auto': {
      const claim = conditions.principalClaims[0] ?? 'email';
      return localPart(/^(preferred_username|upn|unique_name)$/.test(claim) ? user.userName : user.email);
    }
  }
}

/** The part of an address before its `@`; the whole text if it has no `@`. */
export function localPart(text: string): string {
  const at = text.indexOf('@');
  return at > 0 ? text.slice(0, at) : text;
}

/** Team names to try for a group of this display name: valid on every server, without blanks or dots. */
export function* teamNames(displayName: string): Generator<string> {
  const words = displayName
    .normalize('NFC')
    .toLowerCase()
    .replace(ignorable, '')
    .replace(/[^\p{L}\p{M}\p{Nd}_]+/gu, '-');
  const slug = truncate(words.replace(/^-+|-+$/g, ''), 100) || 'group';
  yield slug;
  for (let suffix = 2; suffix <= 50; suffix += 1) yield `${slug}-${suffix}`;
}

/** The longest Collate name of any entity. */
const longestName = 256;

/**
 * Whether a server can be asked for the entity of this Collate name. No entity has a longer name, or one with `::`. Some
 * proxies refuse slashes, and servers of generation 1.12 answer 500 to names with quotation marks.
 */
export function isAskable(name: string): boolean {
  return name.length <= longestName && !/[\p{Cc}/\\"]|::/u.test(name);
}

/** Given and family name derived from a display name: its last word is the family name; a single word is both. */
export function deriveNames(displayName: string): DerivedNames {
  const words = displayName.trim().split(/\s+/);
  const familyName = words.at(-1) ?? displayName;
  return { givenName: words.length > 1 ? words.slice(0, -1).join(' ') : familyName, familyName };
}

function truncate(text: string, length: number): string {
  return text.length <= length
    ? text
    : [...text].reduce((kept, char) => (kept.length + char.length <= length ? kept + char : kept), '');
}
