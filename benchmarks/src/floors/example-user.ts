/** A user of the usual size. */
export const exampleUser = {
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
  id: '5f1c7c2e-6c5a-4a55-8f0e-6d7b3f1f7a10',
  userName: 'user00001@example.com',
  displayName: 'User 00001',
  name: { formatted: 'User 00001', givenName: 'User', familyName: '00001' },
  active: true,
  emails: [{ value: 'user00001@example.com', type: 'work', primary: true }],
  meta: {
    resourceType: 'User',
    lastModified: '2026-01-01T00:00:00.000Z',
    location: 'http://localhost/scim/v2/Users/x',
  },
};
