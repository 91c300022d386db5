import { randomUUID } from 'node:crypto';
import type { AttributeDefinition as Attribute } from '@scim-gateway/scim';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  as,
  core,
  coreGroup,
  enterprise,
  type Harness,
  message,
  query,
  startHarness,
  strict,
} from '../conformance/harness.ts';

// Like Microsoft's validators and scim2-tester: reads /Schemas, and writes every writable attribute that it lists.
/** A writable path, with a way to read its value back. */
interface Leaf {
  /** The path as Microsoft's tests flatten it. */
  readonly path: string;
  readonly value: unknown;
  read(resource: Readonly<Record<string, unknown>>): unknown;
}

// biome-ignore lint/suspicious/noExplicitAny: a test inspects an untyped answer
type Body = any;

let server: Harness;
let schemas: readonly { readonly id: string; readonly attributes: readonly Attribute[] }[] = [];

beforeAll(async () => {
  server = await startHarness();
  schemas = (await server.call('GET', '/Schemas')).body.Resources;
});
afterAll(() => server[Symbol.asyncDispose]());

/** The values that Collate requires: for a tolerant credential clearing succeeds, and leaves them unchanged. */
const neverCleared: ReadonlyMap<string, string> = new Map([
  ['active', 'every user is active or inactive; removing the state must not activate a user'],
  ['emails[type eq "work"].value', 'Collate needs an address for each user'],
  ['emails[type eq "work"].primary', 'the only address is primary, unless it is set not to be'],
]);

/** The attributes that cannot be tested path by path, with the reason. */
const exceptions: ReadonlyMap<string, string> = new Map([
  ['userName', 'required, so that clearing it is refused; another test below renames it'],
  ['type', 'selects the value; tested with whole values'],
  ['$ref', 'follows from the value'],
]);

const isWritable = ({ mutability, returned, name }: Attribute) =>
  mutability === 'readWrite' && returned !== 'never' && !exceptions.has(name);

const attributesOf = (schemaId: string) => schemas.find(({ id }) => id === schemaId)?.attributes ?? [];

function leavesOf(schemaId: string): readonly Leaf[] {
  const isExtension = schemaId === enterprise;
  return attributesOf(schemaId)
    .filter(isWritable)
    .flatMap((attribute) => flatten(attribute, isExtension ? `${schemaId}:` : '', isExtension ? schemaId : undefined));
}

function flatten(attribute: Attribute, prefix: string, container: string | undefined): readonly Leaf[] {
  const at = (resource: Body) => (container === undefined ? resource : resource[container])?.[attribute.name];
  const path = `${prefix}${attribute.name}`;
  if (attribute.name === 'manager') return [{ path, value: 'boss-1', read: (resource) => at(resource)?.value }];
  if (attribute.type !== 'complex') return [{ path, value: sampleOf(attribute), read: at }];
  const subs = (attribute.subAttributes ?? []).filter(isWritable);
  if (!attribute.multiValued) {
    return subs.map((sub) => ({
      path: `${path}.${sub.name}`,
      value: sampleOf(sub),
      read: (resource) => at(resource)?.[sub.name],
    }));
  }
  return typesOf(attribute).flatMap((type) =>
    subs.map((sub) => ({
      path: `${path}[type eq "${type}"].${sub.name}`,
      value: sampleOf(sub, attribute),
      read: (resource) => at(resource)?.find((item: { type: string }) => item.type === type)?.[sub.name],
    })),
  );
}

function typesOf({ subAttributes }: Attribute): readonly string[] {
  return subAttributes?.find(({ name }) => name === 'type')?.canonicalValues ?? ['work'];
}

function sampleOf({ name, type }: Attribute, parent?: Attribute): unknown {
  if (type === 'boolean') return true;
  if (parent?.name === 'emails' && name === 'value') return `${randomUUID()}@example.com`;
  return type === 'integer' || type === 'decimal' ? 7 : `a ${name}`;
}

describe('every writable attribute that /Schemas lists', () => {
  it.each([
    ['add', ''],
    ['Replace', null],
  ])('is written by %s, read back, and cleared with %j, path by path', async (op, clearing) => {
    const leaves = [...leavesOf(core), ...leavesOf(enterprise)];
    expect(leaves.map(({ path }) => path)).toEqual(expect.arrayContaining([...neverCleared.keys()]));
    const { body: user } = await server.user();
    const url = `/Users/${user.id}`;
    for (const { path, value, read } of leaves) {
      const written = await server.patch(url, [{ op, path, value }]);
      expect([path, written.status, read(written.body)]).toEqual([path, 200, value]);
      expect(read((await server.call('GET', url)).body)).toEqual(value);
    }
    for (const { path, value, read } of leaves) {
      const cleared = await server.patch(url, [{ op: 'replace', path, value: clearing }]);
      const left = neverCleared.has(path) ? value : undefined;
      expect([path, cleared.status, read(cleared.body)]).toEqual([path, 200, left]);
      expect([path, read((await server.call('GET', url)).body)]).toEqual([path, left]);
    }
  });

  it('is written and cleared together with all others, without a path', async () => {
    // A displayName in the same operation determines the formatted name.
    const leaves = [...leavesOf(core), ...leavesOf(enterprise)].filter(
      ({ path }) => !path.includes('[') && path !== 'name.formatted',
    );
    const { body: user } = await server.user();
    const all = (value: (leaf: Leaf) => unknown) =>
      server.patch(`/Users/${user.id}`, [
        { op: 'replace', value: Object.fromEntries(leaves.map((leaf) => [leaf.path, value(leaf)])) },
      ]);
    const written = await all(({ value }) => value);
    for (const leaf of leaves) expect([leaf.path, leaf.read(written.body)]).toEqual([leaf.path, leaf.value]);
    for (const clearing of ['', null]) {
      const cleared = await all(() => clearing);
      expect(cleared.status).toBe(200);
      for (const { path, read, value } of leaves) {
        expect([path, read(cleared.body)]).toEqual([path, neverCleared.has(path) ? value : undefined]);
      }
    }
  });

  it('is added and removed by a path with its URN', async () => {
    const { body: user } = await server.user();
    const path = `/Users/${user.id}`;
    const leaves = leavesOf(core);
    for (const leaf of leaves) {
      const named = `${core}:${leaf.path}`;
      const added = await server.patch(path, [{ op: 'add', path: named, value: leaf.value }]);
      expect([named, added.status, leaf.read(added.body)]).toEqual([named, 200, leaf.value]);
    }
    for (const leaf of leaves) {
      const named = `${core}:${leaf.path}`;
      const removed = await server.patch(path, [{ op: 'remove', path: named }]);
      const left = neverCleared.has(leaf.path) ? leaf.value : undefined;
      expect([named, removed.status, leaf.read(removed.body)]).toEqual([named, 200, left]);
    }
  });

  it('stores values that are added, replaced and removed as a whole', async () => {
    const { body: user } = await server.user();
    const path = `/Users/${user.id}`;
    for (const attribute of attributesOf(core).filter((each) => isWritable(each) && each.multiValued)) {
      const subs = (attribute.subAttributes ?? []).filter((sub) => isWritable(sub) && sub.name !== 'primary');
      for (const [op, type] of typesOf(attribute).flatMap((each) => [
        ['replace', each],
        ['add', each],
      ])) {
        const parts = subs.map((sub) => [sub.name, sampleOf(sub, attribute)]);
        const value = [{ ...Object.fromEntries(parts), type, primary: op === 'replace' }];
        if (op === 'add' && !attribute.required) await server.patch(path, [{ op: 'remove', path: attribute.name }]);
        const changed = await server.patch(path, [{ op, path: attribute.name, value }]);
        expect([attribute.name, changed.body[attribute.name]]).toEqual([attribute.name, value]);
      }
      const { status, body } = await server.patch(path, [{ op: 'remove', path: attribute.name }]);
      expect([attribute.name, status, attribute.name in body]).toEqual([attribute.name, 200, attribute.required]);
    }
  });

  it('of groups is displayName or members, and members are users', async () => {
    const listed = attributesOf(coreGroup).filter(isWritable);
    expect(listed.map(({ name }) => name).sort()).toEqual(['displayName', 'members']);
    const members = listed.find(({ name }) => name === 'members');
    expect(members && typesOf(members)).toEqual(['User']);
    const { body: user } = await server.user({ displayName: 'Ada' });
    const value = [{ value: user.id, $ref: user.meta.location, type: 'User' }];
    const path = `/Groups/${(await server.group()).body.id}`;
    for (const op of ['add', 'replace']) {
      await server.patch(path, [{ op, path: 'members', value }]);
      expect((await server.call('GET', path)).body.members).toEqual(value);
    }
    const named = await server.call('GET', `${path}?attributes=members.display`);
    expect(named.body.members).toEqual([{ display: 'Ada' }]);
    await server.patch(path, [{ op: 'remove', path: 'members' }]);
    expect((await server.call('GET', path)).body).not.toHaveProperty('members');
  });

  it('answers 400 to a strict client that removes a required value or writes a value that is not stored', async () => {
    const { body: user } = await server.user();
    const path = `/Users/${user.id}`;
    for (const name of ['emails', 'active']) {
      const removed = await server.patch(path, [{ op: 'remove', path: name }], as(strict));
      expect([removed.status, removed.body.scimType]).toEqual([400, 'mutability']);
    }
    const value = [{ value: 'home@example.com', type: 'home' }];
    const home = await server.patch(path, [{ op: 'add', path: 'emails', value }], as(strict));
    expect([home.status, home.body.scimType]).toEqual([400, 'invalidValue']);
    const tolerant = await server.patch(path, [{ op: 'add', path: 'emails[type eq "home"].value', value: 'h@x.io' }]);
    expect([tolerant.status, tolerant.body.emails]).toEqual([200, user.emails]);
  });

  it('keeps an inactive user inactive when `active` is removed', async () => {
    const { body: user } = await server.user({ active: false });
    for (const operation of [
      { op: 'remove', path: 'active' },
      { op: 'replace', path: 'active', value: '' },
    ]) {
      expect((await server.patch(`/Users/${user.id}`, [operation])).body.active).toBe(false);
    }
  });

  it('stays cleared through a reactivation: the display name of an inactive user', async () => {
    const { body: user } = await server.user({ active: false, displayName: 'Ada' });
    const path = `/Users/${user.id}`;
    expect((await server.patch(path, [{ op: 'remove', path: 'displayName' }])).body).not.toHaveProperty('displayName');
    const back = await server.patch(path, [{ op: 'replace', path: 'active', value: true }]);
    expect(back.body.active).toBe(true);
    expect((await server.call('GET', path)).body).not.toHaveProperty('displayName');
  });

  it('sets the display name from a formatted name unless the request contains both', async () => {
    const { body: user } = await server.user({ displayName: 'Ada' });
    const path = `/Users/${user.id}`;
    const formatted = { op: 'replace', path: 'name.formatted', value: 'Ada Lovelace' };
    expect((await server.patch(path, [formatted])).body.displayName).toBe('Ada Lovelace');
    const both = [{ op: 'replace', path: 'displayName', value: 'A. L.' }, formatted];
    for (const operations of [both, both, [...both].reverse()]) {
      const { body } = await server.patch(path, operations);
      expect([body.displayName, body.name.formatted]).toEqual(['A. L.', 'A. L.']);
    }
    const put = (more: object) =>
      server.call('PUT', path, { schemas: [core], userName: user.userName, name: { formatted: 'Lady L.' }, ...more });
    expect((await put({})).body.displayName).toBe('Lady L.');
    for (let time = 0; time < 2; time += 1) expect((await put({ displayName: 'Ada' })).body.displayName).toBe('Ada');
  });

  it('can be selected alone and excluded, in a read, a list and a search', async () => {
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

  it('can sort a list, including groups, which are read for the sort only', async () => {
    const made = await Promise.all(['a', 'b'].map(() => server.user({ nickName: 'ordered' })));
    const [first, second] = made.map(({ body }) => body.id);
    const groups = await Promise.all([second, first].map((value) => server.group({ members: [{ value }] })));
    const owners = new Map(groups.map(({ body }, index) => [body.id, index === 0 ? second : first]));
    const wanted = [...owners].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, id]) => id);
    for (const sortOrder of ['ascending', 'descending']) {
      const parameters = { filter: 'nickName eq "ordered"', sortBy: 'groups', sortOrder };
      const { body } = await server.call('GET', query('/Users', parameters));
      const order = sortOrder === 'ascending' ? wanted : [...wanted].reverse();
      expect(body.Resources.map(({ id }: { id: string }) => id)).toEqual(order);
    }
  });
});
