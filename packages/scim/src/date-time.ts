/** The instant of an xsd:dateTime, in milliseconds since 1970; undefined for any other text. @see https://www.rfc-editor.org/rfc/rfc7643#section-2.3.5 */
export function parseDateTime(text: string): number | undefined {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)?$/.test(text)) return undefined;
  const instant = Date.parse(hasZone(text) ? text : `${text}Z`);
  return Number.isNaN(instant) ? undefined : instant;
}

/** Of a text that has the form of a dateTime; without a zone it is read as UTC, not as the server's own. */
function hasZone(text: string): boolean {
  return text.endsWith('Z') || '+-'.includes(text.charAt(text.length - 6));
}
