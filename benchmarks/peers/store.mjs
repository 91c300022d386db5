import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    users: { type: 'string', default: '0' },
    members: { type: 'string', default: '0' },
    latency: { type: 'string', default: '0' },
    token: { type: 'string', default: '' },
  },
});

/** The bearer token that requests must carry. */
export const token = values.token;

const latency = Number(values.latency);
const modified = new Date();
const meta = { created: modified, lastModified: modified };
const number = (index) => String(index).padStart(5, '0');
const users = Array.from({ length: Number(values.users) }, (_, index) => ({
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
  id: `user-${index + 1}`,
  userName: `user${number(index + 1)}@example.com`,
  displayName: `User ${number(index + 1)}`,
  active: true,
  emails: [{ value: `user${number(index + 1)}@example.com`, type: 'work', primary: true }],
  meta: { ...meta, resourceType: 'User' },
}));
const groups = new Map([
  [
    'group-1',
    {
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
      id: 'group-1',
      displayName: 'Everybody',
      members: users.slice(0, Number(values.members)).map(({ id }) => ({ value: id, type: 'User' })),
      meta: { ...meta, resourceType: 'Group' },
    },
  ],
]);

/** Waits for the latency of the store. */
async function answer() {
  if (latency > 0) await wait(latency);
}

/** Every user. */
export async function readUsers() {
  await answer();
  return users;
}

/** A copy of a group: a change is lost unless it is saved, as with any database. */
export async function readGroup(id) {
  await answer();
  const group = groups.get(id);
  return group === undefined ? undefined : { ...group, members: group.members.map((member) => ({ ...member })) };
}

/** Saves a group. */
export async function saveGroup(group) {
  await answer();
  groups.set(group.id, group);
}

/** Prints the server's URL in the line that the benchmarks wait for. */
export function announce(server) {
  process.stdout.write(`Listening: http://127.0.0.1:${server.address().port}\n`);
}
