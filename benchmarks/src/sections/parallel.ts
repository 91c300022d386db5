import { setTimeout as wait } from 'node:timers/promises';
import { type CollateState, createCollate, seededUsers } from '../collate.ts';
import { type Generation, generations, playing, startGateway, startSimulator } from '../product.ts';
import { startRedis } from '../redis-process.ts';
import { type Answer, adding, createScimClient, removing, renaming } from '../scim-client.ts';
import type { Section } from '../section.ts';

/** The state of Collate after a storm, and the answers to its requests. */
interface Outcome {
  readonly members: string;
  readonly names: string;
  readonly isExact: boolean;
  readonly answers: readonly Answer[];
  readonly seconds: number;
}

/** Memberships under load: two replicas, one Redis, upstream 20 ms, in a Collate that loses concurrent updates for 20 ms. */
export const parallel: Section = async ({ quick, redisServer }) => {
  const rows = [['storm', 'generation', 'members kept', 'names kept', 'answers', 'retried', 'took', '']];
  if (redisServer === undefined) rows.push(['not measured: redis-server is not available', '', '', '', '', '', '', '']);
  else {
    const size = quick ? 60 : 500;
    const half = size / 2;
    for (const generation of generations) {
      const adds = await storm({ generation, additions: size, removals: 0, redisServer });
      rows.push(toRow(`${size} parallel adds of one member`, generation, adds));
      const mixed = await storm({ generation, additions: half, removals: half, redisServer });
      rows.push(toRow(`${half} adds, ${half} removes, all renamed, Redis restarted`, generation, mixed));
    }
  }
  return { tables: [{ title: 'Memberships under load, 2 replicas, store in Redis, upstream 20 ms', rows }], lines: [] };
};

interface Storm {
  readonly generation: Generation;
  readonly additions: number;
  readonly removals: number;
  readonly redisServer: string;
}

/** Adds and removes members all at once. With removals, all users are renamed and Redis is restarted at the same time. */
async function storm({ generation, additions, removals, redisServer }: Storm): Promise<Outcome> {
  await using redis = await startRedis(redisServer);
  const sizes = ['--users', String(additions + removals), '--groups', '1'];
  const times = ['--latency', '20', '--race', '20'];
  await using simulator = await startSimulator(...sizes, ...times, ...playing(generation));
  await using first = await startGateway(simulator, { REDIS_URL: redis.url });
  await using second = await startGateway(simulator, { REDIS_URL: redis.url });
  await using one = createScimClient(first.url);
  await using other = createScimClient(second.url);
  const collate = createCollate(simulator);
  const state = await collate.state();
  const ids = seededUsers(state);
  const group = state.teams.find(({ name }) => name === 'group-00001')?.id ?? '';
  const path = `/Groups/${group}`;
  for (const id of membersOf(state, group)) await one.send('PATCH', path, removing(id));
  if (removals > 0) await one.send('PATCH', path, adding(ids.slice(0, removals)));
  const clientOf = (index: number) => (index % 2 === 0 ? one : other);
  const begin = performance.now();
  const changes = ids.map((id, index) =>
    clientOf(index).send('PATCH', path, index < removals ? removing(id) : adding([id])),
  );
  const renames = (removals === 0 ? [] : ids).map((id, index) =>
    clientOf(index + 1).send('PATCH', `/Users/${id}`, renaming(`Renamed ${index}`)),
  );
  if (removals > 0) await wait(100).then(() => redis.restart(500));
  const answers = await Promise.all([...changes, ...renames]);
  const seconds = (performance.now() - begin) / 1000;
  const compared = compare(await collate.state(), {
    group,
    joiners: ids.slice(removals),
    renamed: removals === 0 ? [] : ids,
  });
  return { ...compared, isExact: compared.isExact && answers.every(({ status }) => status < 300), answers, seconds };
}

/** The state that Collate should have: the members of the group, and the users with new names. */
interface Expected {
  readonly group: string;
  readonly joiners: readonly string[];
  readonly renamed: readonly string[];
}

function compare(state: CollateState, { group, joiners, renamed }: Expected) {
  const kept = membersOf(state, group);
  const right = joiners.filter((id) => kept.has(id)).length;
  const wrong = kept.size - right;
  const displayNames = new Map(state.users.map(({ id, displayName }) => [id, displayName]));
  const named = renamed.filter((id, index) => displayNames.get(id) === `Renamed ${index}`).length;
  return {
    members: `${right} of ${joiners.length}${wrong > 0 ? `, ${wrong} too many` : ''}`,
    names: renamed.length === 0 ? '' : `${named} of ${renamed.length}`,
    isExact: right === joiners.length && wrong === 0 && named === renamed.length,
  };
}

function membersOf({ memberships }: CollateState, group: string): ReadonlySet<string> {
  return new Set(memberships.filter(({ teamId }) => teamId === group).map(({ userId }) => userId));
}

function toRow(what: string, generation: string, { members, names, isExact, answers, seconds }: Outcome): string[] {
  const statuses = new Map<number, number>();
  for (const { status } of answers) statuses.set(status, (statuses.get(status) ?? 0) + 1);
  const counts = [...statuses].map(([status, count]) => `${count} × ${status}`).join(', ');
  const retries = answers.reduce((sum, answer) => sum + answer.retries, 0);
  const cells = [members, names, counts, String(retries), `${seconds.toFixed(1)} s`];
  return [what, generation, ...cells, isExact ? 'met' : 'MISSED'];
}
