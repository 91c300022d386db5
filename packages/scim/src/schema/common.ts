import { type AttributeDefinition, attribute } from './definition.ts';

/** What every resource has. @see https://www.rfc-editor.org/rfc/rfc7643#section-3.1 */
export const commonAttributes: readonly AttributeDefinition[] = [
  attribute('schemas', 'The URNs of the schemas that the resource follows.', {
    type: 'reference',
    referenceTypes: ['uri'],
    multiValued: true,
    required: true,
    caseExact: true,
    // It follows from which attributes are present; nobody sets it.
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
  attribute('meta', 'What the server knows about the resource.', {
    type: 'complex',
    mutability: 'readOnly',
    subAttributes: [
      attribute('resourceType', 'The kind of resource.', { caseExact: true, mutability: 'readOnly' }),
      attribute('created', 'When the resource was made.', { type: 'dateTime', mutability: 'readOnly' }),
      attribute('lastModified', 'When the resource was last changed.', { type: 'dateTime', mutability: 'readOnly' }),
      attribute('location', "The resource's URI.", {
        type: 'reference',
        referenceTypes: ['uri'],
        caseExact: true,
        mutability: 'readOnly',
      }),
      attribute('version', 'The version of the resource, an entity tag.', { caseExact: true, mutability: 'readOnly' }),
    ],
  }),
];
