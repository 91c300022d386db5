import { type Provider, playSession, type SessionReport, variantsOf } from '@scim-gateway/idp-simulator';
import { describe, expect, it } from 'vitest';
import { type Constellation, hasRedis, startConstellation } from './constellation.ts';

const selections: readonly (readonly [Provider, string])[] = (['entra', 'okta'] as const).flatMap((provider) =>
  ['all', ...variantsOf(provider).filter((variant) => variant !== 'gallery')].map(
    (variant) => [provider, variant] as const,
  ),
);

const noField = 'this server has no field for it, and no document store';
const noStore = 'nothing can remember it: the server has no document store, or refuses it';
const follows = 'follows from the one before';
const noTombstone = 'without a document store a deleted user cannot be told from an inactive one';

/** The assertions that need a document, and why. */
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

/** What fails besides where users have no externalId either. */
const needExternalId: Readonly<Record<string, string>> = {
  'entra/9/common #/externalId': `the externalId of a user: ${noField}`,
  'entra/12/common #/totalResults': follows,
  'entra/12/common #/Resources': follows,
  'entra/12/common #/Resources/0/id': follows,
  'okta/5/aiw #/externalId': `the externalId of a user: ${noField}`,
};

function play(constellation: Constellation, provider: Provider, variant: string): Promise<SessionReport> {
  const baseUrl = constellation.gateways[0]?.baseUrl ?? '';
  return playSession({ provider, baseUrl, token: constellation.token, variant });
}

/** What no gateway may ever do to Collate. */
function forbiddenCalls(constellation: Constellation): readonly string[] {
  return constellation.simulator
    .calls()
    .filter(({ method, path }) => method === 'PUT' && /^\/api\/v1\/(users|teams)(\?|$)/.test(path))
    .map(({ method, path }) => `${method} ${path}`);
}

/** What Collate itself holds afterwards of the people and groups of the sessions. */
function asStored({ simulator }: Constellation) {
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

const person = (email: string, displayName: string, deleted = false) => ({ email, displayName, deleted });
const deletedGroup = { teamType: 'Group', parents: ['Organization'], deleted: true, isJoinable: false };

const afterEntra = {
  users: {
    alice: person('alice@contoso.example', 'Alice Archer'),
    bob: person('bob@contoso.example', 'Bob Berg'),
    carol: person('carol@contoso.example', 'Carol Cole'),
  },
  teams: [deletedGroup],
  memberships: [],
};

const afterOkta = {
  users: {
    alice: person('alice@contoso.example', 'Alicia Anders'),
    runscope300: person('runscope300@atko.com', 'Runscope Tester'),
  },
  teams: [deletedGroup],
  memberships: [],
};

describe.skipIf(!hasRedis).each(selections)('the session of %s, %s', (provider, variant) => {
  it.each(['released', 'main'] as const)('holds in every assertion in front of a server of era %s', async (era) => {
    await using constellation = await startConstellation({ simulator: { era }, redis: true });
    const report = await play(constellation, provider, variant);
    expect(report.failed).toEqual([]);
    expect(report.passed).toBeGreaterThan(30);
    expect(forbiddenCalls(constellation)).toEqual([]);
    expect(asStored(constellation)).toEqual(provider === 'entra' ? afterEntra : afterOkta);
  });

  it.each([
    ['of era 1.1', { era: '1.1' }, { ...needDocuments, ...needExternalId }],
    ['whose document store refuses', { documentStore: false }, needDocuments],
  ] as const)('fails just where it must in front of a server %s', async (_name, simulator, expected) => {
    await using constellation = await startConstellation({ simulator, redis: true });
    const report = await play(constellation, provider, variant);
    const listed = Object.keys(expected).filter((id) => id.startsWith(`${provider}/`));
    expect(report.failed.map(({ id }) => id).sort()).toEqual(listed.sort());
    expect(forbiddenCalls(constellation)).toEqual([]);
  });
});
