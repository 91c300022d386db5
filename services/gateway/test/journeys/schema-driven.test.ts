import type { AttributeDefinition as Attribute } from '@scim-gateway/scim';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { core, coreGroup, enterprise, message, query, type Server, startServer } from '../conformance/server.ts';

// What Microsoft's validators and scim2-tester do: they read /Schemas, and try every writable attribute that it lists.
/** One place that can be written, and where it is seen afterwards. */
interface Leaf {
  /** As Microsoft's tests flatten it. */
  readonly path: string;
  readonly value: unknown;
  read(resource: Readonly<Record<string, unknown>>): unknown;
}

// biome-ignore lint/suspicious/noExplicitAny: a test looks into whatever came back
type Body = any;

let server: Server;
let schemas: readonly { readonly id: string; readonly attributes: readonly Attribute[] }[] = [];

beforeAll(async () => {
  server = await startServer();
  schemas = (await server.call('GET', '/Schemas')).body.Resources;
});
afterAll(() => server[Symbol.asyncDispose]());

/** Whose change means more than a value, or which must not be cleared; each has tests of its own. */
const special = new Set(['userName', 'active', 'emails', 'members', 'groups', 'password', 'displayName']);

const isWritable = ({ mutability, returned }: Attribute) => mutability === 'readWrite' && returned !== 'never';

function leavesOf(schemaId: string): readonly Leaf[] {
  const schema = schemas.find(({ id }) => id === schemaId);
  const isExtension = schemaId === enterprise;
  return (schema?.attributes ?? [])
    .filter((attribute) => isWritable(attribute) && !special.has(attribute.name))
    .flatMap((attribute) => flatten(attribute, isExtension ? `${schemaId}:` : '', isExtension ? schemaId : undefined));
}

function flatten(attribute: Attribute, prefix: string, container: string | undefined): readonly Leaf[] {
  const at = (resource: Body) => (container === undefined ? resource : resource[container])?.[attribute.name];
  const path = `${prefix}${attribute.name}`;
  if (attribute.name === 'manager') return [{ path, value: 'boss-1', read: (resource) => at(resource)?.value }];
  if (attribute.type !== 'complex') return [{ path, value: sampleOf(attribute), read: at }];
  const subs = (attribute.subAttributes ?? []).filter(
    (sub) => isWritable(sub) && !['type', 'primary', 'display', '$ref', 'formatted'].includes(sub.name),
  );
  if (!attribute.multiValued) {
    return subs.map((sub) => ({
      path: `${path}.${sub.name}`,
      value: sampleOf(sub),
      read: (resource) => at(resource)?.[sub.name],
    }));
  }
  const types = attribute.subAttributes?.find(({ name }) => name === 'type')?.canonicalValues ?? ['work'];
  return types.flatMap((type) =>
    subs.map((sub) => ({
      path: `${path}[type eq "${type}"].${sub.name}`,
      value: sampleOf(sub),
      read: (resource) => at(resource)?.find((item: { type: string }) => item.type === type)?.[sub.name],
    })),
  );
}

function sampleOf({ name, type }: Attribute): unknown {
  if (type === 'boolean') return true;
  return type === 'integer' || type === 'decimal' ? 7 : `a ${name}`;
}

describe('every writable attribute that /Schemas lists', () => {
  it('is one that can be written, seen and cleared, path by path, with "" and with null', async () => {
    const leaves = [...leavesOf(core), ...leavesOf(enterprise)];
    expect(leaves.length).toBeGreaterThan(15);
    for (const clearing of ['', null]) {
      const { body: user } = await server.user();
      for (const leaf of leaves) {
        const op = clearing === '' ? 'add' : 'Replace';
        const written = await server.patch(`/Users/${user.id}`, [{ op, path: leaf.path, value: leaf.value }]);
        expect([leaf.path, written.status, leaf.read(written.body)]).toEqual([leaf.path, 200, leaf.value]);
        expect(leaf.read((await server.call('GET', `/Users/${user.id}`)).body)).toEqual(leaf.value);
      }
      for (const leaf of leaves.filter(({ path }) => !path.startsWith('name.'))) {
        const cleared = await server.patch(`/Users/${user.id}`, [{ op: 'replace', path: leaf.path, value: clearing }]);
        expect([leaf.path, cleared.status, leaf.read(cleared.body)]).toEqual([leaf.path, 200, undefined]);
      }
    }
  });

  it('can be written and cleared all at once, without a path', async () => {
    const leaves = [...leavesOf(core), ...leavesOf(enterprise)].filter(({ path }) => !path.includes('['));
    const { body: user } = await server.user();
    const all = (value: (leaf: Leaf) => unknown) =>
      server.patch(`/Users/${user.id}`, [
        { op: 'replace', value: Object.fromEntries(leaves.map((leaf) => [leaf.path, value(leaf)])) },
      ]);
    const written = await all(({ value }) => value);
    for (const leaf of leaves) expect([leaf.path, leaf.read(written.body)]).toEqual([leaf.path, leaf.value]);
    for (const clearing of ['', null]) {
      const cleared = await all(({ path, value }) => (path.startsWith('name.') ? value : clearing));
      expect(cleared.status).toBe(200);
      for (const leaf of leaves.filter(({ path }) => !path.startsWith('name.'))) {
        expect([leaf.path, leaf.read(cleared.body)]).toEqual([leaf.path, undefined]);
      }
    }
  });

  it('can be named with its URN, added, replaced and removed', async () => {
    const { body: user } = await server.user();
    const path = `/Users/${user.id}`;
    for (const leaf of leavesOf(core).filter(({ path: name }) => !name.startsWith('name.'))) {
      const named = `${core}:${leaf.path}`;
      const added = await server.patch(path, [{ op: 'add', path: named, value: leaf.value }]);
      expect([named, added.status, leaf.read(added.body)]).toEqual([named, 200, leaf.value]);
      const removed = await server.patch(path, [{ op: 'remove', path: named }]);
      expect([named, removed.status, leaf.read(removed.body)]).toEqual([named, 200, undefined]);
    }
  });

  it('can be asked for alone, and left out, in a read, a list and a search', async () => {
    const { body: user } = await server.user({ title: 't', displayName: 'd', nickName: 'n' });
    const filter = `id eq "${user.id}"`;
    for (const name of ['title', 'displayName', 'nickName', 'userName', 'emails', 'name']) {
      const only = [
        (await server.call('GET', `/Users/${user.id}?attributes=${name}`)).body,
        (await server.call('GET', query('/Users', { filter, attributes: name }))).body.Resources[0],
        (
          await server.call('POST', '/Users/.search', {
            schemas: [message('SearchRequest')],
            filter,
            attributes: [name],
          })
        ).body.Resources[0],
      ];
      for (const shown of only) expect(Object.keys(shown).sort()).toEqual(['id', 'schemas', name].sort());
      const without = [
        (await server.call('GET', `/Users/${user.id}?excludedAttributes=${name}`)).body,
        (await server.call('GET', query('/Users', { filter, excludedAttributes: name }))).body.Resources[0],
      ];
      for (const shown of without) {
        expect(shown).not.toHaveProperty(name);
        expect(shown).toHaveProperty('meta');
      }
    }
  });
});

describe('Microsoft’s validator', () => {
  it('creates, refuses to create twice, finds in another case, renames, disables, restores, deletes a user', async () => {
    const userName = 'Validator.User@example.com';
    const { body: user } = await server.user({ userName, displayName: 'V' });
    expect((await server.user({ userName })).status).toBe(409);
    const upper = await server.call('GET', query('/Users', { filter: `userName eq "${userName.toUpperCase()}"` }));
    expect(upper.body.totalResults).toBe(1);
    const path = `/Users/${user.id}`;
    const replace = (where: string, value: unknown) => server.patch(path, [{ op: 'Replace', path: where, value }]);
    expect((await replace('userName', 'Validator.Renamed@example.com')).body.userName).toBe(
      'Validator.Renamed@example.com',
    );
    expect((await replace('active', 'False')).body.active).toBe(false);
    expect((await replace('active', 'True')).body.active).toBe(true);
    expect((await server.call('DELETE', path)).status).toBe(204);
    expect((await server.call('DELETE', path)).status).toBe(404);
  });

  it('pages through users by five, each startIndex echoed', async () => {
    for (let index = 0; index < 12; index += 1) await server.user();
    const seen = new Set<string>();
    for (let page = 0; page < 3; page += 1) {
      const { body } = await server.call('GET', `/Users?count=5&startIndex=${page * 5 + 1}`);
      expect([body.startIndex, body.itemsPerPage]).toEqual([page * 5 + 1, 5]);
      for (const { id } of body.Resources) seen.add(id);
    }
    expect(seen.size).toBe(15);
  });

  it('keeps a manager as it was given, replaced and cleared', async () => {
    const { body: user } = await server.user();
    const manager = (op: string, value: unknown) =>
      server.patch(`/Users/${user.id}`, [{ op, path: `${enterprise}:manager`, value }]);
    expect((await manager('Add', 'm-1')).body[enterprise].manager.value).toBe('m-1');
    expect((await manager('Replace', 'm-2')).body[enterprise].manager.value).toBe('m-2');
    expect((await manager('Replace', '')).body).not.toHaveProperty(enterprise);
  });

  it('creates, refuses to create twice, finds without members, renames, fills and empties a group', async () => {
    const { body: user } = await server.user();
    const displayName = 'Validator Group';
    const made = await server.group({
      schemas: [coreGroup, 'http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group'],
      displayName,
      externalId: 'object-1',
    });
    expect(made.status).toBe(201);
    expect((await server.group({ displayName })).status).toBe(409);
    const path = `/Groups/${made.body.id}`;
    await server.patch(path, [{ op: 'Add', path: 'members', value: [{ $ref: null, value: user.id }] }]);
    const find = (filter: string, more = {}) => server.call('GET', query('/Groups', { filter, ...more }));
    const lean = await find('displayName eq "validator group"', { excludedAttributes: 'members' });
    expect(lean.body.Resources[0]).not.toHaveProperty('members');
    expect((await find(`displayName eq "${displayName}"`)).body.Resources[0].members).toMatchObject([
      { value: user.id },
    ]);
    await server.patch(path, [{ op: 'Replace', path: 'externalId', value: 'object-2' }]);
    expect((await find('externalId eq "object-2"')).body.totalResults).toBe(1);
    await server.patch(path, [{ op: 'Replace', path: 'displayName', value: 'Validator Renamed' }]);
    expect((await find('displayName eq "Validator Renamed"')).body.totalResults).toBe(1);
    await server.patch(path, [{ op: 'Remove', path: 'members', value: [{ $ref: null, value: user.id }] }]);
    expect((await server.call('GET', path)).body).not.toHaveProperty('members');
    expect((await server.call('DELETE', path)).status).toBe(204);
    expect((await server.call('DELETE', path)).status).toBe(404);
  });
});
