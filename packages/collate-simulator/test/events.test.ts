import { describe, expect, it } from 'vitest';
import { EventLog } from '../src/state/events.ts';
import { bearer } from './bots.ts';
import { type Client, idOf, startClient } from './client.ts';
import { makeUnrecordedChanges } from './replay/unrecorded-changes.ts';

type Event = Readonly<Record<string, unknown>> & {
  readonly eventType: string;
  readonly entityType: string;
  readonly changeDescription?: Readonly<Record<string, readonly { readonly name: string }[]>>;
};

const everything = 'entityCreated=*&entityUpdated=*&entityDeleted=*&entityRestored=*';

async function eventsOf(client: Client, query: string): Promise<readonly Event[]> {
  const { status, json } = await client.call('GET', `events?${query}`);
  expect(status).toBe(200);
  const { data } = json;
  if (!Array.isArray(data)) throw new Error(`The answer has no list: ${JSON.stringify(json)}`);
  expect(json['paging']).toEqual({ total: data.length });
  return data;
}

/** `entityUpdated team fieldsAdded:assets`, as the summary of the recording writes an event. */
function summary({ eventType, entityType, changeDescription = {} }: Event): string {
  const fields = ['fieldsAdded', 'fieldsUpdated', 'fieldsDeleted'].flatMap((kind) =>
    (changeDescription[kind] ?? []).map(({ name }) => `${kind}:${name}`),
  );
  return [eventType, entityType, ...fields].join(' ');
}

describe('GET /events of generation 1.12', () => {
  it('lists nine changes of a user and a team, oldest first (28#7, 28S)', async () => {
    await using client = await startClient();
    await makeUnrecordedChanges(client, client.simulator.token);
    const events = await eventsOf(client, 'entityCreated=user,team&entityUpdated=*&entityDeleted=*&entityRestored=*');
    expect(events.map(summary)).toEqual([
      'entityCreated user',
      'entityCreated team',
      'entityUpdated user fieldsUpdated:displayName',
      'entityUpdated team fieldsAdded:assets',
      'entityUpdated team fieldsDeleted:users',
      'entityUpdated user fieldsAdded:teams fieldsDeleted:teams',
      'entitySoftDeleted user fieldsUpdated:deleted',
      'entityRestored user fieldsUpdated:deleted',
      'entityDeleted user fieldsUpdated:deleted',
    ]);
  });

  it('shows the entity as a string of JSON, except after assets/add (28#2-6)', async () => {
    await using client = await startClient();
    await makeUnrecordedChanges(client, client.simulator.token);
    const types = (await eventsOf(client, everything)).map(({ entity }) => typeof entity);
    expect(types).toEqual(['string', 'string', 'string', 'object', ...Array(5).fill('string')]);
    const [created] = await eventsOf(client, 'entityCreated=user');
    expect(created).toMatchObject({ previousVersion: 0.1, currentVersion: 0.1, userName: 'scim-gateway' });
    expect(JSON.parse(String(created?.['entity']))).toMatchObject({ name: 'ev.person', displayName: 'Ev' });
  });

  it('names the added member, or the bare id that no user has (28#4)', async () => {
    await using client = await startClient();
    const user = idOf(await client.user('ada'));
    await client.team('staff');
    const ghost = '00000000-0000-4000-8000-00000000dead';
    const assets = [user, ghost].map((id) => ({ id, type: 'user' }));
    await client.call('PUT', 'teams/staff/assets/add', { assets });
    const [added] = await eventsOf(client, 'entityUpdated=team');
    expect(added?.changeDescription?.['fieldsAdded']).toEqual([
      { name: 'assets', newValue: [expect.objectContaining({ id: user, name: 'ada' }), { id: ghost, type: 'user' }] },
    ]);
  });

  it('selects by kind of change, by list of types and by *, and nothing without a type (28#1, #2, #7, #8)', async () => {
    await using client = await startClient();
    await makeUnrecordedChanges(client, client.simulator.token);
    const counts: number[] = [];
    for (const query of ['timestamp=0', 'entityCreated=user', 'entityCreated=user,team', 'entityDeleted=*'])
      counts.push((await eventsOf(client, query)).length);
    expect(counts).toEqual([0, 1, 2, 2]);
  });

  it('selects from the timestamp on, ignores limit and refuses a timestamp that is no number (28#9-12)', async () => {
    let now = 1000;
    await using client = await startClient({ clock: () => now });
    await client.user('first');
    now = 2000;
    await client.user('second');
    const counts: number[] = [];
    for (const query of ['limit=1', 'timestamp=0&limit=1', 'timestamp=1500', 'timestamp=2500'])
      counts.push((await eventsOf(client, `entityCreated=user&${query}`)).length);
    expect(counts).toEqual([2, 2, 1, 0]);
    const refused = await client.call('GET', 'events?entityCreated=user&timestamp=abc');
    expect([refused.status, refused.json['message']]).toEqual([404, 'HTTP 404 Not Found']);
  });

  it('answers ordinary users, but no caller without a token (28#13-14)', async () => {
    await using client = await startClient();
    await client.user('ada');
    const ordinary = bearer(client.simulator.mintToken('ada'));
    const read = await client.call('GET', 'events?entityCreated=user', undefined, ordinary);
    expect([read.status, read.json['paging']]).toEqual([200, { total: 1 }]);
    const anonymous = { authorization: undefined };
    expect((await client.call('GET', 'events?entityCreated=user', undefined, anonymous)).status).toBe(401);
  });

  it('lists no event of a refused call or of a PATCH without a change', async () => {
    await using client = await startClient();
    const user = idOf(await client.user('ada'));
    expect((await client.user('ada')).status).toBe(409);
    expect((await client.call('PATCH', `users/${user}`, [])).status).toBe(200);
    expect((await eventsOf(client, everything)).map(summary)).toEqual(['entityCreated user']);
  });
});

describe('GET /events of generation 1.1', () => {
  it('lists events without id and full name, and an update for a restoration (1.1: 12#2-5)', async () => {
    await using client = await startClient({ generation: '1.1' });
    const user = idOf(await client.user('ada'));
    await client.call('DELETE', `users/${user}`);
    await client.call('PUT', 'users/restore', { id: user });
    const events = await eventsOf(client, everything);
    expect(events.map(({ eventType }) => eventType)).toEqual(['entityCreated', 'entitySoftDeleted', 'entityUpdated']);
    expect(events.every((event) => !('id' in event) && !('entityFullyQualifiedName' in event))).toBe(true);
  });

  it('hides the refusal of a timestamp that is no number behind a 500 (1.1: 12#9)', async () => {
    await using client = await startClient({ generation: '1.1' });
    const refused = await client.call('GET', 'events?entityCreated=user&timestamp=abc');
    expect([refused.status, refused.json['responseMessage']]).toEqual([
      500,
      'An exception with message [HTTP 404 Not Found] was thrown while processing request.',
    ]);
  });
});

describe('EventLog', () => {
  it('drops the oldest events beyond its capacity', () => {
    const log = new EventLog(400);
    for (let timestamp = 1; timestamp <= 20; timestamp += 1)
      log.record({ eventType: 'entityCreated', entityType: 'user', timestamp });
    const kept = log.since(0, () => true).map(({ timestamp }) => timestamp);
    expect(kept.at(-1)).toBe(20);
    expect(kept).toHaveLength(6);
  });
});
