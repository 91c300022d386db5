import { describe, expect, it } from 'vitest';
import { patchOf } from '../support/fixtures.ts';
import { hasRedis, startProcesses } from './process-harness.ts';

const generations = ['1.1', '1.12', '2.0'] as const;

const user = (name: string) => ({
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
  userName: `${name}@example.com`,
  externalId: `ext-${name}`,
  displayName: name,
  emails: [{ value: `${name}@example.com`, type: 'work', primary: true }],
});

describe.skipIf(!hasRedis).each(generations)(
  'two gateways on one Redis before a Collate server of generation %s',
  { timeout: 120_000 },
  (generation) => {
    it('SEC-R11: create one user from ten identical concurrent requests', async () => {
      await using harness = await startProcesses({ gateways: 2, redis: true, simulator: { generation, raceMs: 5 } });
      const { request, simulator } = harness;
      const answers = await Promise.all(
        Array.from({ length: 10 }, (_, index) => request('POST', '/Users', user('ada'), index % 2)),
      );
      const statuses = answers.map(({ status }) => status).sort();
      expect(statuses).toEqual([201, ...Array.from({ length: 9 }, () => 409)]);
      expect(simulator.dump().users.filter(({ email }) => email === 'ada@example.com')).toHaveLength(1);
    });

    it('release the lock of a killed gateway, so that the other can change the same user', async () => {
      const env = { COLLATE_WRITE_TIMEOUT_MS: '1000' };
      await using harness = await startProcesses({ gateways: 2, redis: true, env, simulator: { generation } });
      const { request, gateways, simulator } = harness;
      const ada = await request('POST', '/Users', user('ada'), 0);
      simulator.arm([{ match: 'PATCH /', when: 'after', delay: 900, times: 1 }]);
      const shown = () => simulator.dump().users.find(({ name }) => name === 'ada')?.displayName;
      const rename = (name: string, gateway: number) =>
        request(
          'PATCH',
          `/Users/${ada.body.id}`,
          patchOf({ op: 'replace', path: 'displayName', value: name }),
          gateway,
        );
      const cut = rename('First', 0).catch(() => undefined);
      await expect.poll(shown).toBe('First');
      const killedAt = performance.now();
      await gateways[0]?.signal('SIGKILL');
      expect(await cut).toBeUndefined();
      expect((await rename('Second', 1)).status).toBe(200);
      // The last call of the killed gateway may have run in Collate for as long as its timeout.
      expect(performance.now() - killedAt).toBeGreaterThan(1000);
      expect(shown()).toBe('Second');
    });

    it('keep all additions and renames of users that run at once, although Redis restarts', async () => {
      const env = { COLLATE_WRITE_TIMEOUT_MS: '2000' };
      const simulated = { generation, raceMs: 5, latencyMs: 5 };
      await using harness = await startProcesses({ gateways: 2, redis: true, env, simulator: simulated });
      const { request, redis, simulator } = harness;
      const names = Array.from({ length: 50 }, (_, index) => `user${index}`);
      const users = await Promise.all(
        names.map(async (name, index) => (await request('POST', '/Users', user(name), index % 2)).body.id),
      );
      const group = await request('POST', '/Groups', {
        schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
        displayName: 'All Staff',
      });
      simulator.clearCalls();
      const until = async (method: string, path: string, body: unknown, gateway: number): Promise<number> => {
        for (let attempt = 0; ; attempt += 1) {
          const { status } = await request(method, path, body, gateway);
          if (status < 500 || attempt === 5) return status;
        }
      };
      const additions = users.map((value, index) =>
        until(
          'PATCH',
          `/Groups/${group.body.id}`,
          patchOf({ op: 'add', path: 'members', value: [{ value }] }),
          index % 2,
        ),
      );
      const renaming = users.map((id, index) =>
        until(
          'PATCH',
          `/Users/${id}`,
          patchOf({ op: 'replace', path: 'displayName', value: `Renamed ${index}` }),
          (index + 1) % 2,
        ),
      );
      await expect.poll(() => simulator.calls().length).toBeGreaterThan(20);
      await redis?.signal('SIGKILL');
      await redis?.restart();
      const statuses = await Promise.all([...additions, ...renaming]);
      expect(new Set(statuses)).toEqual(new Set([200, 204]));
      const state = simulator.dump();
      const members = state.memberships.filter(({ team }) => team === 'all-staff').map((entry) => entry.user);
      expect(members.toSorted()).toEqual(names.toSorted());
      const shown = new Map(state.users.map(({ name, displayName }) => [name, displayName]));
      expect(names.map((name) => shown.get(name))).toEqual(names.map((_, index) => `Renamed ${index}`));
    });
  },
);
