import { exportJWK, generateKeyPair, type JSONWebKeySet, type JWTPayload, SignJWT } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import { createCollateBotVerifier, type WhoAmI } from './collate-bot.ts';
import { digestOf } from './credential.ts';

type KeyPair = Awaited<ReturnType<typeof generateKeyPair>>;

describe('createCollateBotVerifier', () => {
  let pair: KeyPair;
  let foreign: KeyPair;
  let keySet: JSONWebKeySet;
  beforeAll(async () => {
    pair = await generateKeyPair('RS256');
    foreign = await generateKeyPair('RS256');
    keySet = { keys: [{ ...(await exportJWK(pair.publicKey)), kid: 'collate', alg: 'RS256', use: 'sig' }] };
  });

  const bot: JWTPayload = { sub: 'scim-bot', isBot: true, iss: 'open-metadata.org' };
  const sign = (claims: JWTPayload, key = pair.privateKey, kid = 'collate') =>
    new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid }).sign(key);

  function setUp(options: { whoAmI?: WhoAmI; fetchKeys?: () => Promise<JSONWebKeySet>; actsItself?: boolean } = {}) {
    let now = 1_900_000_000_000;
    const calls = { keys: 0, whoAmI: 0 };
    const verify = createCollateBotVerifier({
      botNames: ['scim-bot'],
      actsItself: options.actsItself ?? false,
      fetchKeys: () => {
        calls.keys++;
        return options.fetchKeys?.() ?? Promise.resolve(keySet);
      },
      whoAmI: (token) => {
        calls.whoAmI++;
        return options.whoAmI?.(token) ?? Promise.resolve({ name: 'scim-bot', isBot: true });
      },
      clock: () => now,
    });
    return {
      calls,
      now: () => now,
      pass: (milliseconds: number) => {
        now += milliseconds;
      },
      verify: async (token: string) => verify(token, digestOf(token).toString('hex')),
    };
  }

  it('accepts a token that Collate signed and accepts, and calls Collate once a minute', async () => {
    const { verify, calls, pass } = setUp();
    const token = await sign(bot);
    const [first, second] = await Promise.all([verify(token), verify(token)]);
    expect(first).toMatchObject({ kind: 'accepted', credential: { method: 'collate-bot' } });
    expect(first).toMatchObject({ credential: { principal: { credential: 'scim-bot', provider: 'scim-bot' } } });
    expect(second).toEqual(first);
    pass(59_999);
    await verify(token);
    expect(calls).toEqual({ keys: 1, whoAmI: 1 });
    pass(1);
    await verify(token);
    expect(calls).toEqual({ keys: 1, whoAmI: 2 });
  });

  it('lets the bot act only where the gateway has no Collate token of its own', async () => {
    const token = await sign(bot);
    const proving = await setUp({ actsItself: false }).verify(token);
    expect(proving).not.toHaveProperty('credential.principal.collateToken');
    const acting = await setUp({ actsItself: true }).verify(token);
    if (acting?.kind !== 'accepted') throw new Error('not accepted');
    expect(acting.credential.principal.collateToken?.()).toBe(token);
  });

  it("keeps the principal when the bot's token is rotated, and acts with the new token", async () => {
    const { verify } = setUp({ actsItself: true });
    const before = await verify(await sign(bot));
    const rotated = await sign({ ...bot, jti: '2' });
    const after = await verify(rotated);
    if (before?.kind !== 'accepted' || after?.kind !== 'accepted') throw new Error('not accepted');
    expect(after.credential.principal).toBe(before.credential.principal);
    expect(before.credential.principal.collateToken?.()).toBe(rotated);
  });

  it("SEC-R5: refuses a user's token, and an unlisted bot, without a call to Collate", async () => {
    const { verify, calls } = setUp();
    const refused = { kind: 'refused', reason: 'invalid', method: 'collate-bot' };
    expect(await verify(await sign({ ...bot, sub: 'admin', isBot: false }))).toEqual(refused);
    expect(await verify(await sign({ sub: 'scim-bot' }))).toEqual(refused);
    expect(await verify(await sign({ ...bot, isBot: 'true' }))).toEqual(refused);
    expect(await verify(await sign({ ...bot, sub: 'ingestion-bot' }))).toEqual(refused);
    expect(calls.whoAmI).toBe(0);
  });

  it('refuses a token that Collate did not sign: another key, another algorithm, no algorithm, a changed payload', async () => {
    const { verify, calls } = setUp();
    const token = await sign(bot);
    const [header = '', , signature = ''] = token.split('.');
    const payload = Buffer.from(JSON.stringify({ ...bot, sub: 'scim-bot', extra: 1 })).toString('base64url');
    const none = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${payload}.x`;
    const hmac = await new SignJWT(bot)
      .setProtectedHeader({ alg: 'HS256', kid: 'collate' })
      .sign(new TextEncoder().encode('a public key is no secret, even for an HMAC algorithm'));
    for (const wrong of [
      await sign(bot, foreign.privateKey),
      `${header}.${payload}.${signature}`,
      none,
      hmac,
      'a.b.c',
    ]) {
      expect(await verify(wrong)).toMatchObject({ kind: 'refused', reason: 'invalid' });
    }
    expect(calls.whoAmI).toBe(0);
  });

  it('checks the expiry, and accepts the tokens that Collate calls unlimited', async () => {
    const { verify, now, pass, calls } = setUp();
    const seconds = Math.floor(now() / 1000);
    expect(await verify(await sign({ ...bot, exp: seconds }))).toMatchObject({ reason: 'expired' });
    const short = await sign({ ...bot, exp: seconds + 10 });
    expect(await verify(short)).toMatchObject({ kind: 'accepted' });
    pass(10_000);
    expect(await verify(short)).toMatchObject({ reason: 'expired' });
    expect(calls.whoAmI).toBe(1);
    expect(await verify(await sign({ ...bot, exp: null } as unknown as JWTPayload))).toMatchObject({
      kind: 'accepted',
    });
    expect(await verify(await sign({ ...bot, exp: 'never' } as unknown as JWTPayload))).toMatchObject({
      reason: 'invalid',
    });
  });

  it('refuses a token that Collate has revoked, or that belongs to another account', async () => {
    const token = await sign(bot);
    expect(await setUp({ whoAmI: async () => undefined }).verify(token)).toMatchObject({ reason: 'invalid' });
    for (const other of [
      { name: 'admin', isBot: true },
      { name: 'scim-bot', isBot: false },
    ]) {
      expect(await setUp({ whoAmI: async () => other }).verify(token)).toMatchObject({ reason: 'invalid' });
    }
  });

  it('SEC-R30: fetches the keys at most twice a minute for wrong tokens, and caches a refusal', async () => {
    const { verify, calls, pass } = setUp({ whoAmI: async () => undefined });
    for (let index = 0; index < 50; index++)
      await verify(await sign({ ...bot, jti: `${index}` }, pair.privateKey, `k${index}`));
    expect(calls).toEqual({ keys: 1, whoAmI: 0 });
    pass(30_000);
    for (let index = 0; index < 5; index++)
      await verify(await sign({ ...bot, jti: `x${index}` }, pair.privateKey, 'other'));
    expect(calls.keys).toBe(2);
    const revoked = await sign(bot);
    for (let index = 0; index < 50; index++) await verify(revoked);
    expect(calls.whoAmI).toBe(1);
  });

  it('finds a key that Collate has introduced since the last fetch', async () => {
    const { verify, pass } = setUp();
    await verify(await sign(bot));
    pass(30_000);
    const rolled = { ...(await exportJWK(foreign.publicKey)), kid: 'rolled', alg: 'RS256' };
    keySet = { keys: [...keySet.keys, rolled] };
    expect(await verify(await sign(bot, foreign.privateKey, 'rolled'))).toMatchObject({ kind: 'accepted' });
  });

  it('rejects with 503, never 401, while Collate does not answer, and limits its calls', async () => {
    let down = true;
    const { verify, calls, pass } = setUp({
      fetchKeys: () => (down ? Promise.reject(new Error('ECONNREFUSED')) : Promise.resolve(keySet)),
    });
    const token = await sign(bot);
    for (let index = 0; index < 10; index++) {
      await expect(verify(token)).rejects.toMatchObject({ status: 503, retryAfterSeconds: 5 });
    }
    expect(calls.keys).toBe(1);
    down = false;
    pass(5_000);
    expect(await verify(token)).toMatchObject({ kind: 'accepted' });
    const troubled = setUp({ whoAmI: () => Promise.reject(new Error('timeout')) });
    await expect(troubled.verify(token)).rejects.toMatchObject({ status: 503 });
  });

  it('uses the known keys while Collate does not answer', async () => {
    let down = false;
    const { verify, pass } = setUp({
      fetchKeys: () => (down ? Promise.reject(new Error('ECONNREFUSED')) : Promise.resolve(keySet)),
    });
    await verify(await sign(bot));
    down = true;
    pass(600_000);
    expect(await verify(await sign({ ...bot, jti: '2' }))).toMatchObject({ kind: 'accepted' });
  });
});
