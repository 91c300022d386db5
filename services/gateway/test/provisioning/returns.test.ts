import { describe, expect, it } from 'vitest';
import { startBench } from './bench.ts';

const patch = (...operations: unknown[]) => ({
  schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
  Operations: operations,
});
const active = (value: boolean) => patch({ op: 'replace', path: 'active', value });
const change = (op: 'add' | 'remove', ...ids: readonly string[]) =>
  patch({ op, path: 'members', value: ids.map((value) => ({ value })) });

describe('a membership change after a return that a fault stopped', () => {
  it.each([
    ['who is named alone', 0],
    ['who is named among others', 3],
  ])('replaces the pending membership change of the returning user, %s', async (_how, others) => {
    await using bench = await startBench({ settings: { cacheTtlMs: 60_000 } });
    const users = await Promise.all(
      ['ada', 'bob', 'cyd', 'dee'].map(async (name) =>
        String((await bench.createUser({ userName: `${name}@example.com` }))['id']),
      ),
    );
    const [ada = '', ...rest] = users;
    const company = rest.slice(0, others);
    const joined = String((await bench.createGroup('Joined'))['id']);
    const left = String((await bench.createGroup('Left', [{ value: ada }]))['id']);
    await bench.users.patch(ada, active(false), {}, bench.context);
    await bench.groups.patch(joined, change('add', ada), {}, bench.context);
    await bench.groups.patch(left, change('remove', ada), {}, bench.context);
    // Collate restores the account, and then refuses every change of a membership.
    bench.simulator.arm([{ match: '/assets/', when: 'before', status: 503 }]);
    await expect(bench.users.patch(ada, active(true), {}, bench.context)).rejects.toMatchObject({ status: 503 });
    const row = bench.simulator.state().users.byId(ada);
    if (row === undefined) throw new Error('ada has no account');
    row.json = { ...row.json, deleted: false };
    bench.simulator.clearFaults();
    await bench.groups.patch(joined, change('remove', ada, ...company), {}, bench.context);
    await bench.groups.patch(left, change('add', ada, ...company), {}, bench.context);
    await bench.users.patch(ada, active(true), {}, bench.context);
    expect(bench.membersOf('joined')).toEqual([]);
    expect(bench.membersOf('left')).toContain('ada');
    expect(bench.membersOf('left')).toHaveLength(1 + others);
  });
});
