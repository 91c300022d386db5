import type { Fault } from '@scim-gateway/collate-simulator';
import { describe, expect, it } from 'vitest';
import { groupOf, patchOf } from '../support/fixtures.ts';
import { type ProvisioningHarness, startProvisioning } from './provisioning-harness.ts';

const replace = (path: string, value: unknown) => patchOf({ op: 'replace', path, value });
const change = (op: 'add' | 'remove', id: string) => patchOf({ op, path: 'members', value: [{ value: id }] });

/** Ada, in a group of SCIM, a team made in Collate, and a department. */
async function createAda(harness: ProvisioningHarness): Promise<string> {
  const ada = String((await harness.createUser({ userName: 'ada@example.com', displayName: 'Ada' }))['id']);
  await harness.createGroup('Finance', [{ value: ada }]);
  const state = harness.simulator.state();
  // A server of generation 2.0 accepts no members of a department.
  const salesType = harness.simulator.generation === '2.0' ? 'Group' : 'Department';
  state.memberships.add(state.insertTeam({ name: 'Legal', teamType: 'Group' }, 'admin').id, ada);
  state.memberships.add(state.insertTeam({ name: 'Sales', teamType: salesType }, 'admin').id, ada);
  return ada;
}

const teamsOf = (harness: ProvisioningHarness) =>
  harness.simulator
    .dump()
    .memberships.map(({ team }) => team)
    .sort();

const all = ['Legal', 'Sales', 'finance'];

/** The server crashes while it rewrites the memberships, of which it has inserted some again. */
const crash = (reinserted: number): Fault => ({ match: '/api/v1/users', when: 'inside', reinserted, times: 1 });
const away: Fault = { match: '*', when: 'before', reset: true };

/** Repeats a request, as a provider does. */
async function repeat(request: () => Promise<unknown>): Promise<void> {
  for (let attempt = 0; attempt < 5; attempt += 1) {
    try {
      await request();
      return;
    } catch (error) {
      if ((error as { status?: number }).status !== 503) throw error;
    }
  }
  throw new Error('the request never succeeded');
}

describe.each(['1.1', '1.12', '2.0'] as const)(
  'a server of generation %s that crashes in a write of a user',
  (generation) => {
    it.each([0, 1, 2])(
      'loses no membership in a change of the display name, with %i inserted again',
      async (reinserted) => {
        await using harness = await startProvisioning({ simulator: { generation } });
        const ada = await createAda(harness);
        harness.simulator.arm([crash(reinserted)]);
        await expect(
          harness.users.patch(ada, replace('displayName', 'Ada L'), {}, harness.context),
        ).rejects.toMatchObject({
          status: 503,
        });
        expect(harness.simulator.struck()).toBe(1);
        expect(teamsOf(harness)).toEqual(all);
      },
    );

    it('loses no membership when the user is deactivated and returns, although the client repeats the call', async () => {
      await using harness = await startProvisioning({ simulator: { generation } });
      const ada = await createAda(harness);
      for (const active of [false, true]) {
        harness.simulator.arm([crash(0)]);
        await repeat(() => harness.users.patch(ada, replace('active', active), {}, harness.context));
        expect(teamsOf(harness)).toEqual(all);
      }
    });

    it('loses no other membership in a change of a group', async () => {
      await using harness = await startProvisioning({ simulator: { generation } });
      const ada = await createAda(harness);
      const press = String((await harness.createGroup('Press'))['id']);
      harness.simulator.arm([crash(1)]);
      await repeat(() => harness.groups.patch(press, change('add', ada), {}, harness.context));
      expect(teamsOf(harness)).toEqual([...all, 'press'].sort());
      harness.simulator.arm([crash(0)]);
      await repeat(() => harness.groups.patch(press, change('remove', ada), {}, harness.context));
      expect(teamsOf(harness)).toEqual(all);
    });
  },
);

describe.each(['1.12', '2.0'] as const)('a server of generation %s that crashes and stays away', (generation) => {
  const start = () => startProvisioning({ simulator: { generation } });

  /** Crashes in the first attempt, of a replica that ends with it; another one repeats the request. */
  async function crashInside(harness: ProvisioningHarness, request: (on: ProvisioningHarness) => Promise<unknown>) {
    harness.simulator.arm([crash(0)]);
    const first = request(harness);
    while (harness.simulator.struck() === 0) await new Promise((resolve) => setImmediate(resolve));
    harness.simulator.arm([away]);
    await expect(first).rejects.toMatchObject({ status: 503 });
    harness.simulator.clearFaults();
    await repeat(() => request({ ...harness, ...harness.twin() }));
  }

  it('gets the memberships back with the repetition, although the first replica has ended', async () => {
    await using harness = await start();
    const ada = await createAda(harness);
    await crashInside(harness, (on) => on.users.patch(ada, replace('displayName', 'Ada L'), {}, harness.context));
    expect(teamsOf(harness)).toEqual(all);
    const data = harness.simulator.dump().documents.map((document) => document['data']);
    expect(JSON.stringify(data)).not.toContain('waiting');
  });

  it('gets the memberships of a reactivated user back', async () => {
    await using harness = await start();
    const ada = await createAda(harness);
    await harness.users.patch(ada, replace('active', false), {}, harness.context);
    await crashInside(harness, (on) => on.users.patch(ada, replace('active', true), {}, harness.context));
    expect(teamsOf(harness)).toEqual(all);
  });

  it('gets the memberships of an account back that a POST adopts, and adopts it', async () => {
    await using harness = await start();
    const state = harness.simulator.state();
    const row = state.insertUser({ name: 'sam', email: 'sam@example.com', displayName: 'Sam', isAdmin: false }, 'sam');
    state.memberships.add(state.insertTeam({ name: 'Legal', teamType: 'Group' }, 'admin').id, row.id);
    const fields = { schemas: [], userName: 'sam@example.com', displayName: 'Sam Adopted' };
    await crashInside(harness, (on) => on.users.create(fields, {}, harness.context));
    expect(teamsOf(harness)).toEqual(['Legal']);
    expect(await harness.users.read(row.id, {}, harness.context)).toMatchObject({ displayName: 'Sam Adopted' });
    await expect(harness.users.create(fields, {}, harness.context)).rejects.toMatchObject({ status: 409 });
  });

  it('does not give back a membership that a group lost meanwhile, by name or by the list of its members', async () => {
    for (const revoke of ['by name', 'by list'] as const) {
      await using harness = await start();
      const ada = await createAda(harness);
      const finance = harness.simulator.dump().teams.find(({ name }) => name === 'finance');
      const id = String(finance?.['id']);
      harness.simulator.arm([crash(0)]);
      const rename = () => harness.users.patch(ada, replace('displayName', 'Ada L'), {}, harness.context);
      const first = rename();
      while (harness.simulator.struck() === 0) await new Promise((resolve) => setImmediate(resolve));
      harness.simulator.arm([away]);
      await expect(first).rejects.toMatchObject({ status: 503 });
      harness.simulator.clearFaults();
      await repeat(() =>
        revoke === 'by name'
          ? harness.groups.patch(id, change('remove', ada), {}, harness.context)
          : harness.groups.replace(id, groupOf('Finance'), {}, harness.context),
      );
      await repeat(rename);
      expect(teamsOf(harness)).toEqual(['Legal', 'Sales']);
    }
  });
});
