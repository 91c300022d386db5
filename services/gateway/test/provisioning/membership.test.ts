import { describe, expect, it } from 'vitest';
import { lockName } from '../../src/provisioning/collate/lock-keys.ts';
import { patchOf } from '../support/fixtures.ts';
import { startProvisioning } from './provisioning-harness.ts';

describe('a membership change on a server without membership endpoints', () => {
  it('a failed removal of one member is reported only once the removals in flight have ended', async () => {
    await using harness = await startProvisioning({ simulator: { generation: '1.1' } });
    const [ada, bob] = await Promise.all(
      ['ada', 'bob'].map(async (name) => String((await harness.createUser({ userName: `${name}@example.com` }))['id'])),
    );
    const group = String((await harness.createGroup('Finance', [{ value: ada }, { value: bob }]))['id']);
    harness.simulator.arm([
      { match: `PATCH /api/v1/users/${ada}`, when: 'before', status: 403 },
      { match: `PATCH /api/v1/users/${bob}`, when: 'before', delay: 300 },
    ]);
    const removal = patchOf({ op: 'remove', path: 'members', value: [{ value: ada }, { value: bob }] });
    await expect(harness.groups.patch(group, removal, {}, harness.context)).rejects.toMatchObject({ status: 503 });
    expect(harness.membersOf('finance')).toEqual(['ada']);
  });
});

describe('lockName', () => {
  it('sorts names before groups and groups before users, since one acquisition locks in sorted order', () => {
    const names = [{ groupName: 'a' }, { group: 'a' }, { email: 'a' }, { userName: 'a' }, { user: 'a' }].map(lockName);
    expect(names).toEqual(names.toSorted());
  });
});
