import { schemaUrn } from '../urn.ts';
import { attribute, type SchemaDefinition } from './definition.ts';

/** The enterprise extension of users. @see https://www.rfc-editor.org/rfc/rfc7643#section-4.3 */
export const enterpriseUserSchema: SchemaDefinition = {
  id: schemaUrn.enterpriseUser,
  name: 'EnterpriseUser',
  description: 'Enterprise User',
  attributes: [
    attribute('employeeNumber', "The user's number in the organization."),
    attribute('costCenter', 'The cost center.'),
    attribute('organization', 'The organization.'),
    attribute('division', 'The division.'),
    attribute('department', 'The department.'),
    attribute('manager', "The user's manager.", {
      type: 'complex',
      subAttributes: [
        attribute('value', "The manager's id.", { caseExact: true }),
        attribute('$ref', "The manager's URI.", { type: 'reference', referenceTypes: ['User'], caseExact: true }),
        attribute('displayName', "The manager's name.", { mutability: 'readOnly' }),
      ],
    }),
  ],
};
