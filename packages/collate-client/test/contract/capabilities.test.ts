import { createCollateSimulator } from '@scim-gateway/collate-simulator';
import { describe, expect, it } from 'vitest';
import { createCollateClient, detectCapabilities } from '../../src/index.ts';
import { ada, answer, type Handler, startFaultServer } from '../support/fault-server.ts';
import { rejection } from '../support/scripted-transport.ts';

const modern = {
  membershipEndpoints: true,
  userExternalId: true,
  documentStore: 'available',
  foldsCase: true,
} as const;

describe('detectCapabilities', () => {
  it.each([
    ['1.1', { membershipEndpoints: false, userExternalId: false, documentStore: 'absent', foldsCase: false }],
    ['1.12', modern],
    ['2.0', modern],
  ] as const)('knows what a server of generation %s can do, and writes nothing', async (generation, expected) => {
    await using simulator = await createCollateSimulator({ generation, strict: true });
    await using client = createCollateClient({ baseUrl: simulator.url, token: () => simulator.token });
    const capabilities = await detectCapabilities(client.bind());
    expect(capabilities).toMatchObject(expected);
    expect(capabilities.userNames.allowed).toBe(generation === '1.1' ? 'word-dot-dash' : 'no-double-colon');
    expect(simulator.calls().filter(({ method }) => method !== 'GET')).toEqual([]);
  });

  it('reports a document store that refuses this principal', async () => {
    await using simulator = await createCollateSimulator({ documentStore: false });
    await using client = createCollateClient({ baseUrl: simulator.url, token: () => simulator.token });
    expect((await detectCapabilities(client.bind())).documentStore).toBe('refused');
  });

  it('fails when the document store does not answer, and does not report it as absent', async () => {
    await using simulator = await createCollateSimulator();
    simulator.arm([{ match: 'docStore', when: 'before', status: 503 }]);
    await using client = createCollateClient({
      baseUrl: simulator.url,
      token: () => simulator.token,
      retries: { attempts: 1 },
    });
    expect((await rejection(detectCapabilities(client.bind()))).kind).toBe('unavailable');
  });
});

/** A server of a version between the known ones, which folds case or not. */
function serverOf(version: string, folds: boolean): Handler {
  const noUser = answer(404, { code: 404, message: 'user instance for ADA not found' });
  return (request, response) => {
    const path = request.url ?? '';
    if (path.endsWith('/system/version')) answer(200, { version })(request, response);
    else if (path.includes('/docStore')) answer(200, { data: [], paging: { total: 0 } })(request, response);
    else if (path.includes('/users/name/ADA') && !folds) noUser(request, response);
    else answer(200, ada)(request, response);
  };
}

describe('detectCapabilities, for a version between the known ones,', () => {
  it.each([
    ['1.4.0', true],
    ['1.4.0', false],
    ['a version of its own', true],
  ])('asks a server of version %s whether it folds case (%s), and assumes few features', async (version, folds) => {
    await using server = await startFaultServer([serverOf(version, folds)]);
    await using client = createCollateClient({ baseUrl: server.url, token: () => 'x' });
    expect(await detectCapabilities(client.bind())).toMatchObject({
      version,
      membershipEndpoints: false,
      userExternalId: false,
      documentStore: 'available',
      foldsCase: folds,
      userNames: { maxLength: 64, allowed: 'word-dot-dash' },
    });
    expect(server.requests).toContain('GET /api/v1/docStore?entityType=ScimGateway&limit=1');
  });

  it.each([
    ['1.6.0', { membershipEndpoints: true, userExternalId: false }],
    ['1.9.2-SNAPSHOT', { membershipEndpoints: true, userExternalId: true }],
    ['1.10.0', { membershipEndpoints: true, userExternalId: true }],
    ['2.0.1', { membershipEndpoints: true, userExternalId: true }],
  ])('reads version %s as numbers', async (version, expected) => {
    await using server = await startFaultServer([serverOf(version, true)]);
    await using client = createCollateClient({ baseUrl: server.url, token: () => 'x' });
    expect(await detectCapabilities(client.bind())).toMatchObject(expected);
  });
});
