import { schemaUrn } from '../urn.ts';
import { attribute, multiValued, type ResourceType, type SchemaDefinition } from './definition.ts';
import { enterpriseUserSchema } from './enterprise-user.ts';

const reference = { type: 'reference', referenceTypes: ['external'] } as const;
const readOnly = { mutability: 'readOnly' } as const;

const name = attribute('name', "The parts of the user's name.", {
  type: 'complex',
  subAttributes: [
    attribute('formatted', 'The full name, formatted for display.'),
    attribute('familyName', 'The family name.'),
    attribute('givenName', 'The given name.'),
    attribute('middleName', 'The middle names.'),
    attribute('honorificPrefix', 'Titles before the name.'),
    attribute('honorificSuffix', 'Titles after the name.'),
  ],
});

const addresses = attribute('addresses', 'Postal addresses.', {
  type: 'complex',
  multiValued: true,
  subAttributes: [
    attribute('formatted', 'The full address, formatted for display.'),
    attribute('streetAddress', 'Street, house number and further lines.'),
    attribute('locality', 'The city.'),
    attribute('region', 'The state or region.'),
    attribute('postalCode', 'The postal code.'),
    attribute('country', 'The country, as ISO 3166-1 alpha-2.'),
    attribute('type', 'The purpose of the address.', { canonicalValues: ['work', 'home', 'other'] }),
    attribute('primary', 'Whether this is the preferred address; true at most once.', { type: 'boolean' }),
  ],
});

const groups = attribute('groups', 'The groups of the user; to change them, change the members of the group.', {
  type: 'complex',
  multiValued: true,
  ...readOnly,
  subAttributes: [
    attribute('value', "The group's id.", { ...readOnly, caseExact: true }),
    attribute('$ref', "The group's URI.", {
      type: 'reference',
      referenceTypes: ['Group'],
      ...readOnly,
      caseExact: true,
    }),
    attribute('display', "The group's name.", readOnly),
    attribute('type', 'Whether the membership is direct.', { ...readOnly, canonicalValues: ['direct', 'indirect'] }),
  ],
});

const userSchema: SchemaDefinition = {
  id: schemaUrn.user,
  name: 'User',
  description: 'User Account',
  attributes: [
    attribute('userName', 'The unique name of the user at the identity provider, compared without regard to case.', {
      required: true,
      uniqueness: 'server',
    }),
    name,
    attribute('displayName', 'The name shown for the user.'),
    attribute('nickName', 'The casual name of the user.'),
    attribute('profileUrl', "The user's online profile.", { ...reference, caseExact: true }),
    attribute('title', "The user's title."),
    attribute('userType', 'The relationship of the user to the organization.'),
    attribute('preferredLanguage', "The user's preferred languages, in the form of Accept-Language."),
    attribute('locale', "The user's locale."),
    attribute('timezone', "The user's time zone, in IANA form."),
    attribute('active', 'Whether the user may log in.', { type: 'boolean' }),
    attribute('password', 'Accepted and discarded.', { mutability: 'writeOnly', returned: 'never', caseExact: true }),
    multiValued('emails', 'E-mail addresses.', ['work', 'home', 'other']),
    multiValued('phoneNumbers', 'Phone numbers.', ['work', 'home', 'mobile', 'fax', 'pager', 'other']),
    multiValued('ims', 'Instant messaging addresses.', ['aim', 'gtalk', 'icq', 'xmpp', 'msn', 'skype', 'qq', 'yahoo']),
    multiValued('photos', 'URLs of photos.', ['photo', 'thumbnail'], { ...reference, caseExact: true }),
    addresses,
    groups,
    multiValued('entitlements', 'Entitlements.', []),
    multiValued('roles', 'Roles.', []),
    multiValued('x509Certificates', 'Certificates.', [], { type: 'binary', caseExact: true }),
  ],
};

/**
 * The resource type of users, with the enterprise extension.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7643#section-4.1
 * @see https://www.rfc-editor.org/rfc/rfc7643#section-4.3
 */
export const userResourceType: ResourceType = {
  id: 'User',
  name: 'User',
  endpoint: '/Users',
  description: 'User Account',
  schema: userSchema,
  extensions: [{ schema: enterpriseUserSchema, required: false }],
};
