import { schemaUrn } from '../urn.ts';
import { attribute, type ResourceType, type SchemaDefinition } from './definition.ts';

const immutable = { mutability: 'immutable', caseExact: true } as const;

const groupSchema: SchemaDefinition = {
  id: schemaUrn.group,
  name: 'Group',
  description: 'Group',
  attributes: [
    attribute('displayName', "The group's name.", { required: true }),
    attribute('members', 'The members of the group.', {
      type: 'complex',
      multiValued: true,
      subAttributes: [
        attribute('value', "The member's id.", immutable),
        attribute('$ref', "The member's URI.", { ...immutable, type: 'reference', referenceTypes: ['User'] }),
        attribute('type', 'The resource type of the member.', {
          mutability: 'immutable',
          canonicalValues: ['User', 'Group'],
        }),
        // Long lists of members are mostly read for ids, and names would cost a look-up of each user.
        attribute('display', "The member's name.", { mutability: 'readOnly', returned: 'request' }),
      ],
    }),
  ],
};

/** The resource type of groups. @see https://www.rfc-editor.org/rfc/rfc7643#section-4.2 */
export const groupResourceType: ResourceType = {
  id: 'Group',
  name: 'Group',
  endpoint: '/Groups',
  description: 'Group',
  schema: groupSchema,
  extensions: [],
};
