import { type QuirkId, quirkIds } from '@scim-gateway/scim';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { as, core, enterprise, type Harness, query, startHarness, strict } from '../conformance/harness.ts';

let harness: Harness;
let userId = '';
let groupId = '';
beforeAll(async () => {
  harness = await startHarness();
  userId = (await harness.user()).body.id;
  groupId = (await harness.group()).body.id;
});
afterAll(() => harness[Symbol.asyncDispose]());

type Headers = Readonly<Record<string, string>>;

/** A request that deviates from the RFCs in one way, and its outcome for a strict credential. */
interface Sample {
  /** The status for a strict credential; 400 for most quirks. */
  readonly strictly: number;
  send(headers: Headers): Promise<{ readonly status: number }>;
}

const patchUser = (operation: object) => (headers: Headers) => harness.patch(`/Users/${userId}`, [operation], headers);
const patchGroup = (operation: object) => (headers: Headers) =>
  harness.patch(`/Groups/${groupId}`, [operation], headers);
const findUsers = (filter: string) => (headers: Headers) =>
  harness.call('GET', query('/Users', { filter }), undefined, headers);
const put = (more: () => object) => (headers: Headers) =>
  harness.call('PUT', `/Users/${userId}`, { schemas: [core], userName: 'q@example.com', ...more() }, headers);

const refused = (send: Sample['send']): Sample => ({ strictly: 400, send });
const accepted = (send: Sample['send']): Sample => ({ strictly: 200, send });

const samples: Readonly<Record<QuirkId, Sample>> = {
  'any.members-as-strings': refused((headers) => patchGroup({ op: 'add', path: 'members', value: [userId] })(headers)),
  'any.missing-schemas': refused(put(() => ({ schemas: undefined }))),
  'any.missing-space': refused(findUsers('userName eq"q@example.com"')),
  'any.number-as-text': refused(patchUser({ op: 'replace', path: 'title', value: 7 })),
  'any.patch-schema': refused((headers) =>
    harness.call('PATCH', `/Users/${userId}`, { Operations: [{ op: 'replace', path: 'title', value: 'Q' }] }, headers),
  ),
  'any.single-value-filter': refused(patchUser({ op: 'remove', path: `${enterprise}:manager[value eq "boss"]` })),
  'any.unknown-attribute': refused(patchUser({ op: 'replace', path: 'favouriteColour', value: 'red' })),
  'entra.dotted-keys': refused(patchUser({ op: 'replace', value: { 'name.givenName': 'Q' } })),
  'entra.manager-shape': refused(patchUser({ op: 'add', path: `${enterprise}:manager`, value: 'boss' })),
  'entra.reference-check': refused(findUsers(`${enterprise}:manager eq "boss"`)),
  'entra.remove-members-by-value': refused((headers) =>
    patchGroup({ op: 'remove', path: 'members', value: [{ value: userId }] })(headers),
  ),
  'entra.role-json-string': refused(patchUser({ op: 'add', path: 'roles', value: ['{"value":"admin"}'] })),
  'entra.string-boolean': refused(patchUser({ op: 'replace', path: 'active', value: 'True' })),
  'entra.unprefixed-extension': refused(patchUser({ op: 'add', path: 'department', value: 'Q' })),
  'entra.value-list': refused(patchUser({ op: 'replace', path: 'title', value: [{ value: 'Q' }] })),
  'entra.valuepath-compare': refused(findUsers('emails[type eq "work"].value eq "q@example.com"')),
  'entra.valuepath-upsert': refused(patchUser({ op: 'replace', path: 'roles[type eq "x"].value', value: 'y' })),
  'okta.patch-echoes-id': refused((headers) => patchUser({ op: 'replace', value: { id: userId } })(headers)),
  // Accepted from strict credentials too: only one meaning is possible, and refusing protects no data.
  'entra.empty-clears': accepted(patchUser({ op: 'replace', path: 'title', value: '' })),
  'entra.ms-group-schema': accepted(put(() => ({ schemas: [core, 'urn:example:unknown'] }))),
  'entra.op-case': accepted(patchUser({ op: 'Replace', path: 'title', value: 'Q' })),
  'okta.password-placeholder': accepted(patchUser({ op: 'replace', path: 'password', value: 'secret' })),
};

async function countOf(quirk: string): Promise<number> {
  const text = await (await fetch(`${harness.managementUrl}/metrics`)).text();
  const lines = text.split('\n').filter((line) => line.startsWith('scim_gateway_quirk_normalizations_total{'));
  return lines
    .filter((line) => line.includes(`quirk="${quirk}"`))
    .reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}

describe('a quirk', () => {
  it('has a sample request in this file, for each quirk of the kernel', () => {
    expect(Object.keys(samples).sort()).toEqual([...quirkIds].sort());
  });

  it.each(Object.entries(samples))(
    '%s is accepted and counted for a tolerant credential, and not counted for a strict one that is refused',
    async (id, sample) => {
      const before = await countOf(id);
      expect((await sample.send({})).status).toBeLessThan(300);
      const counted = await countOf(id);
      expect(counted).toBeGreaterThan(before);
      const { status } = await sample.send(as(strict));
      expect(status).toBe(sample.strictly);
      if (status >= 400) expect(await countOf(id)).toBe(counted);
    },
  );
});
