import { createCollate, peopleOf } from '../collate.ts';
import { startGateway, startSimulator } from '../product.ts';
import { adding, createScimClient } from '../scim-client.ts';
import type { Section } from '../section.ts';

/** What a request may cost upstream. */
interface Bar {
  readonly text: string;
  isMet(made: { readonly calls: number; readonly writes: number; readonly memberships: number }): boolean;
}

function atMost(most: number): Bar {
  return { text: `≤ ${most}`, isMet: ({ calls: made }) => made <= most };
}

/** Whether a call has Collate look who is in which team: people by team, a team's users, or people's teams. */
function readsMembership({ method, path }: { readonly method: string; readonly path: string }): boolean {
  const { pathname, searchParams } = new URL(path, 'http://collate');
  const fields = (searchParams.get('fields') ?? '').split(',');
  const isOfUsers = pathname.startsWith('/api/v1/users');
  return method === 'GET' && (searchParams.has('team') || fields.includes(isOfUsers ? 'teams' : 'users'));
}

/** Upstream calls of single requests, store in memory, in each era. */
export const calls: Section = async ({ quick }) => {
  const users = quick ? 400 : 2000;
  const rows = [
    ['request', 'era', 'status', 'upstream calls', 'of them writes', 'of them read a membership', 'bar', ''],
  ];
  for (const era of ['main', 'released', '1.1']) {
    await using simulator = await startSimulator('--users', String(users), '--groups', '3', '--era', era);
    await using gateway = await startGateway(simulator, { CACHE_TTL_MS: '3600000' });
    await using client = createScimClient(gateway.url);
    const collate = createCollate(simulator);
    const state = await collate.state();
    const people = peopleOf(state);
    const groups = state.teams.filter(({ name }) => name.startsWith('group-')).map(({ id }) => id);
    const count = async (what: string, method: 'GET' | 'PUT' | 'PATCH', path: string, body?: unknown, bar?: Bar) => {
      await collate.takeCalls();
      const { status } = await client.send(method, path, body);
      const made = await collate.takeCalls();
      const writes = made.filter((call) => call.method !== 'GET').length;
      const isBarred = bar !== undefined && era === 'main';
      const memberships = made.filter(readsMembership).length;
      const isMet = status < 300 && bar?.isMet({ calls: made.length, writes, memberships });
      const verdict = isBarred ? [bar.text, isMet ? 'met' : 'MISSED'] : ['', ''];
      rows.push([what, era, String(status), String(made.length), String(writes), String(memberships), ...verdict]);
    };
    const lookUp = `/Users?filter=${encodeURIComponent('userName eq "user00001@example.com"')}`;
    const nobody = `/Users?filter=${encodeURIComponent('userName eq "nobody@elsewhere.example"')}`;
    const many = adding(people.slice(100, 356));
    await client.send('GET', '/Users?count=1');
    await count('PATCH add 256, index cold, first change of the group', 'PATCH', `/Groups/${groups[0]}`, many);
    await client.send('GET', nobody);
    await client.send('GET', lookUp);
    await count('look-up by userName, cached', 'GET', lookUp, undefined, atMost(1));
    await count('PATCH add 1', 'PATCH', `/Groups/${groups[0]}`, adding(people.slice(50, 51)), atMost(3));
    // Collate's teams become SCIM's by their first change, which costs more, once.
    await count(
      'PATCH add 1, first change of the group',
      'PATCH',
      `/Groups/${groups[1]}`,
      adding(people.slice(50, 51)),
    );
    await count('PATCH add 256, index warm', 'PATCH', `/Groups/${groups[1]}`, many, atMost(6));
    await count('PATCH add 256, index warm, first change of the group', 'PATCH', `/Groups/${groups[2]}`, many);
    await count('GET /Groups?excludedAttributes=members', 'GET', '/Groups?excludedAttributes=members', undefined, {
      text: 'no membership read',
      isMet: ({ memberships }) => memberships === 0,
    });
    const shown = await client.send('GET', `/Groups/${groups[0]}`);
    await count('no-op PUT', 'PUT', `/Groups/${groups[0]}`, shown.body, {
      text: '≤ 2, 0 writes',
      isMet: ({ calls: made, writes }) => made <= 2 && writes === 0,
    });
  }
  return { tables: [{ title: 'Upstream calls, store in memory', rows }], lines: [] };
};
