/**
 * Parses an xsd:dateTime. A time without a zone is read as UTC.
 *
 * @returns milliseconds since 1970-01-01T00:00:00Z; undefined when the text is not an xsd:dateTime.
 * @see https://www.rfc-editor.org/rfc/rfc7643#section-2.3.5
 */
export function parseDateTime(text: string): number | undefined {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)?$/.test(text)) return undefined;
  // Date.parse reads a time without a zone in the zone of the server.
  const instant = Date.parse(hasZone(text) ? text : `${text}Z`);
  return Number.isNaN(instant) ? undefined : instant;
}

function hasZone(dateTime: string): boolean {
  return dateTime.endsWith('Z') || '+-'.includes(dateTime.charAt(dateTime.length - 6));
}
