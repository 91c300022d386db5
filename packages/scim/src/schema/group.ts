import { schemaUrn } from '../urn.ts';
import { attribute, type ResourceType, type SchemaDefinition } from './definition.ts';

const immutable = { mutability: 'immutable', caseExact: true } as const;

/** @see https://www.rfc-editor.org/rfc/rfc7643#section-4.2 */
export const groupSchema: SchemaDefinition = {
  id: schemaUrn.group,
  name: 'Group',
  description: 'Group',
  attributes: [
    attribute('displayName', "The group's name.", { required: true }),
    attribute('members', 'Who belongs to the group.', {
      type: 'complex',
      multiValued: true,
      subAttributes: [
        attribute('value', "The member's id.", immutable),
        attribute('$ref', "The member's URI.", { ...immutable, type: 'reference', referenceTypes: ['User'] }),
        attribute('type', 'What the member is.', { mutability: 'immutable', canonicalValues: ['User', 'Group'] }),
        // Its name is the user's own, and long lists of members are mostly read for their ids.
        attribute('display', "The member's name.", { mutability: 'readOnly', returned: 'request' }),
      ],
    }),
  ],
};

/** Groups. */
export const groupResourceType: ResourceType = {
  id: 'Group',
  name: 'Group',
  endpoint: '/Groups',
  description: 'Group',
  schema: groupSchema,
  extensions: [],
};
