import { setMaxListeners } from 'node:events';
import { createIndexes, createMemoryLocks, createMemoryStore, type Store } from '@scim-gateway/cache';
import { createCollateClient } from '@scim-gateway/collate-client';
import { type CollateSimulator, createCollateSimulator, type SimulatorOptions } from '@scim-gateway/collate-simulator';
import type { Resource } from '@scim-gateway/scim';
import type { ProvisioningNotice } from '../../src/provisioning/events.ts';
import { createProvisioning, type Provisioning } from '../../src/provisioning/provisioning.ts';
import type { RequestContext } from '../../src/provisioning/service.ts';
import type { ProvisioningSettings } from '../../src/provisioning/settings.ts';
import { defaultSettings } from '../support/default-settings.ts';

/** The use cases, connected to a simulated Collate over a real socket. */
export interface ProvisioningHarness extends AsyncDisposable, Provisioning {
  readonly simulator: CollateSimulator;
  readonly notices: ProvisioningNotice[];
  readonly context: RequestContext;
  readonly strict: RequestContext;
  /** The use cases of a second replica on the same store, indexes and locks. */
  twin(): Provisioning;
  createUser(fields: Resource): Promise<Resource>;
  createGroup(displayName: string, members?: readonly unknown[]): Promise<Resource>;
  /** The names of a team's members in Collate, sorted. */
  membersOf(team: string): readonly string[];
  /** The writing calls to the API since the last call of this function. */
  writes(): readonly string[];
}

/** Starts a simulator and the use cases before it. */
export async function startProvisioning(
  options: {
    readonly simulator?: SimulatorOptions;
    readonly settings?: Partial<ProvisioningSettings>;
    readonly store?: Store;
  } = {},
): Promise<ProvisioningHarness> {
  const simulator = await createCollateSimulator({ raceMs: 1, ...options.simulator });
  const client = createCollateClient({ baseUrl: simulator.url, token: () => simulator.token });
  const store = options.store ?? createMemoryStore({ maxEntries: 10_000 });
  const indexes = createIndexes({ ttlMs: options.settings?.cacheTtlMs ?? defaultSettings.cacheTtlMs });
  const notices: ProvisioningNotice[] = [];
  const settings = { ...defaultSettings, ...options.settings };
  const locks = createMemoryLocks({ longestCallMs: 1000 });
  const build = () =>
    createProvisioning({
      client,
      store,
      indexes,
      locks,
      settings,
      locate: (endpoint, id) => `http://gateway.test/scim/v2${endpoint}/${id}`,
      clock: Date.now,
      cursorSecret: () => 'a secret of the tests',
      events: { onNotice: (notice) => notices.push(notice) },
    });
  const provisioning = build();
  const context: RequestContext = {
    principal: { credential: 'test', provider: 'test', profile: 'tolerant' },
    signal: patience(),
    tolerance: { profile: 'tolerant' },
    requestId: 'test',
  };
  return {
    ...provisioning,
    simulator,
    notices,
    context,
    strict: { ...context, tolerance: { profile: 'strict' } },
    twin: build,
    createUser: (fields) =>
      provisioning.users.create({ schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], ...fields }, {}, context),
    createGroup: (displayName, members = []) =>
      provisioning.groups.create(
        { schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'], displayName, members },
        {},
        context,
      ),
    membersOf: (team) =>
      simulator
        .dump()
        .memberships.filter((one) => one.team === team)
        .map((one) => one.user)
        .sort(),
    writes: () => {
      const calls = simulator
        .calls()
        .filter(({ method }) => method !== 'GET')
        .map(({ method, path }) => `${method} ${path.replace(/[\da-f-]{36}/g, '{id}')}`);
      simulator.clearCalls();
      return calls;
    },
    [Symbol.asyncDispose]: async () => {
      await client[Symbol.asyncDispose]();
      await simulator[Symbol.asyncDispose]();
    },
  };
}

/** A signal without a limit of listeners. */
function patience(): AbortSignal {
  const signal = AbortSignal.timeout(20_000);
  setMaxListeners(0, signal);
  return signal;
}
