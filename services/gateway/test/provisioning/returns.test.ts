import { describe, expect, it } from 'vitest';
import { patchOf } from '../support/fixtures.ts';
import { startProvisioning } from './provisioning-harness.ts';

const active = (value: boolean) => patchOf({ op: 'replace', path: 'active', value });
const change = (op: 'add' | 'remove', ...ids: readonly string[]) =>
  patchOf({ op, path: 'members', value: ids.map((value) => ({ value })) });

describe('a membership change after a return that a fault stopped', () => {
  it.each([
    ['who is named alone', 0],
    ['who is named among others', 3],
  ])('replaces the pending membership change of the returning user, %s', async (_how, others) => {
    await using harness = await startProvisioning({ settings: { cacheTtlMs: 60_000 } });
    const users = await Promise.all(
      ['ada', 'bob', 'cyd', 'dee'].map(async (name) =>
        String((await harness.createUser({ userName: `${name}@example.com` }))['id']),
      ),
    );
    const [ada = '', ...rest] = users;
    const company = rest.slice(0, others);
    const joined = String((await harness.createGroup('Joined'))['id']);
    const left = String((await harness.createGroup('Left', [{ value: ada }]))['id']);
    await harness.users.patch(ada, active(false), {}, harness.context);
    // Servers before 1.12 refuse changes of inactive users with 404; this one is made to.
    harness.simulator.arm([{ match: '/assets/', when: 'before', status: 404 }]);
    await harness.groups.patch(joined, change('add', ada), {}, harness.context);
    await harness.groups.patch(left, change('remove', ada), {}, harness.context);
    // Collate restores the account, and then refuses every change of a membership.
    harness.simulator.arm([{ match: '/assets/', when: 'before', status: 503 }]);
    await expect(harness.users.patch(ada, active(true), {}, harness.context)).rejects.toMatchObject({ status: 503 });
    const row = harness.simulator.state().users.byId(ada);
    if (row === undefined) throw new Error('ada has no account');
    row.json = { ...row.json, deleted: false };
    harness.simulator.clearFaults();
    await harness.groups.patch(joined, change('remove', ada, ...company), {}, harness.context);
    await harness.groups.patch(left, change('add', ada, ...company), {}, harness.context);
    await harness.users.patch(ada, active(true), {}, harness.context);
    expect(harness.membersOf('joined')).toEqual([]);
    expect(harness.membersOf('left')).toContain('ada');
    expect(harness.membersOf('left')).toHaveLength(1 + others);
  });
});
