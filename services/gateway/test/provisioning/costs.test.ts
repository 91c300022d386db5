import { groupResourceType, parseProjection, type Resource } from '@scim-gateway/scim';
import { describe, expect, it } from 'vitest';
import { type Bench, startBench } from './bench.ts';

const patch = (...operations: unknown[]) => ({
  schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
  Operations: operations,
});
const add = (ids: readonly string[]) => patch({ op: 'add', path: 'members', value: ids.map((value) => ({ value })) });
const remove = (id: string) => patch({ op: 'remove', path: `members[value eq "${id}"]` });
const look = (filter: string) => ({ filter, startIndex: 1, count: 10, projection: {} });

/** The calls that the work makes upstream. */
async function calls(bench: Bench, work: () => Promise<unknown>): Promise<readonly string[]> {
  bench.simulator.clearCalls();
  await work();
  return bench.simulator.calls().map(({ method, path }) => `${method} ${path}`);
}

const writes = (made: readonly string[]) => made.filter((call) => !call.startsWith('GET'));
const listings = (made: readonly string[]) => made.filter((call) => call.startsWith('GET /api/v1/users?'));

/** A group with so many members that is SCIM's already, and people besides. */
async function startGroup(era: 'released' | 'main' | '1.1', members: number) {
  const bench = await startBench({ simulator: { era, users: members + 300, groups: 0 } });
  const state = bench.simulator.state();
  const ids = Array.from({ length: members + 300 }, (_, index) =>
    String(state.users.byName(`user${String(index + 1).padStart(5, '0')}`)?.id),
  );
  const group = await bench.createGroup('Finance');
  const id = String(group['id']);
  for (const user of ids.slice(0, members)) state.memberships.add(id, user);
  return { bench, id, strangers: ids.slice(members), members: ids.slice(0, members) };
}

describe.each(['released', 'main'] as const)('what groups cost on a server of era %s', (era) => {
  it('adding and removing one person costs three calls, in a group of whatever size', async () => {
    for (const size of [1, 2500]) {
      const { bench, id, strangers } = await startGroup(era, size);
      await using _bench = bench;
      const [ada = ''] = strangers;
      const added = await calls(bench, () => bench.groups.patch(id, add([ada]), {}, bench.context));
      expect(added).toHaveLength(3);
      expect(bench.membersOf('finance')).toHaveLength(size + 1);
      const removed = await calls(bench, () => bench.groups.patch(id, remove(ada), {}, bench.context));
      expect(removed).toHaveLength(3);
      expect(bench.membersOf('finance')).toHaveLength(size);
    }
  });

  it('adding 256 people costs four calls once the index is warm, and no look at who is in', async () => {
    const { bench, id, strangers } = await startGroup(era, 10);
    await using _bench = bench;
    await bench.users.list(look('userName eq "nobody"'), bench.context);
    const made = await calls(bench, () => bench.groups.patch(id, add(strangers.slice(0, 256)), {}, bench.context));
    expect(made.length).toBeLessThanOrEqual(4);
    expect(listings(made)).toEqual([]);
    expect(bench.membersOf('finance')).toHaveLength(266);
  });

  it('a PUT reads the members once, writes the difference, and answers what a GET answers', async () => {
    const { bench, id, strangers } = await startGroup(era, 20);
    await using _bench = bench;
    const before = await bench.groups.read(id, {}, bench.context);
    const idle = await calls(bench, () => bench.groups.replace(id, before, {}, bench.context));
    expect(idle).toHaveLength(2);
    expect(writes(idle)).toEqual([]);
    const [leaver, ...others] = before['members'] as readonly Resource[];
    const wanted = { ...before, members: [...others, { value: String(strangers[0]) }] };
    let answer: Resource = {};
    const made = await calls(bench, async () => {
      answer = await bench.groups.replace(id, wanted, {}, bench.context);
    });
    expect(listings(made)).toHaveLength(1);
    expect(writes(made).map((call) => call.split('/').at(-1))).toEqual(['remove', 'add']);
    expect(bench.membersOf('finance')).toHaveLength(20);
    expect(JSON.stringify(answer)).not.toContain(String(leaver?.['value']));
    const shown = await bench.groups.read(id, {}, bench.context);
    expect((shown['meta'] as Resource)['version']).toBe((answer['meta'] as Resource)['version']);
    expect(shown['members']).toHaveLength(20);
    expect(new Set(answer['members'] as readonly Resource[])).toEqual(new Set(shown['members'] as readonly Resource[]));
  });

  it('a change of more people than fit one request goes on where it stopped', async () => {
    const { bench, id, members } = await startGroup(era, 1200);
    await using _bench = bench;
    const state = bench.simulator.state();
    for (const user of members.slice(700)) state.memberships.delete(id, user);
    const made = await calls(bench, () => bench.groups.patch(id, add(members), {}, bench.context));
    expect(bench.membersOf('finance')).toHaveLength(1200);
    expect(writes(made)).toHaveLength(2);
  });

  it('people who left or went inactive behind our back do not keep others out', async () => {
    const { bench, id, strangers } = await startGroup(era, 0);
    await using _bench = bench;
    await bench.users.list(look('userName eq "nobody"'), bench.context);
    const [gone = '', away = '', ...others] = strangers.slice(0, 7);
    const state = bench.simulator.state();
    const [goneRow, awayRow] = [state.users.byId(gone), state.users.byId(away)];
    if (goneRow === undefined || awayRow === undefined) throw new Error('the people are there');
    state.removeUser(goneRow);
    awayRow.json = { ...awayRow.json, deleted: true };
    const { resource } = await bench.groups.patch(id, add([gone, away, ...others]), {}, bench.context);
    expect(resource).toBeUndefined();
    const shown = await bench.groups.read(id, {}, bench.context);
    const members = (shown['members'] as readonly Resource[]).map(({ value }) => value);
    expect(members.sort()).toEqual([away, ...others].sort());
    expect(bench.notices).toContainEqual({ kind: 'unknown-members-skipped', groupId: id, count: 1 });
  });
});

it('on the oldest servers one person costs a look before and a proof after the write', async () => {
  const { bench, id, strangers } = await startGroup('1.1', 50);
  await using _bench = bench;
  const made = await calls(bench, () => bench.groups.patch(id, add(strangers.slice(0, 1)), {}, bench.context));
  expect(writes(made)).toHaveLength(1);
  expect(made.filter((call) => call.includes('fields=teams'))).toHaveLength(2);
});

describe('what look-ups cost', () => {
  it('many at once share one scan, and a known absence costs one call', async () => {
    await using bench = await startBench({ simulator: { users: 2500, groups: 5 } });
    const unknown = Array.from({ length: 40 }, (_, index) => `nobody-${index}@example.com`);
    const first = await calls(bench, () =>
      Promise.all(unknown.map((name) => bench.users.list(look(`userName eq "${name}"`), bench.context))),
    );
    expect(listings(first)).toHaveLength(3);
    const next = await calls(bench, () => bench.users.list(look('userName eq "somebody@else"'), bench.context));
    expect(next).toHaveLength(1);
    expect(await calls(bench, () => bench.users.list(look('externalId eq "x"'), bench.context))).toEqual([]);
  });

  it('a read of a user costs one call', async () => {
    await using bench = await startBench();
    const user = await bench.createUser({ userName: 'ada@example.com' });
    expect(await calls(bench, () => bench.users.read(String(user['id']), {}, bench.context))).toHaveLength(1);
  });

  it('a list of groups without members looks at no membership', async () => {
    await using bench = await startBench({ simulator: { users: 50, groups: 20 } });
    const projection = parseProjection({ excludedAttributes: 'members' }, groupResourceType);
    const query = { startIndex: 1, count: 100, projection };
    await bench.groups.list(query, bench.context);
    const made = await calls(bench, () => bench.groups.list(query, bench.context));
    expect(made.filter((call) => call.includes('users'))).toEqual([]);
  });
});
