import { setTimeout as wait } from 'node:timers/promises';
import { createCollate, seededUsers } from '../collate.ts';
import { startGateway, startSimulator } from '../product.ts';
import { type Answer, adding, createScimClient, removing, renaming, type ScimClient } from '../scim-client.ts';
import type { Section } from '../section.ts';

const rate = 25;
const burst = 100;

/** Traffic as Entra sends it, with one burst as Okta sends it, on one replica over many users. Store in memory, upstream 20 ms. */
export const trace: Section = async ({ quick, minutes }) => {
  const users = quick ? 2000 : 100_000;
  const groups = quick ? 200 : 10_000;
  await using simulator = await startSimulator('--users', String(users), '--groups', String(groups), '--latency', '20');
  await using gateway = await startGateway(simulator);
  await using client = createScimClient(gateway.url);
  const collate = createCollate(simulator);
  const state = await collate.state();
  const ids = seededUsers(state);
  const teams = state.teams.filter(({ name }) => name.startsWith('group-')).map(({ id }) => id);
  const missing = `/Users?filter=${encodeURIComponent('userName eq "absent@elsewhere.example"')}`;
  await collate.takeCalls();
  const cold = await client.send('GET', missing);
  const coldCalls = (await collate.takeCalls()).length;
  const before = gateway.residentBytes();
  const answers = await play(client, ids, teams, minutes * 60);
  const resident = gateway.residentBytes();
  const megabytes = (bytes: number) => `${Math.round(bytes / 2 ** 20)} MB`;
  const scale = `${users.toLocaleString('en')} users, ${groups.toLocaleString('en')} groups`;
  const rows = [
    ['what', 'measured', 'bar', ''],
    [
      `look-up without a match, index cold, ${scale}: ${coldCalls} calls`,
      `${(cold.millis / 1000).toFixed(1)} s (${cold.status})`,
      '< 60 s',
      cold.millis < 60_000 && cold.status === 200 ? 'met' : 'MISSED',
    ],
    ...summarise(answers, minutes),
    ['resident memory before the trace', megabytes(before), '', ''],
    ['resident memory after the trace', megabytes(resident), '< 200 MB', resident < 200 * 2 ** 20 ? 'met' : 'MISSED'],
  ];
  return {
    tables: [
      { title: `Mixed traffic at ${rate} requests/s and a burst of ${burst}, store in memory, upstream 20 ms`, rows },
    ],
    lines: [],
  };
};

function summarise(answers: readonly Answer[], minutes: number): string[][] {
  const times = answers.map(({ millis }) => millis).sort((left, right) => left - right);
  const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? Number.NaN;
  const errors = answers.filter(({ status }) => status >= 400).length;
  const retries = answers.reduce((sum, answer) => sum + answer.retries, 0);
  return [
    [`errors of ${answers.length} requests in ${minutes} min`, String(errors), '0', errors === 0 ? 'met' : 'MISSED'],
    ['retried', String(retries), '', ''],
    ['p50', `${at(0.5).toFixed(0)} ms`, '', ''],
    ['p99', `${at(0.99).toFixed(0)} ms`, '< 1 s', at(0.99) < 1000 ? 'met' : 'MISSED'],
  ];
}

async function play(client: ScimClient, users: readonly string[], teams: readonly string[], seconds: number) {
  const sent: Promise<Answer>[] = [];
  const total = Math.round(seconds * rate);
  const begin = performance.now();
  for (let index = 0; index < total; index += 1) {
    await wait(Math.max(0, begin + (index * 1000) / rate - performance.now()));
    sent.push(sendOne(client, index, users, teams));
    if (index === Math.floor(total / 2)) {
      for (let each = 0; each < burst; each += 1) sent.push(sendOne(client, index + each * 7, users, teams));
    }
  }
  return Promise.all(sent);
}

/** Mostly look-ups, as in Entra's cycles; then changes of users and of memberships. */
function sendOne(
  client: ScimClient,
  index: number,
  users: readonly string[],
  teams: readonly string[],
): Promise<Answer> {
  const number = 1 + ((index * 7919) % users.length);
  const id = users[number - 1] ?? '';
  const group = teams[(index * 31) % teams.length] ?? '';
  switch (index % 10) {
    case 6:
      return client.send('GET', `/Users/${id}`);
    case 7:
      return client.send('PATCH', `/Users/${id}`, renaming(`Renamed ${index}`));
    case 8:
      return client.send('PATCH', `/Groups/${group}?excludedAttributes=members`, adding([id]));
    case 9:
      return client.send('PATCH', `/Groups/${group}?excludedAttributes=members`, removing(id));
    default: {
      const userName = `user${String(number).padStart(5, '0')}@example.com`;
      return client.send('GET', `/Users?filter=${encodeURIComponent(`userName eq "${userName}"`)}`);
    }
  }
}

/** The answers to a provider while Collate accepts calls and never answers them. */
export const hung: Section = async () => {
  await using simulator = await startSimulator('--users', '10', '--groups', '1');
  await using gateway = await startGateway(simulator);
  await using client = createScimClient(gateway.url, { patient: false });
  const collate = createCollate(simulator);
  const state = await collate.state();
  const [user = ''] = seededUsers(state);
  const group = state.teams.find(({ name }) => name === 'group-00001')?.id ?? '';
  await client.send('GET', `/Users/${user}`);
  await collate.fault([{ match: '/api/', when: 'before', delay: 120_000 }]);
  const asked: readonly (readonly [string, Promise<Answer>])[] = [
    ['GET user', client.send('GET', `/Users/${user}`)],
    ['look-up without a match', client.send('GET', `/Users?filter=${encodeURIComponent('userName eq "x@y.example"')}`)],
    ['PATCH user', client.send('PATCH', `/Users/${user}`, renaming('Late'))],
    ['PATCH group, add 1', client.send('PATCH', `/Groups/${group}`, adding([user]))],
  ];
  const rows = [['request, Collate hung', 'answered after', 'status', 'Retry-After', 'bar', '']];
  for (const [what, sending] of asked) {
    const { status, millis, headers } = await sending;
    const retryAfter = String(headers['retry-after'] ?? '');
    const isMet = status === 503 && millis < 30_000 && /^\d+$/.test(retryAfter);
    rows.push([
      what,
      `${(millis / 1000).toFixed(1)} s`,
      String(status),
      retryAfter,
      '< 30 s, 503',
      isMet ? 'met' : 'MISSED',
    ]);
  }
  return { tables: [{ title: 'A hung upstream', rows }], lines: [] };
};
