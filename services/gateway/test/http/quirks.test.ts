import { type QuirkId, quirkIds } from '@scim-gateway/scim';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { as, core, enterprise, query, type Server, startServer, strict } from '../conformance/server.ts';

let server: Server;
let userId = '';
let groupId = '';
beforeAll(async () => {
  server = await startServer();
  userId = (await server.user()).body.id;
  groupId = (await server.group()).body.id;
});
afterAll(() => server[Symbol.asyncDispose]());

type Headers = Readonly<Record<string, string>>;

/** A request that deviates in one way, and what a strict credential is told. */
interface Sample {
  /** The answer's status to a strict credential: most deviations are refused. */
  readonly strictly: number;
  send(headers: Headers): Promise<{ readonly status: number }>;
}

const patchUser = (operation: object) => (headers: Headers) => server.patch(`/Users/${userId}`, [operation], headers);
const patchGroup = (operation: object) => (headers: Headers) =>
  server.patch(`/Groups/${groupId}`, [operation], headers);
const findUsers = (filter: string) => (headers: Headers) =>
  server.call('GET', query('/Users', { filter }), undefined, headers);
const put = (more: () => object) => (headers: Headers) =>
  server.call('PUT', `/Users/${userId}`, { schemas: [core], userName: 'q@example.com', ...more() }, headers);

const refused = (send: Sample['send']): Sample => ({ strictly: 400, send });
const taken = (send: Sample['send']): Sample => ({ strictly: 200, send });

const samples: Readonly<Record<QuirkId, Sample>> = {
  'any.members-as-strings': refused((headers) => patchGroup({ op: 'add', path: 'members', value: [userId] })(headers)),
  'any.missing-schemas': refused(put(() => ({ schemas: undefined }))),
  'any.missing-space': refused(findUsers('userName eq"q@example.com"')),
  'entra.dotted-keys': refused(patchUser({ op: 'replace', value: { 'name.givenName': 'Q' } })),
  'entra.manager-shape': refused(patchUser({ op: 'add', path: `${enterprise}:manager`, value: 'boss' })),
  'entra.reference-check': refused(findUsers(`${enterprise}:manager eq "boss"`)),
  'entra.remove-members-by-value': refused((headers) =>
    patchGroup({ op: 'remove', path: 'members', value: [{ value: userId }] })(headers),
  ),
  'entra.role-json-string': refused(patchUser({ op: 'add', path: 'roles', value: ['{"value":"admin"}'] })),
  'entra.string-boolean': refused(patchUser({ op: 'replace', path: 'active', value: 'True' })),
  'entra.unprefixed-extension': refused(patchUser({ op: 'add', path: 'department', value: 'Q' })),
  'entra.valuepath-compare': refused(findUsers('emails[type eq "work"].value eq "q@example.com"')),
  'entra.valuepath-upsert': refused(patchUser({ op: 'replace', path: 'roles[type eq "x"].value', value: 'y' })),
  'okta.patch-echoes-id': refused((headers) => patchUser({ op: 'replace', value: { id: userId } })(headers)),
  // Nobody is served by refusing these.
  'entra.empty-clears': taken(patchUser({ op: 'replace', path: 'title', value: '' })),
  'entra.ms-group-schema': taken(put(() => ({ schemas: [core, 'urn:example:unknown'] }))),
  'entra.op-case': taken(patchUser({ op: 'Replace', path: 'title', value: 'Q' })),
  'okta.password-placeholder': taken(patchUser({ op: 'replace', path: 'password', value: 'secret' })),
};

async function countOf(quirk: string): Promise<number> {
  const text = await (await fetch(`${server.managementUrl}/metrics`)).text();
  const lines = text.split('\n').filter((line) => line.startsWith('scim_gateway_quirk_normalizations_total{'));
  return lines
    .filter((line) => line.includes(`quirk="${quirk}"`))
    .reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}

describe('a quirk', () => {
  it('has a sample request here, each of those that the kernel takes', () => {
    expect(Object.keys(samples).sort()).toEqual([...quirkIds].sort());
  });

  it.each(Object.entries(samples))('%s is taken and counted, and not for a strict credential', async (id, sample) => {
    const before = await countOf(id);
    expect((await sample.send({})).status).toBeLessThan(300);
    const counted = await countOf(id);
    expect(counted).toBeGreaterThan(before);
    const { status } = await sample.send(as(strict));
    expect(status).toBe(sample.strictly);
    if (status >= 400) expect(await countOf(id)).toBe(counted);
  });
});
