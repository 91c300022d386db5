/** What an attribute is. @see https://www.rfc-editor.org/rfc/rfc7643#section-7 */
export interface AttributeDefinition {
  readonly name: string;
  readonly type: 'string' | 'boolean' | 'decimal' | 'integer' | 'dateTime' | 'binary' | 'reference' | 'complex';
  readonly multiValued: boolean;
  readonly description: string;
  readonly required: boolean;
  readonly canonicalValues?: readonly string[];
  readonly caseExact: boolean;
  readonly mutability: 'readOnly' | 'readWrite' | 'immutable' | 'writeOnly';
  readonly returned: 'always' | 'never' | 'default' | 'request';
  readonly uniqueness: 'none' | 'server' | 'global';
  readonly referenceTypes?: readonly string[];
  readonly subAttributes?: readonly AttributeDefinition[];
}

/** A set of attributes under a URN. */
export interface SchemaDefinition {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly attributes: readonly AttributeDefinition[];
}

/** A kind of resource: its core schema, its extensions, where it lives. @see https://www.rfc-editor.org/rfc/rfc7643#section-6 */
export interface ResourceType {
  readonly id: string;
  readonly name: string;
  readonly endpoint: string;
  readonly description: string;
  readonly schema: SchemaDefinition;
  readonly extensions: readonly { readonly schema: SchemaDefinition; readonly required: boolean }[];
}

/** An attribute with the RFC's default characteristics where none are given. @see https://www.rfc-editor.org/rfc/rfc7643#section-2.2 */
export function attribute(
  name: string,
  description: string,
  characteristics: Partial<Omit<AttributeDefinition, 'name' | 'description'>> = {},
): AttributeDefinition {
  return {
    name,
    type: 'string',
    multiValued: false,
    description,
    required: false,
    caseExact: false,
    mutability: 'readWrite',
    returned: 'default',
    uniqueness: 'none',
    ...characteristics,
  };
}

/** The usual multi-valued attribute: value, display, type, primary. @see https://www.rfc-editor.org/rfc/rfc7643#section-2.4 */
export function multiValued(
  name: string,
  description: string,
  canonicalValues: readonly string[],
  value: Partial<AttributeDefinition> = {},
): AttributeDefinition {
  const types = canonicalValues.length === 0 ? {} : { canonicalValues };
  return attribute(name, description, {
    type: 'complex',
    multiValued: true,
    subAttributes: [
      attribute('value', `The value of one of the ${name}.`, value),
      attribute('display', 'A name for the value, for people to read.'),
      attribute('type', 'What the value is for.', types),
      attribute('primary', 'Whether this is the preferred value; true at most once.', { type: 'boolean' }),
    ],
  });
}
