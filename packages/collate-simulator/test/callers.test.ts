import { describe, expect, it } from 'vitest';
import { bearer, makeBot } from './bots.ts';
import { type Answer, type Client, idOf, startClient } from './client.ts';

const later = ['1.12', '2.0'] as const;
const message = ({ status, json }: Answer) => [status, json['message']];
const mismatch = [401, "Not Authorized! The given token does not match the current bot's token!"];

/** A simulator with a clock that `pass` moves on, by seconds. */
async function startWithClock(generation: '1.1' | (typeof later)[number]): Promise<Client & { pass(s: number): void }> {
  let now = 1_760_000_000_000;
  const client = await startClient({ generation, clock: () => now });
  return {
    ...client,
    pass: (seconds) => {
      now += seconds * 1000;
    },
  };
}

describe.each(later)('a bot’s token of server generation %s', (generation) => {
  const status = async (client: Client, token: unknown) =>
    (await client.call('GET', 'users?limit=1', undefined, bearer(token))).status;
  const rotate = async (client: Client, id: string) => {
    const admin = bearer(client.simulator.adminToken);
    const answer = await client.call('PUT', `users/generateToken/${id}`, { JWTTokenExpiry: '7' }, admin);
    expect(answer.json).toMatchObject({ JWTToken: expect.stringMatching(/^fernet:/), JWTTokenExpiry: '7' });
    return (await client.call('GET', `users/token/${id}`, undefined, admin)).json['JWTToken'];
  };

  it('works for two minutes after its replacement, and its successor only then (10c#5-23)', async () => {
    await using client = await startWithClock(generation);
    const { id, headers } = await makeBot(client, 'rob', { user: ['ViewAll'] });
    const old = headers.authorization.slice('Bearer '.length);
    expect(await status(client, old)).toBe(200);
    const fresh = await rotate(client, id);
    expect(message(await client.call('GET', 'users', undefined, bearer(fresh)))).toEqual(mismatch);
    client.pass(118);
    expect([await status(client, old), await status(client, fresh)]).toEqual([200, 401]);
    client.pass(7);
    expect([await status(client, old), await status(client, fresh)]).toEqual([401, 200]);
  });

  it('is replaced at once when the old one was not in use, or is revoked first (10#27-29, 27S)', async () => {
    await using client = await startWithClock(generation);
    const { id } = await makeBot(client, 'rob', { user: ['ViewAll'] });
    const first = await rotate(client, id);
    expect(await status(client, first)).toBe(200);
    const admin = bearer(client.simulator.adminToken);
    expect((await client.call('PUT', 'users/revokeToken', { id }, admin)).status).toBe(200);
    expect(message(await client.call('GET', 'users', undefined, bearer(first)))).toEqual(mismatch);
    const second = await rotate(client, id);
    expect([await status(client, first), await status(client, second)]).toEqual([401, 200]);
  });

  it('expires, and is refused once its bot is deleted (10#8, 30#53-58)', async () => {
    await using client = await startWithClock(generation);
    const { id } = await makeBot(client, 'rob', { user: ['ViewAll'] });
    const token = await rotate(client, id);
    expect(await status(client, token)).toBe(200);
    const admin = bearer(client.simulator.adminToken);
    await client.call('DELETE', `users/${id}`, undefined, admin);
    expect(message(await client.call('GET', 'users', undefined, bearer(token)))).toEqual(mismatch);
    await client.call('DELETE', `users/${id}?hardDelete=true`, undefined, admin);
    expect(message(await client.call('GET', 'users', undefined, bearer(token)))).toEqual(mismatch);
    client.pass(8 * 24 * 3600);
    expect(message(await client.call('GET', 'users', undefined, bearer(token)))).toEqual([401, 'Expired token!']);
  });

  it('is read and made by administrators only, for bots only, with a known lifetime (30#36-42)', async () => {
    await using client = await startWithClock(generation);
    const { id } = await makeBot(client, 'rob', {});
    const ada = idOf(await client.user('ada'));
    const admin = bearer(client.simulator.adminToken);
    expect(message(await client.call('GET', `users/token/${id}`))).toEqual([
      403,
      "Principal: CatalogPrincipal{name='scim-gateway'} is not admin",
    ]);
    expect(message(await client.call('GET', `users/token/${ada}`, undefined, admin))).toEqual([
      400,
      'JWT token is only supported for bot users',
    ]);
    const make = (user: string, expiry: string) =>
      client.call('PUT', `users/generateToken/${user}`, { JWTTokenExpiry: expiry }, admin);
    expect(message(await make(ada, '7'))).toEqual([400, 'Generating JWT token is only supported for bot users']);
    expect((await make(id, '5')).text).toContain('JWTTokenExpiry`, problem: 5');
  });
});

describe.each(later)('the body of a user of server generation %s', (generation) => {
  it('may contain texts for booleans, so that a bot without a mechanism is an internal error (10#59, 30#7)', async () => {
    await using client = await startClient({ generation });
    for (const isBot of ['true', true]) {
      const answer = await client.user('boolstr', { isBot });
      expect([answer.status, answer.text]).toEqual([500, expect.stringContaining('\\"authMechanism\\" is null')]);
    }
    expect((await client.user('plain', { isBot: 'false', displayName: 'true' })).json).toMatchObject({
      isBot: false,
      displayName: 'true',
    });
  });
});

describe.each(later)('a caller of server generation %s', (generation) => {
  it('is refused with the reason why its token is bad (10#1-13)', async () => {
    await using client = await startClient({ generation });
    const { simulator } = client;
    const token = simulator.mintToken('admin');
    const refused = async (authorization: string) =>
      message(await client.call('GET', 'users', undefined, { authorization }));
    for (const header of ['', 'Bearer', 'Bearer ', `bearer ${token}`])
      expect(await refused(header)).toEqual([401, 'Not Authorized! Token not present']);
    expect(await refused('Bearer nonsense')).toEqual([401, 'Not Authorized! Invalid token.']);
    expect(await refused(`Bearer ${token.slice(0, -8)}AAAAAAAA`)).toEqual([
      401,
      expect.stringMatching(/^Not Authorized! Invalid token. Token verification failed. Public key mismatch/),
    ]);
    expect(await refused(`Bearer ${simulator.mintToken('admin', { exp: 1 })}`)).toEqual([401, 'Expired token!']);
    expect(await refused(`Bearer ${simulator.mintToken('admin', {}, { kid: 'other' })}`)).toEqual([
      500,
      expect.stringContaining('SigningKeyNotFoundException'),
    ]);
    expect(await refused(`Bearer ${simulator.mintToken('admin', {}, { kid: undefined })}`)).toEqual([
      500,
      'An exception with message [null] was thrown while processing request.',
    ]);
    const claimless = { sub: undefined, email: undefined };
    expect(await refused(`Bearer ${simulator.mintToken('admin', claimless)}`)).toEqual([
      401,
      'Invalid JWT token, none of the following claims are present [email, preferred_username, sub]',
    ]);
  });

  it('is the user with both the name and the e-mail address of the token (13#1-10)', async () => {
    await using client = await startClient({ generation });
    await client.user('ada.lovelace');
    await client.call('POST', 'users', { name: 'mailtest', email: 'a@example.com' });
    const whoIs = async (claims: object) => {
      const headers = bearer(client.simulator.mintToken('x', { sub: 'x', email: undefined, ...claims }));
      const answer = await client.call('GET', 'users/loggedInUser', undefined, headers);
      return answer.status === 200 ? answer.json['name'] : message(answer);
    };
    const exists = [400, 'Account already exists. Please contact administrator.'];
    expect(await whoIs({ email: 'Ada.Lovelace@Example.com' })).toBe('ada.lovelace');
    expect(await whoIs({ preferred_username: 'ada.lovelace' })).toBe('ada.lovelace');
    expect(await whoIs({ email: 'ada.lovelace@example.com', preferred_username: 'mailtest' })).toBe('ada.lovelace');
    expect(await whoIs({ email: 'ada.lovelace@other.example.com' })).toEqual(exists);
    expect(await whoIs({ preferred_username: 'ada.lovelace@x.example.com' })).toEqual(exists);
    expect(await whoIs({ email: 'a@example.com' })).toEqual(exists);
    expect(await whoIs({ email: 'nobody@example.com' })).toEqual([
      404,
      'Cannot find user with provided name and email',
    ]);
  });

  it('without an account may create it, and is then known (10#14-16, 13#11-12)', async () => {
    await using client = await startClient({ generation });
    const own = bearer(client.simulator.mintToken('self.signup'));
    const unknown = [404, 'user instance for "self.signup" not found'];
    expect(message(await client.call('GET', 'users', undefined, own))).toEqual(unknown);
    expect(message(await client.call('POST', 'teams', { name: 't', teamType: 'Group' }, own))).toEqual(unknown);
    const made = await client.call('POST', 'users', { name: 'self.signup', email: 'self.signup@example.com' }, own);
    expect([made.status, made.json['email'], made.json['updatedBy']]).toEqual([
      201,
      '********@masked.com',
      'self.signup',
    ]);
    expect((await client.call('GET', 'users/loggedInUser', undefined, own)).json['name']).toBe('self.signup');
  });

  it('is accepted for two minutes after its deletion, and seen as deleted for longer (10#22-25, 27S)', async () => {
    await using client = await startWithClock(generation);
    const ada = idOf(await client.user('ada'));
    const bob = idOf(await client.user('bob'));
    const [own, unseen] = ['ada', 'bob'].map((name) => bearer(client.simulator.mintToken(name)));
    expect((await client.call('GET', 'users', undefined, own)).status).toBe(200);
    for (const id of [ada, bob]) await client.call('DELETE', `users/${id}`);
    expect((await client.call('GET', 'users', undefined, own)).status).toBe(200);
    expect(message(await client.call('GET', 'users', undefined, unseen))).toEqual([
      404,
      'user instance for bob not found',
    ]);
    client.pass(121);
    expect(message(await client.call('GET', 'users', undefined, own))).toEqual([
      404,
      'user instance for ada not found',
    ]);
    const self = await client.call('GET', 'users/loggedInUser', undefined, own);
    expect([self.status, self.json['deleted']]).toEqual([200, true]);
  });
});
