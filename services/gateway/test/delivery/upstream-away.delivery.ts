import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { type ProcessHarness, type ScimAnswer, startProcesses } from '../journeys/process-harness.ts';
import { groupOf, patchOf, userOf } from '../support/fixtures.ts';

const names = Array.from({ length: 30 }, (_, index) => `person${index}`);
const lookUp = (name: string) => `/Users?filter=${encodeURIComponent(`userName eq "${name}@example.com"`)}`;
const active = (value: boolean) => patchOf({ op: 'replace', path: 'active', value });
const change = (op: 'add' | 'remove', value: string) => patchOf({ op, path: 'members', value: [{ value }] });

/** How often a provider tries again. */
const attempts = 10;

/** A provider that retries after `Retry-After` when it gets 429 or 503, and records both. */
function createProvider({ request }: ProcessHarness, told: string[]) {
  return async (method: string, path: string, body: unknown): Promise<ScimAnswer> => {
    for (let attempt = 1; ; attempt += 1) {
      const answer = await request(method, path, body);
      if (answer.status < 429 || attempt === attempts) return answer;
      told.push(`${answer.status} ${answer.headers.get('retry-after')}`);
      await wait(Number(answer.headers.get('retry-after')) * 1000);
    }
  };
}

describe('a Collate that is unreachable for seconds during a stream of changes', () => {
  it('delays the changes and loses none, and no response shows an empty Collate', async () => {
    // Look-ups have to ask Collate each time.
    const env = { CACHE_TTL_MS: '0', CACHE_NEGATIVE_TTL_MS: '0' };
    await using harness = await startProcesses({ env, simulator: { latencyMs: 20 } });
    const { request, simulator } = harness;
    const told: string[] = [];
    const provide = createProvider(harness, told);
    const known = (await request('POST', '/Users', userOf('known'))).body.id;
    const group = (await request('POST', '/Groups', groupOf('Everybody', [known]))).body.id;

    const looked: { readonly path: string; readonly answer: ScimAnswer }[] = [];
    let looking = true;
    const looker = (async () => {
      while (looking) {
        for (const path of [lookUp('known'), `/Users/${known}`, `/Groups/${group}`, '/Users?count=1'])
          looked.push({ path, answer: await request('GET', path) });
        await wait(20);
      }
    })();
    /** Comes, joins; every third is deactivated and returns, every fifth leaves the group, every seventh is deleted. */
    const live = async (name: string, index: number) => {
      const created = await provide('POST', '/Users', userOf(name));
      // The answer of a creation that was done may have been lost.
      const found =
        created.status === 409 ? (await provide('GET', lookUp(name), undefined)).body.Resources[0] : created.body;
      const steps: (readonly [string, string, unknown])[] = [['PATCH', `/Groups/${group}`, change('add', found.id)]];
      if (index % 3 === 0)
        steps.push(['PATCH', `/Users/${found.id}`, active(false)], ['PATCH', `/Users/${found.id}`, active(true)]);
      if (index % 5 === 0) steps.push(['PATCH', `/Groups/${group}`, change('remove', found.id)]);
      if (index % 7 === 0) steps.push(['DELETE', `/Users/${found.id}`, undefined]);
      const statuses: string[] = [];
      for (const [method, path, body] of steps)
        statuses.push(`${method} ${(await provide(method, path, body)).status}`);
      return statuses;
    };
    const stream = Promise.all(names.map(live));
    const begun = simulator.calls().length;
    await expect.poll(() => simulator.calls().length - begun, { interval: 5, timeout: 10_000 }).toBeGreaterThan(100);
    simulator.arm([{ match: '*', when: 'before', reset: true }]);
    const failures = () => looked.filter(({ answer }) => answer.status !== 200).length;
    await expect.poll(() => Math.min(told.length - 10, failures()), { timeout: 20_000 }).toBeGreaterThan(0);
    simulator.clearFaults();
    const statuses = (await stream).flat();
    looking = false;
    await looker;

    const fine = ['PATCH 200', 'PATCH 204', 'DELETE 204', 'DELETE 404'];
    expect(statuses.filter((status) => !fine.includes(status))).toEqual([]);
    expect(told.length).toBeGreaterThan(10);
    expect(told.filter((each) => !/^(429|503) [1-9]\d*$/.test(each))).toEqual([]);
    const { users, memberships } = simulator.dump();
    const isDeleted = (index: number) => index % 7 === 0;
    const members = names.filter((_, index) => index % 5 !== 0 && !isDeleted(index));
    expect(memberships.map(({ user }) => user).toSorted()).toEqual(['known', ...members].toSorted());
    const shown = users.filter(({ name }) => names.includes(String(name)));
    expect(shown.map(({ name, deleted }) => `${name} ${deleted}`).toSorted()).toEqual(
      names.map((name, index) => `${name} ${isDeleted(index)}`).toSorted(),
    );
    const failed = looked.filter(({ answer }) => answer.status !== 200);
    expect(failed.length).toBeGreaterThan(0);
    expect(failed.filter(({ answer }) => ![429, 503].includes(answer.status))).toEqual([]);
    const empty = looked.filter(({ answer }) => answer.status === 200 && answer.body.totalResults === 0);
    expect(empty).toEqual([]);
    const alone = looked.filter(({ path, answer }) => path.startsWith('/Groups/') && answer.status === 200);
    expect(alone.filter(({ answer }) => !JSON.stringify(answer.body.members).includes(known))).toEqual([]);
  }, 120_000);
});
