/** The operations of a PATCH as they were sent; none for a body that is no PATCH. */
export function operationsOf(body: unknown): readonly Readonly<Record<string, unknown>>[] {
  const object = toObject(body);
  const operations = object['Operations'] ?? object['operations'];
  return Array.isArray(operations) ? operations.map(toObject) : [];
}

/** A value's members; none for what is no object. */
export function toObject(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}
