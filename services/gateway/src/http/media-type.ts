/** The media type of SCIM. @see https://www.rfc-editor.org/rfc/rfc7644#section-8.1 */
export const scimMediaType = 'application/scim+json';
/** The media type that is accepted, and produced when asked for, beside it. */
export const jsonMediaType = 'application/json';

/** What an answer may be; `undefined` when the client takes neither. */
export type Negotiated = typeof scimMediaType | typeof jsonMediaType | undefined;

const remembered = new Map<string, Negotiated>();
const mostRemembered = 100;

/**
 * The media type of an answer: SCIM's own, unless the client prefers plain JSON.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-12.5.1
 */
export function negotiate(accept: string | undefined): Negotiated {
  if (accept === undefined || accept === scimMediaType) return scimMediaType;
  if (remembered.has(accept)) return remembered.get(accept);
  const chosen = choose(accept);
  if (remembered.size < mostRemembered) remembered.set(accept, chosen);
  return chosen;
}

function choose(accept: string): Negotiated {
  const ranges = accept.split(',').map(parseRange);
  const scim = qualityOf(scimMediaType, ranges);
  const json = qualityOf(jsonMediaType, ranges);
  if (scim === 0 && json === 0) return undefined;
  return json > scim ? jsonMediaType : scimMediaType;
}

interface Range {
  readonly type: string;
  readonly quality: number;
}

function parseRange(text: string): Range {
  const [type = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase());
  const quality = parameters.find((parameter) => parameter.startsWith('q='));
  const value = quality === undefined ? 1 : Number(quality.slice(2));
  return { type, quality: Number.isNaN(value) ? 1 : value };
}

/** The most specific range that covers the type decides. */
function qualityOf(type: string, ranges: readonly Range[]): number {
  for (const covering of [type, 'application/*', '*/*']) {
    const range = ranges.find((each) => each.type === covering);
    if (range !== undefined) return range.quality;
  }
  return 0;
}
