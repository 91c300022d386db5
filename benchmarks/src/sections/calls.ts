import { type Collate, createCollate, seededUsers } from '../collate.ts';
import { type Generation, generations, playing, startGateway, startSimulator } from '../product.ts';
import { adding, createScimClient, renaming, type ScimClient, settingActive, userOf } from '../scim-client.ts';
import type { Section } from '../section.ts';

/** What one request costs upstream. */
export interface RequestCost {
  readonly request: string;
  readonly generation: Generation;
  readonly status: number;
  readonly calls: number;
  readonly writes: number;
  /** Calls for which Collate reads memberships. */
  readonly memberships: number;
}

/** The most that a request may cost upstream, where Collate is of the newest generation. */
interface Bar {
  readonly text: string;
  isMet(cost: RequestCost): boolean;
}

function atMost(most: number): Bar {
  return { text: `≤ ${most}`, isMet: ({ calls: made }) => made <= most };
}

const bars: Readonly<Record<string, Bar>> = {
  'look-up by userName, cached': atMost(1),
  'PATCH add 1': atMost(3),
  'PATCH add 256, index warm': atMost(6),
  'GET /Groups?excludedAttributes=members': {
    text: 'no membership read',
    isMet: ({ memberships }) => memberships === 0,
  },
  'no-op PUT': { text: '≤ 2, 0 writes', isMet: ({ calls: made, writes }) => made <= 2 && writes === 0 },
};

/** Upstream calls of single requests on each server generation, store in memory. */
export const calls: Section = async ({ quick }) => {
  const head = ['request', 'generation', 'status', 'upstream calls', 'writes', 'membership reads', 'bar', ''];
  const costs: RequestCost[] = [];
  for (const generation of generations) costs.push(...(await countCalls({ generation, users: quick ? 400 : 2000 })));
  return { tables: [{ title: 'Upstream calls, store in memory', rows: [head, ...costs.map(toRow)] }], lines: [] };
};

function toRow(cost: RequestCost): string[] {
  const { request, generation, status, calls: made, writes, memberships } = cost;
  const bar = generation === generations[0] ? bars[request] : undefined;
  const verdict = bar === undefined ? ['', ''] : [bar.text, status < 300 && bar.isMet(cost) ? 'met' : 'MISSED'];
  return [request, generation, ...[status, made, writes, memberships].map(String), ...verdict];
}

interface CountOptions {
  readonly generation: Generation;
  readonly users: number;
  /** The checkout whose gateway is asked; this one by default. */
  readonly checkout?: string | undefined;
}

/** Counts the upstream calls of each request on a simulated Collate of this generation. */
export async function countCalls({ generation, users, checkout }: CountOptions): Promise<readonly RequestCost[]> {
  await using simulator = await startSimulator('--users', String(users), '--groups', '3', ...playing(generation));
  await using gateway = await startGateway(simulator, { CACHE_TTL_MS: '3600000' }, checkout);
  await using client = createScimClient(gateway.url);
  const collate = createCollate(simulator);
  const costs: RequestCost[] = [];
  const count = async (request: string, ...sent: Parameters<ScimClient['send']>) => {
    await collate.takeCalls();
    const { status } = await client.send(...sent);
    costs.push({ request, generation, status, ...summarise(await collate.takeCalls()) });
  };
  await countGroupRequests(client, collate, count);
  await countUserRequests(client, collate, count);
  return costs;
}

type Count = (request: string, ...sent: Parameters<ScimClient['send']>) => Promise<void>;

async function countGroupRequests(client: ScimClient, collate: Collate, count: Count): Promise<void> {
  const state = await collate.state();
  const users = seededUsers(state);
  const [first = '', second = '', third = ''] = state.teams.flatMap(({ id, name }) =>
    name.startsWith('group-') ? [`/Groups/${id}`] : [],
  );
  const lookUp = byUserName('user00001@example.com');
  const one = adding(users.slice(50, 51));
  const many = adding(users.slice(100, 356));
  await client.send('GET', '/Users?count=1');
  await count('PATCH add 256, index cold, first change of the group', 'PATCH', first, many);
  await client.send('GET', byUserName('absent@elsewhere.example'));
  await client.send('GET', lookUp);
  await count('look-up by userName, cached', 'GET', lookUp);
  await count('PATCH add 1', 'PATCH', first, one);
  // The first change of a group adopts a team that Collate created: that costs more, once.
  await count('PATCH add 1, first change of the group', 'PATCH', second, one);
  await count('PATCH add 256, index warm', 'PATCH', second, many);
  await count('PATCH add 256, index warm, first change of the group', 'PATCH', third, many);
  await count('GET /Groups?excludedAttributes=members', 'GET', '/Groups?excludedAttributes=members');
  const shown = await client.send('GET', first);
  await count('no-op PUT', 'PUT', first, shown.body);
}

async function countUserRequests(client: ScimClient, collate: Collate, count: Count): Promise<void> {
  await count('POST user', 'POST', '/Users', userOf('joiner@example.com'));
  const created = (await collate.state()).users.find(({ name }) => name === 'joiner')?.id ?? '';
  const path = `/Users/${created}`;
  await client.send('GET', path);
  await count('PATCH displayName', 'PATCH', path, renaming('Renamed'));
  await count('PATCH active false', 'PATCH', path, settingActive({ active: false }));
  await count('PATCH active true', 'PATCH', path, settingActive({ active: true }));
  await count('DELETE user', 'DELETE', path);
}

function summarise(made: readonly { readonly method: string; readonly path: string }[]) {
  const writes = made.filter(({ method }) => method !== 'GET').length;
  return { calls: made.length, writes, memberships: made.filter(readsMembership).length };
}

/** Does Collate read memberships for this call? For users by team, a team's users, or the teams of users. */
function readsMembership({ method, path }: { readonly method: string; readonly path: string }): boolean {
  const { pathname, searchParams } = new URL(path, 'http://collate');
  const fields = (searchParams.get('fields') ?? '').split(',');
  const isOfUsers = pathname.startsWith('/api/v1/users');
  return method === 'GET' && (searchParams.has('team') || fields.includes(isOfUsers ? 'teams' : 'users'));
}

function byUserName(userName: string): string {
  return `/Users?filter=${encodeURIComponent(`userName eq "${userName}"`)}`;
}
