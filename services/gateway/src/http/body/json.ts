import { isUtf8 } from 'node:buffer';
import { invalidSyntax, invalidValue } from '@scim-gateway/scim';

/** No SCIM body needs this many levels, and no recursion over this many exhausts the stack. */
const maxDepth = 64;

/**
 * Parses a request's body as JSON; `undefined` for an empty body.
 *
 * @throws ScimError `invalidSyntax` if the body is not JSON in UTF-8, is nested too deeply, has an attribute
 * `__proto__`, or has an attribute twice in one object; `invalidValue` for characters that databases reject: NUL and
 * lone surrogates.
 */
export function parseJsonBody(body: Buffer): unknown {
  if (body.length === 0) return undefined;
  if (!isUtf8(body)) throw invalidSyntax('The body is not valid UTF-8; encode it as UTF-8.');
  const text = body.toString('utf8').replace(/^\uFEFF/, '');
  if (text.trim() === '') return undefined;
  const value = parse(text);
  if (checkStructure(value, text) < countNames(text)) {
    throw invalidSyntax('The body has an attribute twice in one object; send each attribute once.');
  }
  return value;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Replaces the parser's error, because its message quotes the body, and the log must not hold personal data.
    throw invalidSyntax('The body is not valid JSON.');
  }
}

/**
 * Counts the names in all objects of a JSON text: the colons outside strings.
 *
 * @remarks `JSON.parse` silently keeps the last of two equal names, so a text with more names than its value has
 * duplicates.
 */
function countNames(text: string): number {
  let count = 0;
  for (let position = 0; position < text.length; position += 1) {
    const code = text.charCodeAt(position);
    if (code === colon) count += 1;
    else if (code === quote) position = endOfString(text, position);
  }
  return count;
}

const colon = 0x3a;
const quote = 0x22;

/**
 * The position of the quote that ends the string beginning at `begin`: the first one after an even number of
 * backslashes.
 */
function endOfString(text: string, begin: number): number {
  for (let end = text.indexOf('"', begin + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let backslashes = 0;
    while (text.charAt(end - 1 - backslashes) === '\\') backslashes += 1;
    if (backslashes % 2 === 0) return end;
  }
  return text.length;
}

/** One pass over a JSON value, level by level. */
interface Pass {
  /** Only `\u` escapes can bring unusable characters into valid UTF-8. */
  readonly hasEscapes: boolean;
  /** The values one level below. */
  next: unknown[];
}

/**
 * Checks depth, names and characters, without recursion, so that no depth overflows the stack.
 *
 * @returns the number of names in all objects.
 */
function checkStructure(root: unknown, text: string): number {
  const pass: Pass = { hasEscapes: text.includes('\\u'), next: [root] };
  let names = 0;
  for (let depth = 0; pass.next.length > 0; depth += 1) {
    if (depth > maxDepth) throw invalidSyntax(`The body is nested more than ${maxDepth} levels deep.`);
    const level = pass.next;
    pass.next = [];
    for (const value of level) names += checkValue(value, pass);
  }
  return names;
}

/** @returns the number of names in the value itself. */
function checkValue(value: unknown, pass: Pass): number {
  if (typeof value === 'string') {
    if (pass.hasEscapes) checkCharacters(value);
    return 0;
  }
  if (Array.isArray(value)) {
    for (const element of value) pass.next.push(element);
    return 0;
  }
  return typeof value === 'object' && value !== null ? checkMembers(value, pass) : 0;
}

function checkMembers(object: object, pass: Pass): number {
  const entries = Object.entries(object);
  for (const [name, value] of entries) {
    if (name === '__proto__') throw invalidSyntax('The attribute "__proto__" is not supported.');
    if (pass.hasEscapes) checkCharacters(name);
    pass.next.push(value);
  }
  return entries.length;
}

function checkCharacters(text: string): void {
  if (hasUnusableCharacters(text)) {
    throw invalidValue('A string contains a NUL character or a lone surrogate; send valid Unicode text.');
  }
}

const unusable = /[\0\p{Surrogate}]/u;

/** Whether a string contains characters that databases reject: NUL or a lone surrogate. */
export function hasUnusableCharacters(text: string): boolean {
  return unusable.test(text);
}
