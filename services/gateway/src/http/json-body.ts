import { isUtf8 } from 'node:buffer';
import { invalidSyntax, invalidValue } from '@scim-gateway/scim';

/** Deeper structures than this mean nothing in SCIM; it is far from what could exhaust a stack. */
const deepest = 64;

/**
 * A request's body as a JSON value; `undefined` for an empty one.
 *
 * @throws ScimError `invalidSyntax` for what is no JSON in UTF-8, is nested too deeply, or names `__proto__`; `invalidValue` for text that
 * no database takes: NUL, and halves of surrogate pairs.
 */
export function parseJsonBody(body: Buffer): unknown {
  if (body.length === 0) return undefined;
  if (!isUtf8(body)) throw invalidSyntax('The body is not UTF-8.');
  const text = body.toString('utf8').replace(/^\uFEFF/, '');
  if (text.trim() === '') return undefined;
  const value = parse(text);
  checkStructure(value, text.includes('\\u'));
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

/** Walks without recursion, so that no nesting is too deep to be refused. Only escapes can bring in unusable characters. */
function checkStructure(root: unknown, hasEscapes: boolean): void {
  let level: unknown[] = [root];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > deepest) throw invalidSyntax(`The body is nested more than ${deepest} levels deep.`);
    const next: unknown[] = [];
    for (const value of level) checkValue(value, next, hasEscapes);
    level = next;
  }
}

function checkValue(value: unknown, next: unknown[], hasEscapes: boolean): void {
  if (typeof value === 'string') {
    if (hasEscapes) checkText(value);
  } else if (Array.isArray(value)) {
    for (const element of value) next.push(element);
  } else if (typeof value === 'object' && value !== null) {
    checkMembers(value, next, hasEscapes);
  }
}

function checkMembers(object: object, next: unknown[], hasEscapes: boolean): void {
  for (const [name, value] of Object.entries(object)) {
    if (name === '__proto__') throw invalidSyntax('The body has an attribute called "__proto__".');
    if (hasEscapes) checkText(name);
    next.push(value);
  }
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
