/** SCIM's own media type. @see https://www.rfc-editor.org/rfc/rfc7644#section-8.1 */
export const scimMediaType = 'application/scim+json';
/** The other media type that the gateway accepts, and sends to a client that prefers it. */
export const jsonMediaType = 'application/json';

/** The media type of an answer; `undefined` if the client accepts neither. */
export type Negotiated = typeof scimMediaType | typeof jsonMediaType | undefined;

const remembered = new Map<string, Negotiated>();
const mostRemembered = 100;

/**
 * Chooses the media type with the higher quality in `Accept`; SCIM's own if they are equal.
 *
 * @remarks By hand, because a library decides differently for headers that providers send: docs/adr/0012.
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

/** A media range of `Accept`; its parameters other than `q` are ignored. */
interface Range {
  readonly type: string;
  /** From 0 (not acceptable) to 1. */
  readonly quality: number;
}

function parseRange(text: string): Range {
  const [type = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase());
  const quality = parameters.find((parameter) => parameter.startsWith('q='));
  const value = quality === undefined ? 1 : Number(quality.slice(2));
  return { type, quality: Number.isNaN(value) ? 1 : value };
}

/** The quality of the most specific range that matches the type. */
function qualityOf(type: string, ranges: readonly Range[]): number {
  for (const pattern of [type, 'application/*', '*/*']) {
    const range = ranges.find((each) => each.type === pattern);
    if (range !== undefined) return range.quality;
  }
  return 0;
}
