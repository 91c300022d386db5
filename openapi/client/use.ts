import createClient from 'openapi-fetch';
import type { paths } from './scim-gateway.js';

// Not run: that it compiles shows that a client made from the document can be used, and that wrong uses do not compile.
const client = createClient<paths>({ baseUrl: 'https://scim.example.com' });
const schemas = ['urn:ietf:params:scim:schemas:core:2.0:User'];

/** Finds a user by name, or makes it. */
export async function ensureUser(userName: string): Promise<string | undefined> {
  const found = await client.GET('/scim/v2/Users', {
    params: { query: { filter: `userName eq "${userName}"`, count: 1 } },
  });
  if (found.error !== undefined) throw new Error(found.error.detail);
  const [user] = found.data.Resources;
  if (user !== undefined) return user.id;
  const emails = [{ value: userName, type: 'work', primary: true }];
  const made = await client.POST('/scim/v2/Users', { body: { schemas, userName, emails, active: true } });
  return made.data?.id ?? made.error?.scimType;
}

/** Takes a member out of a group. */
export async function leave(group: string, user: string): Promise<void> {
  await client.PATCH('/scim/v2/Groups/{id}', {
    params: { path: { id: group } },
    body: {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
      Operations: [{ op: 'remove', path: `members[value eq "${user}"]` }],
    },
  });
}

/** What must not compile. */
export async function wrongUses(): Promise<void> {
  // @ts-expect-error a user needs a userName
  await client.POST('/scim/v2/Users', { body: { schemas } });
  // @ts-expect-error there are no devices
  await client.GET('/scim/v2/Devices');
  // @ts-expect-error a group is named by its id
  await client.DELETE('/scim/v2/Groups/{id}', {});
  // @ts-expect-error a count is a number
  await client.GET('/scim/v2/Users', { params: { query: { count: 'many' } } });
}
