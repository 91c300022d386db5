import { createCollate, peopleOf } from '../collate.ts';
import { startGateway, startSimulator } from '../product.ts';
import { adding, createScimClient, groupOf } from '../scim-client.ts';
import type { Section } from '../section.ts';

/** Upstream calls of single requests, store in memory, in each era. */
export const calls: Section = async ({ quick }) => {
  const users = quick ? 400 : 2000;
  const rows = [['request', 'era', 'status', 'upstream calls', 'of them writes', 'bar', '']];
  for (const era of ['main', 'released', '1.1']) {
    await using simulator = await startSimulator('--users', String(users), '--groups', '3', '--era', era);
    await using gateway = await startGateway(simulator, { CACHE_TTL_MS: '3600000' });
    await using client = createScimClient(gateway.url);
    const collate = createCollate(simulator);
    const state = await collate.state();
    const people = peopleOf(state);
    const team = state.teams.find(({ name }) => name === 'group-00001')?.id ?? '';
    const count = async (what: string, method: 'GET' | 'PUT' | 'PATCH', path: string, body?: unknown, bar?: number) => {
      await collate.takeCalls();
      const { status } = await client.send(method, path, body);
      const made = await collate.takeCalls();
      const writes = made.filter((call) => call.method !== 'GET').length;
      const isBarred = bar !== undefined && era === 'main';
      const isMet = status < 300 && made.length <= (bar ?? 0) && (!what.startsWith('no-op') || writes === 0);
      const verdict = isBarred ? [`≤ ${bar}`, isMet ? 'met' : 'MISSED'] : ['', ''];
      rows.push([what, era, String(status), String(made.length), String(writes), ...verdict]);
    };
    const lookUp = `/Users?filter=${encodeURIComponent('userName eq "user00001@example.com"')}`;
    await client.send('GET', '/Users?count=1');
    await count('PATCH add 256, index cold', 'PATCH', `/Groups/${team}`, adding(people.slice(100, 356)));
    await client.send('GET', lookUp);
    await count('look-up by userName, cached', 'GET', lookUp, undefined, 1);
    await count('PATCH add 1', 'PATCH', `/Groups/${team}`, adding(people.slice(50, 51)), 3);
    const other = state.teams.find(({ name }) => name === 'group-00002')?.id ?? '';
    await count('PATCH add 256, index warm', 'PATCH', `/Groups/${other}`, adding(people.slice(100, 356)), 6);
    await count('GET /Groups?excludedAttributes=members', 'GET', '/Groups?excludedAttributes=members');
    const shown = await client.send('GET', `/Groups/${team}`);
    await count('no-op PUT', 'PUT', `/Groups/${team}`, shown.body ?? groupOf('group-00001', []), 2);
  }
  return { tables: [{ title: 'Upstream calls, store in memory', rows }], lines: [] };
};
