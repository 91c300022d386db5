import { setTimeout as wait } from 'node:timers/promises';
import { createCollate, peopleOf } from '../collate.ts';
import { startGateway, startSimulator } from '../product.ts';
import { startRedis } from '../redis-process.ts';
import { type Answer, adding, createScimClient, removing, renaming } from '../scim-client.ts';
import type { Section } from '../section.ts';

type Era = 'main' | 'released' | '1.1';

/** What a storm left behind. */
interface Outcome {
  readonly members: string;
  readonly names: string;
  readonly isExact: boolean;
  readonly answers: readonly Answer[];
  readonly seconds: number;
}

/** Memberships under load: two replicas, one Redis, upstream 20 ms, the window of the lost updates open. */
export const parallel: Section = async ({ quick, redisServer }) => {
  const rows = [['storm', 'era', 'members kept', 'names kept', 'answers', 'retried', 'took', '']];
  if (redisServer === undefined) rows.push(['not measured: no Redis server was given', '', '', '', '', '', '', '']);
  else {
    const size = quick ? 60 : 500;
    for (const era of ['released', 'main', '1.1'] as const) {
      const adds = await storm(era, size, 0, redisServer);
      rows.push(toRow(`${size} parallel adds of one member`, era, adds));
      const mixed = await storm(era, size / 2, size / 2, redisServer);
      rows.push(toRow(`${size / 2} adds, ${size / 2} removes, all renamed, Redis restarted`, era, mixed));
    }
  }
  return { tables: [{ title: 'Memberships under load, 2 replicas, store in Redis, upstream 20 ms', rows }], lines: [] };
};

/** Adds some and removes others all at once; when there are removals, everybody is renamed meanwhile and Redis restarted. */
async function storm(era: Era, additions: number, removals: number, redisServer: string): Promise<Outcome> {
  const users = additions + removals;
  await using redis = await startRedis(redisServer);
  await using simulator = await startSimulator(
    '--users',
    String(users),
    '--groups',
    '1',
    '--era',
    era,
    '--latency',
    '20',
    '--race',
    '20',
  );
  await using first = await startGateway(simulator, { REDIS_URL: redis.url });
  await using second = await startGateway(simulator, { REDIS_URL: redis.url });
  await using one = createScimClient(first.url);
  await using other = createScimClient(second.url);
  const collate = createCollate(simulator);
  const state = await collate.state();
  const people = peopleOf(state);
  const leavers = people.slice(0, removals);
  const joiners = people.slice(removals);
  const group = state.teams.find(({ name }) => name === 'group-00001')?.id ?? '';
  const present = state.memberships.filter(({ teamId }) => teamId === group).map(({ userId }) => userId);
  for (const id of present) await one.send('PATCH', `/Groups/${group}`, removing(id));
  if (leavers.length > 0) await one.send('PATCH', `/Groups/${group}`, adding(leavers));
  const clientOf = (index: number) => (index % 2 === 0 ? one : other);
  const begin = performance.now();
  const changes = people.map((id, index) =>
    clientOf(index).send('PATCH', `/Groups/${group}`, index < removals ? removing(id) : adding([id])),
  );
  const renames =
    removals === 0
      ? []
      : people.map((id, index) => clientOf(index + 1).send('PATCH', `/Users/${id}`, renaming(`Renamed ${index}`)));
  if (removals > 0) await wait(100).then(() => redis.restart(500));
  const answers = await Promise.all([...changes, ...renames]);
  const seconds = (performance.now() - begin) / 1000;
  const after = await collate.state();
  const kept = new Set(after.memberships.filter(({ teamId }) => teamId === group).map(({ userId }) => userId));
  const right = joiners.filter((id) => kept.has(id)).length;
  const wrong = kept.size - right;
  const displayNames = new Map(after.users.map(({ id, displayName }) => [id, displayName]));
  const named =
    renames.length === 0 ? 0 : people.filter((id, index) => displayNames.get(id) === `Renamed ${index}`).length;
  return {
    members: `${right} of ${joiners.length}${wrong > 0 ? `, ${wrong} too many` : ''}`,
    names: renames.length === 0 ? '' : `${named} of ${people.length}`,
    isExact:
      right === joiners.length &&
      wrong === 0 &&
      named === renames.length &&
      answers.every(({ status }) => status < 300),
    answers,
    seconds,
  };
}

function toRow(what: string, era: Era, { members, names, isExact, answers, seconds }: Outcome): string[] {
  const statuses = new Map<number, number>();
  for (const { status } of answers) statuses.set(status, (statuses.get(status) ?? 0) + 1);
  const told = [...statuses].map(([status, count]) => `${count} × ${status}`).join(', ');
  const retries = answers.reduce((sum, answer) => sum + answer.retries, 0);
  return [what, era, members, names, told, String(retries), `${seconds.toFixed(1)} s`, isExact ? 'met' : 'MISSED'];
}
