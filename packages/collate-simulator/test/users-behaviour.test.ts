import { describe, expect, it } from 'vitest';
import { idOf, startClient } from './client.ts';

const later = ['1.12', '2.0'] as const;

describe.each(later)('a server of generation %s', (generation) => {
  it('API-10.1 stores users in lower case, finds them in any case, and quotes dotted names in full names', async () => {
    await using client = await startClient({ generation });
    const made = await client.call('POST', 'users', { name: 'Ada.Lovelace', email: 'Ada.Lovelace@Example.COM' });
    expect(made.json).toMatchObject({
      name: 'ada.lovelace',
      email: 'ada.lovelace@example.com',
      fullyQualifiedName: '"ada.lovelace"',
    });
    expect((await client.call('GET', 'users/name/ADA.lovelace')).status).toBe(200);
    await client.team('Finance');
    expect((await client.call('GET', 'teams/name/Finance')).status).toBe(200);
    expect((await client.call('GET', 'teams/name/finance')).status).toBe(404);
  });

  it('API-10.2 refuses a creation with the e-mail of another user, deleted users included', async () => {
    await using client = await startClient({ generation });
    const ada = await client.user('ada');
    await client.call('DELETE', `users/${idOf(ada)}`);
    expect((await client.call('POST', 'users', { name: 'other', email: 'ADA@example.com' })).status).toBe(409);
    const sameName = await client.call('POST', 'users', { name: 'ada', email: 'ada@elsewhere.example' });
    if (generation === '1.12') expect(sameName.status).toBe(409);
    else expect(sameName).toMatchObject({ status: 201, json: { name: expect.stringMatching(/^ada_[0-9a-f]{4}$/) } });
  });

  it('API-10.3 ignores a PATCH of name, e-mail or id, and does not store a PATCH of externalId alone', async () => {
    await using client = await startClient({ generation });
    const id = idOf(await client.user('ada'));
    for (const path of ['/name', '/email', '/id']) {
      await client.call('PATCH', `users/${id}`, [{ op: 'replace', path, value: 'other@example.com' }]);
    }
    expect((await client.call('GET', `users/${id}`)).json).toMatchObject({ id, name: 'ada', email: 'ada@example.com' });
    const echoed = await client.call('PATCH', `users/${id}`, [{ op: 'add', path: '/externalId', value: 'x1' }]);
    expect(echoed).toMatchObject({ status: 200, json: { externalId: 'x1' } });
    expect(echoed.headers.get('x-openmetadata-change')).toBe('entityNoChange');
    expect((await client.call('GET', `users/${id}`)).json['externalId']).toBeUndefined();
  });

  it('API-10.4 answers 404 to GET and PATCH of a deleted user unless `include` selects it, and refuses a PATCH of /deleted', async () => {
    await using client = await startClient({ generation });
    const id = idOf(await client.user('ada'));
    const change = [{ op: 'add', path: '/displayName', value: 'Ada' }];
    expect((await client.call('PATCH', `users/${id}`, [{ op: 'replace', path: '/deleted', value: true }])).status).toBe(
      400,
    );
    await client.call('DELETE', `users/${id}`);
    expect((await client.call('GET', `users/${id}`)).status).toBe(404);
    expect((await client.call('PATCH', `users/${id}`, change)).status).toBe(404);
    expect((await client.call('GET', `users/${id}?include=all`)).json).toMatchObject({ deleted: true });
    expect((await client.call('GET', `users/${id}?include=deleted`)).status).toBe(200);
  });

  it('API-10.5 clears by PUT the fields and teams that the body omits, and restores a deleted user', async () => {
    await using client = await startClient({ generation });
    const team = idOf(await client.team('team'));
    const ada = await client.user('ada', { teams: [team], displayName: 'Ada' });
    await client.call('DELETE', `users/${idOf(ada)}`);
    await client.call('PUT', 'users', { name: 'ada', email: 'ada@example.com' });
    const after = await client.call('GET', `users/${idOf(ada)}?fields=teams`);
    expect(after).toMatchObject({ status: 200, json: { deleted: false } });
    expect(client.simulator.dump().memberships).toEqual([]);
  });

  it('API-10.6 keeps the version of a user through changes of one actor within ten minutes', async () => {
    const now = { ms: 1_760_000_000_000 };
    await using client = await startClient({ generation, clock: () => now.ms });
    const id = idOf(await client.user('ada'));
    const rename = async (value: string, headers = {}) =>
      (await client.call('PATCH', `users/${id}`, [{ op: 'add', path: '/displayName', value }], headers)).json[
        'version'
      ];
    expect(await rename('a')).toBe(0.2);
    expect(await rename('b')).toBe(0.2);
    now.ms += 11 * 60_000;
    expect(await rename('c')).toBe(0.3);
  });

  it('API-10.9 lists the Organization for a user without teams, although it stores no such membership', async () => {
    await using client = await startClient({ generation });
    const id = idOf(await client.user('ada'));
    const shown = await client.call('GET', `users/${id}?fields=teams,roles`);
    expect(shown.json['teams']).toMatchObject([{ name: 'Organization' }]);
    expect(shown.json['inheritedRoles']).toMatchObject([{ name: 'DataConsumer' }]);
    expect(client.simulator.dump().memberships).toEqual([]);
  });

  it('API-10.12 shows e-mail addresses to bots and administrators only', async () => {
    await using client = await startClient({ generation });
    await client.user('ada');
    await client.user('reader');
    const authorization = `Bearer ${client.simulator.mintToken('reader')}`;
    const seen = await client.call('GET', 'users/name/ada', undefined, { authorization });
    expect(seen.json['email']).toBe('********@masked.com');
    expect((await client.call('GET', 'users/name/ada')).json['email']).toBe('ada@example.com');
  });

  it('API-10.14 answers 429 without Retry-After to creations beyond the limit of the plan', async () => {
    await using client = await startClient({ generation, quota: 5, users: 2 });
    const refused = await client.user('ada');
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toBeNull();
    client.simulator.arm([{ match: 'GET', when: 'before', status: 429, headers: { 'retry-after': '7' }, times: 1 }]);
    const limited = await client.call('GET', 'users');
    expect([limited.status, limited.headers.get('retry-after')]).toEqual([429, '7']);
  });
});

describe.each(['1.1', '1.12', '2.0'] as const)('the database of server generation %s', (generation) => {
  it('refuses a string with NUL, but stores the text of its escape sequence', async () => {
    await using client = await startClient({ generation });
    expect((await client.user('ada', { displayName: 'a\u0000b' })).status).toBe(500);
    expect((await client.user('bob', { displayName: 'a\\u0000b' })).status).toBe(201);
    expect((await client.user('cat', { displayName: 'a\\\u0000b' })).status).toBe(500);
  });
});

describe.each(later)('an answer of server generation %s', (generation) => {
  it('API-10.7 has a strong entity tag; If-Match accepts the weak tag made of the version, and on 1.12 the strong one', async () => {
    await using client = await startClient({ generation });
    const id = idOf(await client.user('ada'));
    const strong = (await client.call('GET', `users/${id}`)).headers.get('etag') ?? '';
    expect(strong).toMatch(/^"[0-9a-f]{16}"$/);
    const rename = (value: string, tag: string) =>
      client.call('PATCH', `users/${id}`, [{ op: 'add', path: '/displayName', value }], { 'if-match': tag });
    const stale = await rename('a', 'W/"9.9"');
    expect(stale.status).toBe(412);
    const current = generation === '2.0' ? '"W/"0.1""' : strong;
    expect(stale.json['message']).toBe(
      `The entity has been modified. Current ETag: ${current}. Please refresh and retry with the latest version.`,
    );
    expect((await rename('b', strong)).status).toBe(generation === '2.0' ? 412 : 200);
    const version = generation === '2.0' ? '0.1' : '0.2';
    expect((await rename('c', `W/"${version}"`)).status).toBe(200);
    expect((await rename('d', '*')).status).toBe(200);
  });

  it('API-10.13 has a WWW-Authenticate header when it refuses a call, such as one with a replaced bot token', async () => {
    await using client = await startClient({ generation });
    for (const [path, status] of [
      ['users/name/unknown', 404],
      ['teams/00000000-0000-4000-8000-000000000000', 404],
    ] as const) {
      const refused = await client.call('GET', path);
      expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([status, 'om-auth']);
    }
    const old = client.simulator.mintToken('scim-bot', { isBot: true });
    const bot = client.simulator.state().users.byName('scim-bot');
    if (bot !== undefined) {
      bot.json = { ...bot.json, authenticationMechanism: { current: 'another', previous: old, rotatedAt: 0 } };
    }
    const refused = await client.call('GET', 'users', undefined, { authorization: `Bearer ${old}` });
    expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([401, 'om-auth']);
  });
});
