import { createCollate, seededUsers } from './collate.ts';
import { listening, path, playing, scimToken, startGateway, startSimulator } from './product.ts';
import { createScimClient, removing, type ScimClient } from './scim-client.ts';
import { type ServerProcess, startServer } from './server-process.ts';

/** The contents of a candidate's store, and the latency of each of its answers. */
export interface StoreOptions {
  readonly users: number;
  /** How many of the users are members of the only group. */
  readonly members: number;
  readonly latencyMs: number;
}

/** A candidate that has been started. */
export interface RunningCandidate extends AsyncDisposable {
  readonly server: ServerProcess;
  /** The store, when it is a separate process. */
  readonly store?: ServerProcess;
  readonly client: ScimClient;
  /** The id of the group. */
  readonly group: string;
  /** The ids of the users, members first. */
  readonly users: readonly string[];
  /** The ids of the group's members according to the store. */
  members(): Promise<ReadonlySet<string>>;
}

/** A SCIM server in front of its store. */
export interface Candidate {
  readonly name: string;
  readonly store: string;
  readonly isOurs: boolean;
  start(options: StoreOptions): Promise<RunningCandidate>;
}

/** The servers that are compared; this gateway first. */
export const candidates: readonly Candidate[] = [
  { name: 'this gateway', store: 'Collate simulator over HTTP; cache in memory', isOurs: true, start: startOurs },
  peer('scimmy-routers 1.3.2, scimmy 1.3.5, Express 5', 'scimmy-routers.mjs'),
  peer('scim-patch 0.8.3, scim2-parse-filter 0.2.10, node:http', 'scim-patch-handler.mjs'),
];

async function startOurs({ users, members, latencyMs }: StoreOptions): Promise<RunningCandidate> {
  const latency = ['--latency', String(latencyMs)];
  const store = await startSimulator(...playing('2.0'), '--users', String(users), '--groups', '1', ...latency);
  const server = await startGateway(store, { CACHE_TTL_MS: '3600000' });
  const client = createScimClient(server.url);
  const collate = createCollate(store);
  const state = await collate.state();
  const ids = seededUsers(state);
  const group = state.teams.find(({ name }) => name === 'group-00001')?.id ?? '';
  const membersOf = ({ memberships }: typeof state) =>
    new Set(memberships.filter(({ teamId }) => teamId === group).map(({ userId }) => userId));
  for (const id of membersOf(state)) await client.send('PATCH', `/Groups/${group}`, removing(id));
  await collate.fill('group-00001', ids.slice(0, members));
  return {
    server,
    store,
    client,
    group,
    users: ids,
    members: async () => membersOf(await collate.state()),
    [Symbol.asyncDispose]: async () => {
      await client[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
      await store[Symbol.asyncDispose]();
    },
  };
}

function peer(name: string, file: string): Candidate {
  return { name, store: 'in memory, in the same process', isOurs: false, start: (options) => startPeer(file, options) };
}

async function startPeer(file: string, { users, members, latencyMs }: StoreOptions): Promise<RunningCandidate> {
  const sizes = ['--users', String(users), '--members', String(members), '--latency', String(latencyMs)];
  const server = await startServer(path(`benchmarks/peers/${file}`), [...sizes, '--token', scimToken], listening);
  const client = createScimClient(server.url);
  const group = 'group-1';
  return {
    server,
    client,
    group,
    users: Array.from({ length: users }, (_, index) => `user-${index + 1}`),
    members: async () => {
      const { body } = await client.send('GET', `/Groups/${group}`);
      const { members: present = [] } = body as { members?: readonly { value: string }[] };
      return new Set(present.map(({ value }) => value));
    },
    [Symbol.asyncDispose]: async () => {
      await client[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}
