import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  applyPatch,
  type JsonObject,
  type JsonValue,
  parsePatch,
  parseResource,
  type Resource,
  ScimError,
  schemaUrn,
  userResourceType,
} from '../src/index.ts';
import { ada, groupOf, memberIds, patchBody, patchGroup, patchUser, tolerant } from './support/examples.ts';

const enterprise = schemaUrn.enterpriseUser;

const plainText = fc.constantFrom('a', 'B', 'work', 'home', 'x@example.com', '');
const email = fc.record(
  { value: plainText, type: plainText, primary: fc.constant(false), display: plainText, odd: fc.integer() },
  { requiredKeys: [] },
);

/** An idempotent operation: applied twice, it has the result of applying it once. */
const setting: fc.Arbitrary<JsonObject> = fc.oneof(
  fc.record({
    op: fc.constantFrom('add', 'replace'),
    path: fc.constantFrom('title', 'name.givenName', 'name.middleName', `${enterprise}:department`),
    value: fc.oneof(plainText, fc.constant(null)),
  }),
  // Never cleared: a value without content is removed at the end of its request, so one request would differ from several.
  fc.record({
    op: fc.constantFrom('add', 'replace'),
    path: fc.constant('emails.display'),
    value: plainText.filter((text) => text !== ''),
  }),
  fc.record({
    op: fc.constantFrom('add', 'replace'),
    path: fc.constant('emails'),
    value: fc.array(email, { maxLength: 4 }),
  }),
  fc.record({
    op: fc.constantFrom('add', 'replace'),
    path: fc.constantFrom(
      'emails[type eq "work"].display',
      'addresses[type eq "home"].country',
      'roles[value eq "a"].display',
    ),
    value: plainText,
  }),
  fc.record({
    op: fc.constant('remove'),
    path: fc.constantFrom(
      'title',
      'name',
      'emails',
      'emails[type eq "work"]',
      `${enterprise}:manager`,
      enterprise,
      'roles',
    ),
  }),
  fc.record({ op: fc.constant('remove'), path: fc.constant('emails'), value: fc.array(email, { maxLength: 3 }) }),
  fc.record({
    op: fc.constantFrom('add', 'replace'),
    value: fc.record({ title: plainText, 'name.familyName': plainText, emails: fc.array(email, { maxLength: 2 }) }),
  }),
);

/** Whether a value contains anything that means the same as absence. */
function saysNothing(value: JsonValue): boolean {
  if (typeof value !== 'object' || value === null) return value === null || value === '';
  const parts = Object.values(value);
  return parts.length === 0 || parts.some(saysNothing);
}

function freeze<T extends JsonValue>(value: T): T {
  if (typeof value === 'object' && value !== null) Object.values(value).forEach(freeze);
  return Object.freeze(value);
}

describe('applyPatch of any operations', () => {
  it('has the same result when applied twice', () => {
    fc.assert(
      fc.property(setting, (operation) => {
        const once = patchUser([operation]);
        expect(patchUser([operation], tolerant, once)).toBe(once);
      }),
      { numRuns: 500 },
    );
  });

  it('has the same result for one request and for one request an operation', () => {
    fc.assert(
      fc.property(fc.array(setting, { minLength: 1, maxLength: 5 }), (operations) => {
        const oneByOne = operations.reduce<Resource>(
          (before, operation) => patchUser([operation], tolerant, before),
          ada,
        );
        expect(patchUser(operations)).toEqual(oneByOne);
      }),
      { numRuns: 500 },
    );
  });

  it('modifies neither the resource nor the request, and returns a valid resource', () => {
    const frozen = freeze(structuredClone(ada));
    fc.assert(
      fc.property(fc.array(setting, { maxLength: 5, minLength: 1 }), (operations) => {
        const after = patchUser(freeze(operations), tolerant, frozen);
        const { id, meta, [enterprise]: extension, ...rest } = after;
        const again = parseResource(rest, userResourceType, tolerant);
        expect({ ...again, schemas: after['schemas'] }).toEqual(rest);
        expect([id, meta]).toEqual([ada['id'], ada['meta']]);
        expect((after['schemas'] as readonly JsonValue[]).includes(enterprise)).toBe(extension !== undefined);
      }),
    );
  });

  it('succeeds or throws a 400 for operations of any shape', () => {
    const path = fc.constantFrom(
      'title',
      'emails',
      'emails[type eq "work"]',
      'emails[type eq "work"].primary',
      'name',
      'id',
      enterprise,
      '',
      'x',
    );
    const value = fc.oneof(
      fc.jsonValue({ maxDepth: 3 }),
      fc.record({ emails: fc.jsonValue(), name: fc.jsonValue(), active: fc.jsonValue() }),
    );
    const operation = fc.record(
      { op: fc.constantFrom('add', 'Replace', 'remove', 'x'), path, value },
      { requiredKeys: ['op'] },
    );
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 4 }), (operations) => {
        try {
          const parsed = parsePatch(
            JSON.parse(JSON.stringify(patchBody(...(operations as JsonValue[])))),
            userResourceType,
            tolerant,
          );
          applyPatch(ada, parsed, userResourceType, tolerant);
        } catch (error) {
          expect(error).toBeInstanceOf(ScimError);
          expect(error).toMatchObject({ status: 400, scimType: expect.any(String) });
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('parseResource of any body', () => {
  it('succeeds or throws a 400, and parses its own result to the same resource', () => {
    const body = fc.record(
      {
        schemas: fc.oneof(fc.constant([schemaUrn.user]), fc.jsonValue()),
        userName: fc.oneof(fc.string(), fc.jsonValue()),
        name: fc.jsonValue(),
        emails: fc.oneof(fc.array(email), fc.jsonValue()),
        active: fc.constantFrom('True', 'no', null, false),
        [enterprise]: fc.oneof(fc.record({ manager: fc.jsonValue() }), fc.jsonValue()),
      },
      { requiredKeys: ['userName'] },
    );
    fc.assert(
      fc.property(fc.oneof(body, fc.jsonValue()), (input) => {
        try {
          const resource = parseResource(input, userResourceType, tolerant);
          expect(parseResource(resource, userResourceType, tolerant)).toEqual(resource);
          expect(saysNothing(resource)).toBe(false);
        } catch (error) {
          if (!(error instanceof ScimError)) throw error;
          expect(error.status).toBe(400);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('any PATCH of members', () => {
  const id = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f');
  const members = fc.array(id, { maxLength: 4 }).map((list) => list.map((value) => ({ value })));

  interface Step {
    readonly operation: JsonObject;
    readonly after: (before: ReadonlySet<string>) => Iterable<string>;
  }

  const step: fc.Arbitrary<Step> = fc.oneof(
    members.map(
      (value): Step => ({
        operation: { op: 'add', path: 'members', value },
        after: (before) => [...before, ...value.map((member) => member.value)],
      }),
    ),
    members.map(
      (value): Step => ({
        operation: { op: 'remove', path: 'members', value },
        after: (before) => [...before].filter((each) => !value.some((member) => member.value === each)),
      }),
    ),
    members.map(
      (value): Step => ({
        operation: { op: 'replace', path: 'members', value },
        after: () => value.map((member) => member.value),
      }),
    ),
    id.map(
      (value): Step => ({
        operation: { op: 'remove', path: `members[value eq "${value}"]` },
        after: (before) => [...before].filter((each) => each !== value),
      }),
    ),
    id.map(
      (value): Step => ({
        operation: { op: 'remove', path: `members[value gt "${value}"]` },
        after: (before) => [...before].filter((each) => each <= value),
      }),
    ),
    id.map(
      (value): Step => ({
        operation: { op: 'add', path: `members[value eq "${value}"]`, value: { value } },
        after: (before) => [...before, value],
      }),
    ),
    fc.constant({ operation: { op: 'remove', path: 'members' }, after: () => [] }),
  );

  it('has the result of a set, in any order of the operations', () => {
    fc.assert(
      fc.property(fc.uniqueArray(id), fc.array(step, { minLength: 1, maxLength: 8 }), (before, steps) => {
        const group = groupOf(...before);
        const operations = steps.map(({ operation }) => operation);
        const after = patchGroup(operations, group);
        const wanted = steps.reduce<ReadonlySet<string>>((set, { after: next }) => new Set(next(set)), new Set(before));
        expect([...memberIds(after)].sort()).toEqual([...wanted].sort());
        if (wanted.size === before.length && before.every((each) => wanted.has(each)) && operations.length === 1)
          expect(after).toBe(group);
      }),
      { numRuns: 1000 },
    );
  });
});
