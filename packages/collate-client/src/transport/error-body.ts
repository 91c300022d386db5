/**
 * The text that an error answer of Collate carries, or `undefined` when the answer is not Collate's: proxies answer in
 * HTML and plain text. Whatever it says stays in this folder.
 */
export function readErrorMessage(body: string): string | undefined {
  const parsed = parseJson(body);
  if (typeof parsed !== 'object' || parsed === null) return undefined;
  if ('message' in parsed && typeof parsed.message === 'string') return parsed.message;
  if ('responseMessage' in parsed && typeof parsed.responseMessage === 'string') return parsed.responseMessage;
  return undefined;
}

/**
 * Whether the server has no such endpoint. Newer servers say so with 404 or 405, older ones with 500; anchored, so that
 * a document repeated in a message cannot say it.
 */
export function saysUnknownRoute(message: string): boolean {
  return /^(An exception with message \[)?HTTP (404 Not Found|405 Method Not Allowed)/.test(message);
}

/** Whether a `test` of a JSON Patch failed, which servers answer with 500. */
export function saysTestFailed(message: string): boolean {
  // The beginning only: further on, messages repeat what users typed.
  return message.slice(0, 120).includes('TEST fails');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's error repeats the text.
    return undefined;
  }
}
