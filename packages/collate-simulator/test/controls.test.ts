import { describe, expect, it } from 'vitest';
import { createCollateSimulator } from '../src/index.ts';
import { idOf, startClient } from './client.ts';

describe('the control endpoints of the simulator', () => {
  it('return the state and the calls, and reset both', async () => {
    await using client = await startClient({ users: 2, groups: 1 });
    await client.user('ada');
    const state = await client.call('GET', '/_simulator/state');
    expect(state.json).toMatchObject({
      users: expect.arrayContaining([expect.objectContaining({ name: 'ada' })]),
      teams: expect.arrayContaining([
        expect.objectContaining({ name: 'group-00001', teamType: 'Group', parents: ['Organization'] }),
      ]),
      memberships: expect.arrayContaining([expect.objectContaining({ team: 'group-00001' })]),
      documents: [],
    });
    expect(JSON.parse((await client.call('GET', '/_simulator/calls')).text)).toEqual([
      { method: 'POST', path: '/api/v1/users', status: 201 },
    ]);
    await client.call('DELETE', '/_simulator/calls');
    expect(JSON.parse((await client.call('GET', '/_simulator/calls')).text)).toEqual([]);
    await client.call('POST', '/_simulator/reset');
    expect((await client.call('GET', 'users/name/ada')).status).toBe(404);
    expect((await client.call('GET', '/_simulator/nothing')).status).toBe(404);
  });

  it('inject faults before or after the effect of a call, a given number of times', async () => {
    await using client = await startClient();
    const arm = (faults: object[]) => client.call('PUT', '/_simulator/faults', faults);
    await arm([{ match: 'POST /api/v1/users', when: 'before', status: 503, times: 1 }]);
    expect((await client.user('ada')).status).toBe(503);
    expect((await client.call('GET', 'users/name/ada')).status).toBe(404);
    await arm([{ match: 'POST /api/v1/users', when: 'after', status: 500, times: 1 }]);
    expect((await client.user('ada')).status).toBe(500);
    expect((await client.call('GET', 'users/name/ada')).status).toBe(200);
    await arm([{ match: '*', when: 'before', reset: true }]);
    await expect(client.call('GET', 'users')).rejects.toThrow();
    await arm([{ match: '*', when: 'after', truncate: true }]);
    await expect(client.call('GET', 'users')).rejects.toThrow();
    await arm([{ match: 'GET', when: 'before', status: 503, skip: 2, times: 1 }]);
    const statuses: number[] = [];
    for (let call = 0; call < 4; call += 1) statuses.push((await client.call('GET', 'users')).status);
    expect(statuses).toEqual([200, 200, 503, 200]);
    await client.call('DELETE', '/_simulator/faults');
    expect((await client.call('GET', 'users')).status).toBe(200);
  });

  it('answer 500 in strict mode to calls that a gateway must not make', async () => {
    await using client = await startClient({ strict: true });
    const id = idOf(await client.user('ada'));
    const answers = await Promise.all([
      client.call('PUT', 'users', { name: 'ada', email: 'ada@example.com' }),
      client.call('PATCH', `users/${id}`, []),
      client.call('PATCH', `users/${id}`, [{ op: 'add', path: '/displayName', value: 'A' }], { 'if-match': '*' }),
    ]);
    for (const { status, json } of answers) {
      expect([status, json['message']]).toEqual([500, expect.stringContaining('strict')]);
    }
  });
});

describe('the initial data of the simulator', () => {
  it('has equal ids for equal seeds, and different ids for different seeds', async () => {
    const ids = async (seed: number) => {
      await using simulator = await createCollateSimulator({ users: 3, seed });
      return [...simulator.state().users.rows()].map(({ id }) => id);
    };
    expect(await ids(1)).toEqual(await ids(1));
    expect(await ids(1)).not.toEqual(await ids(2));
  });

  it('is found by name among 100,000 users at about the cost among 1,000', async () => {
    const costOf = async (users: number, groups: number) => {
      await using simulator = await createCollateSimulator({ users, groups });
      const table = simulator.state().users;
      const names = Array.from({ length: 2_000 }, (_, index) => `user${String((index % users) + 1).padStart(5, '0')}`);
      const rounds = Array.from({ length: 9 }, () => {
        const begin = process.hrtime.bigint();
        for (const name of names) if (table.byName(name) === undefined) throw new Error(`${name} is not found`);
        return Number(process.hrtime.bigint() - begin);
      });
      return Math.min(...rounds);
    };
    const small = await costOf(1_000, 100);
    // A linear search through a hundred times the rows would cost a hundred times as much.
    expect((await costOf(100_000, 10_000)) / small).toBeLessThan(20);
  });
});
