import { isUtf8 } from 'node:buffer';
import { invalidSyntax, invalidValue } from '@scim-gateway/scim';

/** Deeper structures than this mean nothing in SCIM; it is far from what could exhaust a stack. */
const deepest = 64;

/**
 * A request's body as a JSON value; `undefined` for an empty one.
 *
 * @throws ScimError `invalidSyntax` for what is no JSON in UTF-8, is nested too deeply, or names `__proto__` or one attribute twice;
 * `invalidValue` for text that no database takes: NUL, and halves of surrogate pairs.
 */
export function parseJsonBody(body: Buffer): unknown {
  if (body.length === 0) return undefined;
  if (!isUtf8(body)) throw invalidSyntax('The body is not UTF-8.');
  const text = body.toString('utf8').replace(/^\uFEFF/, '');
  if (text.trim() === '') return undefined;
  const value = parse(text);
  const members = checkStructure(value, text.includes('\\u'));
  if (members < countMembers(text)) {
    throw invalidSyntax('The body names an attribute twice in one object, and does not say which of the two counts.');
  }
  return value;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own words quote the body, which is nobody's business in a log.
    throw invalidSyntax('The body is not JSON.');
  }
}

/** How many members the objects of a JSON text name, also where one replaces another: the colons outside strings. */
function countMembers(text: string): number {
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

/** Where the string that begins here ends: at the first quote behind an even number of backslashes. */
function endOfString(text: string, begin: number): number {
  for (let end = text.indexOf('"', begin + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let backslashes = 0;
    while (text.charAt(end - 1 - backslashes) === '\\') backslashes += 1;
    if (backslashes % 2 === 0) return end;
  }
  return text.length;
}

/**
 * Walks without recursion, so that no nesting is too deep to be refused. Only escapes can bring in unusable characters.
 *
 * @returns how many members its objects have.
 */
function checkStructure(root: unknown, hasEscapes: boolean): number {
  let level: unknown[] = [root];
  let members = 0;
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > deepest) throw invalidSyntax(`The body is nested more than ${deepest} levels deep.`);
    const next: unknown[] = [];
    for (const value of level) members += checkValue(value, next, hasEscapes);
    level = next;
  }
  return members;
}

/** Returns how many members the value itself has. */
function checkValue(value: unknown, next: unknown[], hasEscapes: boolean): number {
  if (typeof value === 'string') {
    if (hasEscapes) checkText(value);
    return 0;
  }
  if (Array.isArray(value)) {
    for (const element of value) next.push(element);
    return 0;
  }
  return typeof value === 'object' && value !== null ? checkMembers(value, next, hasEscapes) : 0;
}

function checkMembers(object: object, next: unknown[], hasEscapes: boolean): number {
  const entries = Object.entries(object);
  for (const [name, value] of entries) {
    if (name === '__proto__') throw invalidSyntax('The body has an attribute called "__proto__".');
    if (hasEscapes) checkText(name);
    next.push(value);
  }
  return entries.length;
}

function checkText(text: string): void {
  if (hasUnusableCharacters(text)) {
    throw invalidValue('A text holds a NUL character or one half of a surrogate pair; send valid Unicode text.');
  }
}

const unusable = /[\0\p{Surrogate}]/u;

/** Whether a text holds what cannot be stored or sent on: NUL, or half of a surrogate pair. */
export function hasUnusableCharacters(text: string): boolean {
  return unusable.test(text);
}
