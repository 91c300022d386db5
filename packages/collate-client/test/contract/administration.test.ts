import { createCollateSimulator, type Generation, type SimulatorOptions } from '@scim-gateway/collate-simulator';
import { describe, expect, it } from 'vitest';
import { createCollateClient } from '../../src/index.ts';
import { rejection } from '../support/scripted-transport.ts';

async function start(options: SimulatorOptions) {
  const simulator = await createCollateSimulator(options);
  const client = createCollateClient({ baseUrl: simulator.url, token: () => simulator.adminToken });
  return {
    simulator,
    client,
    admin: client.bind(),
    [Symbol.asyncDispose]: async () => {
      await client[Symbol.asyncDispose]();
      await simulator[Symbol.asyncDispose]();
    },
  };
}

const rule = {
  name: 'R',
  effect: 'allow',
  operations: ['Create', 'Delete', 'EditAll', 'ViewAll'],
  resources: ['team', 'user'],
} as const;

/** Makes a bot named `bot-1` with the rule. */
async function makeBot({ admin }: Awaited<ReturnType<typeof start>>) {
  const { administration } = admin;
  const policy = await administration.createPolicy({ name: 'P', rules: [rule] });
  const role = await administration.createRole({ name: 'R', policies: ['P'] });
  const fields = { name: 'bot-1', email: 'bot-1@example.com', lifetime: '7' as const };
  const user = await administration.createBotUser({ ...fields, roles: [role.id] });
  await administration.createBot({ name: 'bot-1', botUser: 'bot-1' });
  return { policy, role, user };
}

describe.each(['1.1', '1.12', '2.0'] as const)('administration, with a server of generation %s,', (generation) => {
  it('makes a policy, a role, a bot and its token, and finds them again', async () => {
    await using started = await start({ generation, bot: 'none' });
    const { administration } = started.admin;
    expect(await administration.findPolicy('P')).toBeUndefined();
    expect(await administration.findRole('R')).toBeUndefined();
    expect(await administration.findBot('bot-1')).toBeUndefined();
    const { policy, role, user } = await makeBot(started);
    expect(await administration.findPolicy('P')).toMatchObject({ id: policy.id, rules: [rule] });
    expect(await administration.findRole('R')).toMatchObject({ id: role.id, policies: [{ name: 'P' }] });
    expect(await administration.findBot('bot-1')).toMatchObject({ name: 'bot-1', botUser: { id: user.id } });
    const made = await administration.readToken(user.id);
    expect(made?.lifetime).toBe('7');
    const self = await started.client
      .as(() => made?.token ?? '')
      .bind()
      .system.loggedInUser();
    expect(self).toMatchObject({ id: user.id, isBot: true });
  });

  it('replaces a token, which is valid at once only if the old one was revoked first', async () => {
    await using started = await start({ generation, bot: 'none' });
    const { administration } = started.admin;
    const { user } = await makeBot(started);
    const tokenNow = async () => (await administration.readToken(user.id))?.token ?? '';
    const tryToken = (token: string) =>
      started.client
        .as(() => token)
        .bind()
        .system.loggedInUser();
    const first = await tokenNow();
    await tryToken(first);
    await administration.generateToken(user.id, '30');
    const second = await tokenNow();
    expect(second).not.toBe(first);
    expect((await tryToken(first)).name).toBe('bot-1');
    expect((await rejection(tryToken(second))).kind).toBe('unauthorized');
    await administration.revokeToken(user.id);
    expect((await rejection(tryToken(first))).kind).toBe('unauthorized');
    await administration.generateToken(user.id, 'Unlimited');
    expect((await tryToken(await tokenNow())).name).toBe('bot-1');
  });

  it('changes a policy and a role', async () => {
    await using started = await start({ generation, bot: 'none' });
    const { administration } = started.admin;
    const { policy, role } = await makeBot(started);
    const other = await administration.createPolicy({ name: 'Q', rules: [rule] });
    await administration.patchPolicy(policy.id, [{ op: 'add', path: '/rules/1', value: { ...rule, name: 'S' } }]);
    await administration.patchRole(role.id, [
      { op: 'add', path: '/policies/-', value: { id: other.id, type: 'policy' } },
    ]);
    expect((await administration.findPolicy('P'))?.rules.map(({ name }) => name)).toEqual(['R', 'S']);
    expect((await administration.findRole('R'))?.policies.map(({ name }) => name)).toEqual(['P', 'Q']);
  });

  it('is refused to the bot of the gateway', async () => {
    await using started = await start({ generation });
    const { simulator, client } = started;
    const { administration } = client.as(() => simulator.token).bind();
    const id = (await started.admin.users.find('scim-gateway'))?.id;
    if (id === undefined) throw new Error('there is no bot');
    expect((await rejection(administration.readToken(id))).kind).toBe('forbidden');
    expect((await rejection(administration.createPolicy({ name: 'P', rules: [rule] }))).kind).toBe('forbidden');
  });
});

it.each(['1.1', '1.12'] as const satisfies readonly Generation[])(
  'a new bot has DefaultBotRole exactly where servers of generation %s give it',
  async (generation) => {
    await using started = await start({ generation, bot: 'none' });
    const { user } = await makeBot(started);
    const roles = (await started.admin.users.findById(user.id, { fields: ['roles'] }))?.roles ?? [];
    expect(roles.some(({ name }) => name === 'DefaultBotRole')).toBe(generation !== '1.1');
  },
);
