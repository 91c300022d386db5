import { type AttributeDefinition, attribute } from './definition.ts';

/** The attributes that every resource has. @see https://www.rfc-editor.org/rfc/rfc7643#section-3.1 */
export const commonAttributes: readonly AttributeDefinition[] = [
  attribute('schemas', 'The URNs of the schemas of the resource.', {
    type: 'reference',
    referenceTypes: ['uri'],
    multiValued: true,
    required: true,
    caseExact: true,
    // Derived from the attributes present.
    mutability: 'readOnly',
    returned: 'always',
  }),
  attribute('id', "The server's identifier of the resource.", {
    caseExact: true,
    mutability: 'readOnly',
    returned: 'always',
    uniqueness: 'server',
  }),
  attribute('externalId', "The client's identifier of the resource.", { caseExact: true }),
  attribute('meta', 'Metadata of the resource.', {
    type: 'complex',
    mutability: 'readOnly',
    subAttributes: [
      attribute('resourceType', 'The resource type.', { caseExact: true, mutability: 'readOnly' }),
      attribute('created', 'When the resource was created.', { type: 'dateTime', mutability: 'readOnly' }),
      attribute('lastModified', 'When the resource was last changed.', { type: 'dateTime', mutability: 'readOnly' }),
      attribute('location', "The resource's URI.", {
        type: 'reference',
        referenceTypes: ['uri'],
        caseExact: true,
        mutability: 'readOnly',
      }),
      attribute('version', 'The version of the resource: an entity tag.', { caseExact: true, mutability: 'readOnly' }),
    ],
  }),
];
