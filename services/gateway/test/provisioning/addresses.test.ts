import { describe, expect, it } from 'vitest';
import { type ProvisioningHarness, startProvisioning } from './provisioning-harness.ts';

const work = (value: string, more = {}) => ({ value, type: 'work', ...more });
const home = (value: string, more = {}) => ({ value, type: 'home', ...more });
const patchOp = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

function patch(harness: ProvisioningHarness, id: unknown, ...operations: readonly object[]) {
  return harness.users.patch(String(id), { schemas: [patchOp], Operations: operations }, {}, harness.context);
}

function emailOf(harness: ProvisioningHarness, id: unknown) {
  return harness.simulator.dump().users.find((user) => user['id'] === id)?.['email'];
}

describe('the e-mail address of a new user', () => {
  it.each([
    ['the primary work address', [work('b@x.example'), work('c@x.example', { primary: true })], 'c@x.example', 'work'],
    [
      'a work address before a primary private one',
      [home('h@x.example', { primary: true }), work('w@x.example')],
      'w@x.example',
      'work',
    ],
    [
      'an address without a type',
      [home('h@x.example', { primary: true }), { value: 'n@x.example' }],
      'n@x.example',
      'work',
    ],
    ['the userName before a private address', [home('h@x.example', { primary: true })], 'ada@x.example', 'work'],
    [
      'the userName before a guest name',
      [work('g_y.example#EXT#@x.example', { primary: true })],
      'ada@x.example',
      'work',
    ],
  ])('is %s', async (_name, emails, email, type) => {
    await using harness = await startProvisioning();
    const user = await harness.createUser({ userName: 'ada@x.example', emails });
    expect(emailOf(harness, user['id'])).toBe(email);
    expect(user['emails']).toMatchObject([{ value: email, type }]);
  });

  it('is a private address where nothing else is one, and is never shown as a work address', async () => {
    await using harness = await startProvisioning();
    const emails = [home('h@x.example', { primary: true }), { value: 'o@x.example', type: 'other' }];
    const user = await harness.createUser({ userName: 'a_y.example#EXT#@x.example', emails });
    expect(emailOf(harness, user['id'])).toBe('h@x.example');
    expect(user['emails']).toEqual([{ value: 'h@x.example', type: 'home', primary: true }]);
    const find = (filter: string) =>
      harness.users.list({ filter, startIndex: 1, count: 10, projection: {} }, harness.context);
    expect((await find('emails[type eq "work" and value eq "h@x.example"]')).totalResults).toBe(0);
    expect((await find('emails.value eq "h@x.example"')).totalResults).toBe(1);
    const { resource } = await patch(harness, user['id'], { op: 'add', path: 'emails', value: [work('w@x.example')] });
    expect(resource?.['emails']).toMatchObject([{ value: 'w@x.example', type: 'work' }]);
  });

  it('is missing when several private addresses are equal', async () => {
    await using harness = await startProvisioning();
    const emails = [home('h@x.example'), { value: 'o@x.example', type: 'other' }];
    await expect(harness.createUser({ userName: 'ada', emails })).rejects.toMatchObject({
      status: 400,
      detail: expect.stringContaining('emails'),
    });
  });
});

describe('an address of another type', () => {
  const forms = [
    [{ op: 'add', path: 'emails', value: [home('s@x.example', { primary: true })] }],
    [{ op: 'replace', path: 'emails', value: [home('s@x.example', { primary: true })] }],
    [{ op: 'replace', path: 'emails[type eq "home"].value', value: 's@x.example' }],
    [{ op: 'replace', value: { emails: [home('s@x.example')] } }],
    [
      { op: 'remove', path: 'emails[type eq "work"]' },
      { op: 'add', path: 'emails', value: [home('s@x.example')] },
    ],
  ];

  it.each(forms)('never replaces a work address, nor deactivates another account: %j', async (...operations) => {
    await using harness = await startProvisioning();
    harness.simulator.state().insertUser({ name: 's', email: 's@x.example' }, 'admin');
    const { id } = await harness.createUser({ userName: 'ada@x.example' });
    const { resource } = await patch(harness, id, ...operations);
    expect(resource?.['emails']).toMatchObject([{ value: 'ada@x.example', type: 'work' }]);
    await patch(harness, id, { op: 'replace', path: 'active', value: false });
    const other = harness.simulator.dump().users.find((user) => user['name'] === 's');
    expect(other?.['deleted']).toBe(false);
  });

  it('is kept and checked where all addresses are remembered', async () => {
    await using harness = await startProvisioning({ settings: { rememberedAttributes: ['emails'] } });
    const emails = [work('ada@x.example', { primary: true }), home('h@x.example')];
    const { id } = await harness.createUser({ userName: 'ada@x.example', emails });
    const replaced = await patch(harness, id, {
      op: 'replace',
      path: 'emails[type eq "home"].value',
      value: 'i@x.example',
    });
    expect(replaced.resource?.['emails']).toMatchObject([{ value: 'ada@x.example' }, { value: 'i@x.example' }]);
    const removed = await patch(harness, id, { op: 'remove', path: 'emails[type eq "work"]' });
    expect(removed.resource?.['emails']).toMatchObject([{ value: 'ada@x.example' }, { value: 'i@x.example' }]);
    const nonsense = { op: 'replace', path: 'emails[type eq "home"].value', value: 'nonsense' };
    await expect(patch(harness, id, nonsense)).rejects.toMatchObject({ status: 400, scimType: 'invalidValue' });
    const wrong = [work('b@x.example'), home('nonsense')];
    await expect(harness.createUser({ userName: 'b@x.example', emails: wrong })).rejects.toMatchObject({ status: 400 });
  });
});

describe('a userName on a server that cannot keep it', () => {
  it('must be the e-mail address', async () => {
    await using harness = await startProvisioning({ simulator: { generation: '1.1' } });
    const emails = [work('ada@x.example')];
    await expect(harness.createUser({ userName: 'ada', emails })).rejects.toMatchObject({
      status: 400,
      detail: expect.stringContaining('userName must be the e-mail address'),
    });
    expect(await harness.createUser({ userName: 'ADA@x.example', emails })).toMatchObject({ active: true });
  });
});

describe('a name', () => {
  it.each(['علی\u200cرضا', 'ශ්\u200dරී', '👩\u200d💻 Ada', 'co\u00adop', 'אדה\u200f', 'Ada \u200eL'])(
    'keeps the spelling %j',
    async (displayName) => {
      await using harness = await startProvisioning();
      const user = await harness.createUser({
        userName: 'ada@x.example',
        displayName,
        name: { givenName: displayName },
      });
      expect(user).toMatchObject({ displayName, name: { givenName: displayName } });
      expect(await harness.createGroup(displayName)).toMatchObject({ displayName });
    },
  );

  it.each([
    'a\u202eb',
    'a\u2066b',
    'a\u0007b',
    'a\u200bb',
    '\ufeffa',
    '\u200da',
    'a \u200cb',
    '   ',
    '\u00ad\u200f',
    '\u3164',
  ])('is refused as %j', async (displayName) => {
    await using harness = await startProvisioning();
    const refused = { status: 400, scimType: 'invalidValue' };
    await expect(harness.createUser({ userName: 'ada@x.example', displayName })).rejects.toMatchObject(refused);
    await expect(harness.createGroup(displayName)).rejects.toMatchObject(refused);
    const { id } = await harness.createUser({ userName: 'ada@x.example' });
    const replace = { op: 'replace', path: 'displayName', value: displayName };
    await expect(patch(harness, id, replace)).rejects.toMatchObject(refused);
  });

  it('differs from another one by more than an invisible character', async () => {
    await using harness = await startProvisioning();
    await harness.createGroup('Engineers');
    await expect(harness.createGroup('Engi\u00adneers')).rejects.toMatchObject({ status: 409 });
  });

  it('of a group may contain quotes, on a server whose names may not', async () => {
    await using harness = await startProvisioning({ simulator: { generation: '1.12' } });
    expect(await harness.createGroup('The "A" team')).toMatchObject({ displayName: 'The "A" team' });
    const user = await harness.createUser({ userName: '"ada"@x.example' });
    expect(harness.simulator.dump().users.find(({ id }) => id === user['id'])?.['name']).toBe('_ada_');
  });
});
