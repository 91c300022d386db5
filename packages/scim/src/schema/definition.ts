/** An attribute and its characteristics. @see https://www.rfc-editor.org/rfc/rfc7643#section-7 */
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

/** A schema: attributes under a URN. @see https://www.rfc-editor.org/rfc/rfc7643#section-7 */
export interface SchemaDefinition {
  /** The URN. */
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly attributes: readonly AttributeDefinition[];
}

/** A resource type: its endpoint, core schema and extensions. @see https://www.rfc-editor.org/rfc/rfc7643#section-6 */
export interface ResourceType {
  readonly id: string;
  readonly name: string;
  /** Relative to the base URL, such as `/Users`. */
  readonly endpoint: string;
  readonly description: string;
  readonly schema: SchemaDefinition;
  readonly extensions: readonly { readonly schema: SchemaDefinition; readonly required: boolean }[];
}

/**
 * An attribute with the default characteristics of the RFC unless given.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7643#section-2.2
 */
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

/**
 * A multi-valued attribute with the default sub-attributes: value, display, type and primary.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7643#section-2.4
 */
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
      attribute('display', 'A readable name of the value.'),
      attribute('type', 'The purpose of the value.', types),
      attribute('primary', 'Whether this is the preferred value; true at most once.', { type: 'boolean' }),
    ],
  });
}
