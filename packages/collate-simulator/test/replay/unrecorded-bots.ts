import { bearer, removeDefaultRole } from '../bots.ts';
import { type Client, idOf } from '../client.ts';

interface UnrecordedBot {
  readonly resources: readonly string[];
  readonly operations: readonly string[];
  readonly keepsDefaultRole: boolean;
  /** A role that exists already. */
  readonly role?: string;
}

const all = ['user', 'team', 'document'];
const whole = ['Create', 'ViewAll', 'EditAll', 'Delete'];
const nothing = { resources: [], operations: [] };

/** The callers of files 22, 23 and 30, whose creation is not recorded; the operations are those of their recorded permissions. */
const bots: Readonly<Record<string, UnrecordedBot>> = {
  'doc-none': { ...nothing, keepsDefaultRole: false },
  'doc-default': { ...nothing, keepsDefaultRole: true },
  'doc-view': { resources: ['document'], operations: ['ViewBasic'], keepsDefaultRole: false },
  'doc-create': { resources: ['document'], operations: ['ViewBasic', 'Create'], keepsDefaultRole: false },
  'perm-full': { resources: all, operations: whole, keepsDefaultRole: false },
  'perm-default': { resources: all, operations: whole, keepsDefaultRole: true },
  'perm-view': { resources: all, operations: ['ViewAll'], keepsDefaultRole: false },
  'perm-none': { ...nothing, keepsDefaultRole: true },
  'perm-all': { resources: ['All'], operations: ['All'], keepsDefaultRole: true },
  'bot-doomed': { ...nothing, keepsDefaultRole: false, role: 'ScimGatewayRole' },
  'perm-usersonly': { resources: ['user', 'team'], operations: whole, keepsDefaultRole: true },
};

/** Makes the bots that the recordings use and do not create. */
export async function makeUnrecordedBots(client: Client): Promise<void> {
  for (const [name, bot] of Object.entries(bots)) await makeBot(client, name, bot);
}

async function makeBot(client: Client, name: string, { resources, operations, keepsDefaultRole, role }: UnrecordedBot) {
  const headers = bearer(client.simulator.adminToken);
  const post = (path: string, body: unknown) => client.call('POST', path, body, headers);
  const rules = [{ name: 'r', effect: 'allow', resources, operations }];
  if (resources.length > 0) await post('policies', { name: `${name}-policy`, rules });
  const made =
    resources.length > 0 ? [await post('roles', { name: `${name}-role`, policies: [`${name}-policy`] })] : [];
  const found = role === undefined ? [] : [await client.call('GET', `roles/name/${role}`, undefined, headers)];
  const authenticationMechanism = { authType: 'JWT', config: { JWTTokenExpiry: 'Unlimited' } };
  const body = {
    name,
    email: `${name}@example.com`,
    isBot: true,
    roles: [...made, ...found].map(idOf),
    authenticationMechanism,
  };
  const id = idOf(await post('users', body));
  await post('bots', { name, botUser: name });
  await client.call('PUT', `users/generateToken/${id}`, { JWTTokenExpiry: 'Unlimited' }, headers);
  if (!keepsDefaultRole) await removeDefaultRole(client, { id, headers });
}
