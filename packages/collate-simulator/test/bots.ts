import { type Client, idOf } from './client.ts';

/** The headers of a call with a token. */
export function bearer(token: unknown): { readonly authorization: string } {
  return { authorization: `Bearer ${String(token)}` };
}

/** A bot made by an administrator. */
export interface Bot {
  readonly id: string;
  readonly headers: { readonly authorization: string };
}

/** Makes a policy, a role and a bot with operations by resource, as an administrator does in Collate. */
export async function makeBot(
  { call, simulator }: Client,
  name: string,
  operations: Readonly<Record<string, readonly string[]>>,
): Promise<Bot> {
  const admin = bearer(simulator.adminToken);
  const rules = Object.entries(operations).map(([resource, names]) => ({
    name: resource,
    effect: 'allow',
    resources: [resource],
    operations: names,
  }));
  await call('POST', 'policies', { name: `${name}-policy`, rules }, admin);
  const role = await call('POST', 'roles', { name: `${name}-role`, policies: [`${name}-policy`] }, admin);
  const mechanism = { authType: 'JWT', config: { JWTTokenExpiry: 'Unlimited' } };
  const body = { name, email: `${name}@example.com`, isBot: true, roles: [idOf(role)] };
  const user = await call('POST', 'users', { ...body, authenticationMechanism: mechanism }, admin);
  await call('POST', 'bots', { name, botUser: name }, admin);
  const token = await call('GET', `users/token/${idOf(user)}`, undefined, admin);
  return { id: idOf(user), headers: bearer(token.json['JWTToken']) };
}

/** Removes DefaultBotRole from a bot, as an administrator. */
export async function removeDefaultRole({ call, simulator }: Client, { id }: Bot): Promise<number> {
  const steps = [
    { op: 'test', path: '/roles/0/name', value: 'DefaultBotRole' },
    { op: 'remove', path: '/roles/0' },
  ];
  return (await call('PATCH', `users/${id}`, steps, bearer(simulator.adminToken))).status;
}
