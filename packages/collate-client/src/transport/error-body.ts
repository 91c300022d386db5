import { type RefusableField, refusableFields } from '../model/index.ts';

/**
 * The message in an error answer of Collate; `undefined` for an answer that is not Collate's, since proxies answer in
 * HTML and plain text. The message must not leave this folder: it may quote users' data.
 */
export function readErrorMessage(body: string): string | undefined {
  const parsed = parseJson(body);
  if (typeof parsed !== 'object' || parsed === null) return undefined;
  if ('message' in parsed && typeof parsed.message === 'string') return parsed.message;
  if ('responseMessage' in parsed && typeof parsed.responseMessage === 'string') return parsed.responseMessage;
  return undefined;
}

/**
 * Whether the server lacks the endpoint. Newer servers answer 404 or 405, older ones 500. The pattern is anchored, so
 * that a document quoted in a message cannot match it.
 */
export function isUnknownRoute(message: string): boolean {
  return /^(An exception with message \[)?HTTP (404 Not Found|405 Method Not Allowed)/.test(message);
}

/** Whether a `test` operation of a JSON Patch failed, which servers answer with 500. */
export function isFailedTest(message: string): boolean {
  // Only the beginning counts: further on, messages quote users' data.
  return /TEST fails|operation 'test' failed/.test(message.slice(0, 120));
}

/**
 * The fields that violate a rule, such as `[query param email must be a well-formed email address]`. Only their names are
 * read, since the rest of a message may quote users' data.
 */
export function readViolations(message: string): readonly RefusableField[] {
  if (!message.startsWith('[')) return [];
  const violations = message.slice(1).split(', ');
  const named = new Set(violations.map((text) => /^(?:query param )?(\w+) (?:must|size) /.exec(text)?.[1]));
  return refusableFields.filter((field) => named.has(field));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON, so not Collate's. The parser's error is dropped because it quotes the text.
    return undefined;
  }
}
