import { type Provider, playSession, type SessionReport, variantsOf } from '@scim-gateway/idp-simulator';
import { describe, expect, it } from 'vitest';
import { type Constellation, hasRedis, startConstellation } from './constellation.ts';

const selections: readonly (readonly [Provider, string])[] = (['entra', 'okta'] as const).flatMap((provider) =>
  ['all', ...variantsOf(provider).filter((variant) => variant !== 'gallery')].map(
    (variant) => [provider, variant] as const,
  ),
);

const noDocuments = 'needs a document: this server has no store for what its entities have no field for';
const consequence = 'follows from an assertion above that needs a document';

/** What fails where nothing can be remembered, by assertion, and why. */
const withoutDocuments: Readonly<Record<string, string>> = {
  'entra/19/unflagged status': noDocuments,
  'entra/20/unflagged #/displayName': consequence,
  'entra/20/unflagged #/emails': consequence,
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

describe.skipIf(!hasRedis).each(selections)('the session of %s, %s', (provider, variant) => {
  it.each(['released', 'main'] as const)('holds in every assertion in front of a server of era %s', async (era) => {
    await using constellation = await startConstellation({ simulator: { era }, redis: true });
    const report = await play(constellation, provider, variant);
    expect(report.failed).toEqual([]);
    expect(report.passed).toBeGreaterThan(30);
    expect(forbiddenCalls(constellation)).toEqual([]);
  });

  it.each([
    ['of era 1.1', { era: '1.1' }],
    ['whose document store refuses', { documentStore: false }],
  ] as const)('fails just where it must in front of a server %s', async (_name, simulator) => {
    await using constellation = await startConstellation({ simulator, redis: true });
    const report = await play(constellation, provider, variant);
    const unexpected = report.failed.filter(({ id }) => withoutDocuments[id] === undefined);
    expect(unexpected).toEqual([]);
    expect(forbiddenCalls(constellation)).toEqual([]);
  });
});
