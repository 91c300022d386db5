import { describe, expect, it } from 'vitest';
import { groupOf, patchOf, userOf } from '../support/fixtures.ts';
import type { ScimRequest } from '../support/replicas-harness.ts';
import { hasRedis, type ScimAnswer, startProcesses } from './process-harness.ts';

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);

/** The error code of a request that got no answer. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && 'code' in cause ? String(cause.code) : String(error);
}

describe.skipIf(!hasRedis)('a gateway that receives SIGTERM under load', () => {
  it('answers all accepted requests, keeps their effects, and leaves later ones to another gateway', async () => {
    const env = { COLLATE_WRITE_TIMEOUT_MS: '2000' };
    await using harness = await startProcesses({
      gateways: 2,
      redis: true,
      env,
      simulator: { latencyMs: 60 },
    });
    const { request, gateways, simulator } = harness;
    const [stopping] = gateways;
    if (stopping === undefined) throw new Error('no gateway');
    const users = await Promise.all(
      numbers(20).map(async (each) => (await request('POST', '/Users', userOf(`member${each}`), 1)).body.id),
    );
    const allStaff = (await request('POST', '/Groups', groupOf('All Staff', [users[0]]), 1)).body.id;
    const additions = (ids: readonly string[]) =>
      ids.map(
        (value): ScimRequest => [
          'PATCH',
          `/Groups/${allStaff}`,
          patchOf({ op: 'add', path: 'members', value: [{ value }] }),
        ],
      );
    const early: readonly ScimRequest[] = [
      ...additions(users.slice(1, 15)),
      ...numbers(13).map((each): ScimRequest => ['POST', '/Users', userOf(`created${each}`)]),
      ...numbers(13).map((each): ScimRequest => ['POST', '/Groups', groupOf(`Team ${each}`, [users[each] ?? ''])]),
    ];
    const ask = ([method, path, body]: ScimRequest): Promise<ScimAnswer | string> =>
      request(method, path, body, 0).catch(reasonOf);

    // Collate delays the first calls until all requests have arrived.
    simulator.arm([{ match: '*', when: 'before', delay: 1_500, times: early.length }]);
    const inFlight = Promise.all(early.map(ask));
    const countInFlight = async () => {
      const text = await (await fetch(`${stopping.managementUrl}/metrics`)).text();
      return Number(/^scim_gateway_http_requests_in_flight (\d+)$/m.exec(text)?.[1]);
    };
    await expect.poll(countInFlight, { interval: 5, timeout: 5_000 }).toBe(early.length);
    const exit = stopping.signal('SIGTERM');
    const late = additions(users.slice(15));
    const lateAnswers = await Promise.all(late.map(ask));
    const answers = await inFlight;
    expect(await exit).toBe(0);

    expect(answers.map((answer) => (typeof answer === 'string' ? answer : Math.floor(answer.status / 100)))).toEqual(
      answers.map(() => 2),
    );
    const unanswered = late.filter((_, index) => {
      const answer = lateAnswers[index];
      return typeof answer === 'string' || (answer?.status ?? 500) >= 300;
    });
    const membersNow = () =>
      simulator.dump().memberships.flatMap(({ team, user }) => (team === 'all-staff' ? [user] : []));
    expect(membersNow()).toEqual(expect.arrayContaining(numbers(15).map((each) => `member${each}`)));
    expect(membersNow().length).toBeGreaterThanOrEqual(20 - unanswered.length);
    for (const [method, path, body] of unanswered)
      expect((await request(method, path, body, 1)).status).toBeLessThan(300);

    const { users: stored, memberships } = simulator.dump();
    expect(membersNow().toSorted()).toEqual(
      numbers(20)
        .map((each) => `member${each}`)
        .toSorted(),
    );
    expect(stored.map(({ name }) => name).filter((name) => String(name).startsWith('created'))).toHaveLength(13);
    expect(
      memberships
        .filter(({ team }) => team.startsWith('team-'))
        .map(({ team, user }) => `${team} ${user}`)
        .toSorted(),
    ).toEqual(
      numbers(13)
        .map((each) => `team-${each} member${each}`)
        .toSorted(),
    );
  }, 60_000);
});
