import { type Provider, playSession, type SessionReport, variantsOf } from '@scim-gateway/idp-simulator';
import { describe, expect, it } from 'vitest';
import { hasRedis, type ProcessHarness, startProcesses } from './process-harness.ts';

const selections: readonly (readonly [Provider, string])[] = (['entra', 'okta'] as const).flatMap((provider) =>
  ['all', ...variantsOf(provider).filter((variant) => variant !== 'gallery')].map(
    (variant) => [provider, variant] as const,
  ),
);

const noField = 'this server has no field for it, and no document store';
const noStore = 'the gateway cannot store it: the server has no document store, or refuses it';
const follows = 'follows from the failure before';
const noTombstone = 'without a document store a deleted user looks like an inactive one';

/** The assertions that fail without a document store, with the reason. */
const needDocuments: Readonly<Record<string, string>> = {
  'entra/19/unflagged status': `the e-mail cannot change in Collate: ${noStore}`,
  'entra/20/unflagged #/displayName': follows,
  'entra/20/unflagged #/emails': follows,
  'entra/20/unflagged #/name/familyName': follows,
  'entra/30/unflagged #/externalId': `the externalId of a group: ${noStore}`,
  'entra/53/common status': `a changed userName: ${noStore}`,
  'entra/54/common #/totalResults': follows,
  'entra/54/common #/Resources': follows,
  'entra/54/common #/Resources/0/id': follows,
  'entra/73/common status': noTombstone,
  'entra/73/common #/schemas': follows,
  'entra/73/common #/status': follows,
  'entra/73/common #/detail': follows,
  'entra/75/common status': noTombstone,
  'entra/75/common header Content-Type': follows,
  'entra/75/common #/schemas': follows,
  'entra/75/common #/status': follows,
  'entra/75/common #/detail': follows,
  'entra/76/common status': noTombstone,
  'entra/76/common #/schemas': follows,
  'entra/76/common #/status': follows,
  'entra/76/common #/detail': follows,
};

/** The assertions that also fail when users have neither externalId nor scimUserName. */
const needExternalId: Readonly<Record<string, string>> = {
  'entra/9/common #/externalId': `the externalId of a user: ${noField}`,
  'entra/12/common #/totalResults': follows,
  'entra/12/common #/Resources': follows,
  'entra/12/common #/Resources/0/id': follows,
  'entra/77/common status': `a userName other than the e-mail: ${noField}`,
  'entra/77/common #/id': follows,
  'entra/77/common #/active': follows,
  'okta/5/aiw #/externalId': `the externalId of a user: ${noField}`,
};

function play(harness: ProcessHarness, provider: Provider, variant: string): Promise<SessionReport> {
  const baseUrl = harness.gateways[0]?.baseUrl ?? '';
  return playSession({ provider, baseUrl, token: harness.token, variant });
}

/** The calls to Collate that the gateway must never make. */
function forbiddenCalls(harness: ProcessHarness): readonly string[] {
  return harness.simulator
    .calls()
    .filter(({ method, path }) => method === 'PUT' && /^\/api\/v1\/(users|teams)(\?|$)/.test(path))
    .map(({ method, path }) => `${method} ${path}`);
}

/** The users and groups of the sessions, as Collate stores them afterwards. */
function asStored({ simulator }: ProcessHarness) {
  const { users, teams, memberships } = simulator.dump();
  return {
    users: Object.fromEntries(
      users
        .filter(({ isBot, isAdmin }) => isBot !== true && isAdmin !== true)
        .map(({ name, email, displayName, deleted }) => [name, { email, displayName, deleted }]),
    ),
    teams: teams
      .filter(({ teamType }) => teamType !== 'Organization')
      .map(({ teamType, parents, deleted, isJoinable }) => ({ teamType, parents, deleted, isJoinable })),
    memberships,
  };
}

const storedUser = (email: string, displayName: string, deleted = false) => ({ email, displayName, deleted });
const deletedGroup = { teamType: 'Group', parents: ['Organization'], deleted: true, isJoinable: false };

const afterEntra = {
  users: {
    alice: storedUser('alice@contoso.example', 'Alice Archer'),
    bob: storedUser('bob@contoso.example', 'Bob Berg'),
    carol: storedUser('carol@contoso.example', 'Carol Cole'),
  },
  teams: [deletedGroup],
  memberships: [],
};

const afterOkta = {
  users: {
    alice: storedUser('alice@contoso.example', 'Alicia Anders'),
    runscope300: storedUser('runscope300@atko.com', 'Runscope Tester'),
  },
  teams: [deletedGroup],
  memberships: [],
};

/** What Collate has instead where display names may not be changed: the one of the creation. */
const firstNames = { alice: storedUser('alice@contoso.example', 'Alice Anders') };

describe.skipIf(!hasRedis).each(selections)('the session of %s, %s', (provider, variant) => {
  it.each(['1.12', '2.0'] as const)('passes all assertions before a server of generation %s', async (generation) => {
    await using harness = await startProcesses({ simulator: { generation }, redis: true });
    const report = await play(harness, provider, variant);
    expect(report.failed).toEqual([]);
    expect(report.passed).toBeGreaterThan(30);
    expect(forbiddenCalls(harness)).toEqual([]);
    expect(asStored(harness)).toEqual(provider === 'entra' ? afterEntra : afterOkta);
  });

  it.each([
    ['of generation 1.1', { generation: '1.1' }, { ...needDocuments, ...needExternalId }],
    ['with a closed document store', { documentStore: false }, needDocuments],
  ] as const)('fails only the expected assertions before a server %s', async (_name, simulator, expected) => {
    await using harness = await startProcesses({ simulator, redis: true });
    const report = await play(harness, provider, variant);
    const listed = Object.keys(expected).filter((id) => id.startsWith(`${provider}/`));
    expect(report.failed.map(({ id }) => id).sort()).toEqual(listed.sort());
    expect(forbiddenCalls(harness)).toEqual([]);
  });

  it('passes all assertions with a bot as Collate makes it, which may not change display names', async () => {
    await using harness = await startProcesses({ simulator: { bot: 'default-role' }, redis: true });
    const report = await play(harness, provider, variant);
    expect(report.failed).toEqual([]);
    expect(report.passed).toBeGreaterThan(30);
    const renamed = provider === 'entra' ? afterEntra : afterOkta;
    expect(asStored(harness)).toEqual({ ...renamed, users: { ...renamed.users, ...firstNames } });
  });
});
