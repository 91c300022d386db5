import { parseTeamId, parseUserId, type Team } from '@scim-gateway/collate-client/model';
import { groupResourceType, parseResource, type Resource, schemaUrn } from '@scim-gateway/scim';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createAttributeMap } from '../../src/translation/attribute-map.ts';
import { type BoundGroupState, toGroupAnnotation, toScimGroup } from '../../src/translation/group.ts';
import {
  changesAttributes,
  type GroupPlan,
  planGroup,
  type ShownGroup,
  toPlannedGroup,
} from '../../src/translation/group-plan.ts';

const map = createAttributeMap(['externalId']);
const mayRename = { writesDisplayName: true };
const presentation = { map, locate: (endpoint: string, id: string) => `https://scim.example.com${endpoint}/${id}` };

const teamId = known(parseTeamId('7f4bc1a3-285e-48ae-8202-5accb43efb0e'));
const userIds = Array.from({ length: 6 }, (_, index) =>
  known(parseUserId(`00000000-0000-4000-8000-00000000000${index}`)),
);

function known<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('The id of the test is malformed.');
  return value;
}

const name = fc.constantFrom('Finance', 'finance', 'Treasury', 'Data: Stewards/EU');
const externalId = fc.constantFrom('g-1', 'g-2');
const members = fc.uniqueArray(fc.constantFrom(...userIds));

const boundGroup: fc.Arbitrary<BoundGroupState> = fc
  .record({
    displayName: fc.option(name, { nil: undefined }),
    created: fc.boolean(),
    remembered: fc.record({ displayName: name, externalId }, { requiredKeys: [] }),
  })
  .map(({ displayName, created, remembered }) => {
    const team: Team = {
      id: teamId,
      name: 'finance',
      fullyQualifiedName: 'finance',
      teamType: 'Group',
      deleted: false,
      isJoinable: false,
      version: 0.2,
      updatedAt: 1_760_000_000_000,
      updatedBy: 'bot',
      ...(displayName === undefined ? {} : { displayName }),
    };
    return {
      team,
      annotation: { ...toGroupAnnotation(team, { provider: 'test', created, baseline: [] }), attributes: remembered },
    };
  });
const shownGroup: fc.Arbitrary<ShownGroup & { readonly state: BoundGroupState }> = fc
  .record({ state: boundGroup, ids: members })
  .map(({ state, ids }) => show(state, ids));
const wanted = fc.record({ displayName: name, externalId, members }, { requiredKeys: ['displayName', 'members'] });

function show(state: BoundGroupState, ids: readonly string[]): ShownGroup & { readonly state: BoundGroupState } {
  const references = ids.map((id) => ({ id, type: 'user' }));
  return { state, members: references, shown: toScimGroup(state, presentation, references) };
}

/** The whole resource of a PUT that replaces every attribute. */
function toResource(fields: {
  readonly displayName: string;
  readonly externalId?: string;
  readonly members: readonly string[];
}): Resource {
  const body = { schemas: [schemaUrn.group], ...fields, members: fields.members.map((value) => ({ value })) };
  return parseResource(body, groupResourceType, { profile: 'tolerant' });
}

function isEmpty(plan: GroupPlan): boolean {
  return !changesAttributes(plan) && plan.members.add.length + plan.members.remove.length === 0;
}

/** The group once the plan is executed. */
function execute({ state, members: present = [] }: ShownGroup & { readonly state: BoundGroupState }, plan: GroupPlan) {
  const removed = new Set(plan.members.remove);
  const kept = present.map(({ id }) => id).filter((id) => !removed.has(id));
  return show(toPlannedGroup(state, plan, mayRename), [...kept, ...plan.members.add]);
}

describe('planGroup', () => {
  it('plans nothing when the wanted group is the shown one', () => {
    fc.assert(
      fc.property(shownGroup, (group) => {
        expect(isEmpty(planGroup(group, { after: group.shown, delta: undefined }, map))).toBe(true);
      }),
    );
  });

  it('leads to the wanted name, externalId and members, and then plans nothing more', () => {
    fc.assert(
      fc.property(shownGroup, wanted, (group, fields) => {
        const after = toResource(fields);
        const done = execute(group, planGroup(group, { after, delta: undefined }, map));
        expect(done.shown['displayName']).toBe(fields.displayName);
        expect(done.shown['externalId']).toBe(fields.externalId);
        expect(new Set(done.members?.map(({ id }) => id))).toEqual(new Set(fields.members));
        expect(isEmpty(planGroup(done, { after, delta: undefined }, map))).toBe(true);
      }),
    );
  });

  it('names no user to add who is a member, and none to remove who is not', () => {
    fc.assert(
      fc.property(shownGroup, wanted, (group, fields) => {
        const plan = planGroup(group, { after: toResource(fields), delta: undefined }, map);
        const present = new Set(group.members?.map(({ id }) => id));
        expect(plan.members.add.filter((id) => present.has(id))).toEqual([]);
        expect(plan.members.remove.filter((id) => !present.has(id))).toEqual([]);
      }),
    );
  });

  it('takes a given delta as it is, without comparing the listed members', () => {
    fc.assert(
      fc.property(shownGroup, wanted, (group, fields) => {
        const delta = { add: userIds.slice(0, 1), remove: userIds.slice(1, 2) };
        expect(planGroup(group, { after: toResource(fields), delta }, map).members).toEqual(delta);
      }),
    );
  });

  it('ignores externalId when the deployment does not remember it', () => {
    const withoutIds = createAttributeMap([]);
    fc.assert(
      fc.property(shownGroup, wanted, (group, fields) => {
        const plan = planGroup(group, { after: toResource(fields), delta: undefined }, withoutIds);
        expect(plan.externalId).toBeUndefined();
        expect(changesAttributes(plan)).toBe(fields.displayName !== group.shown['displayName']);
      }),
    );
  });
});

describe('toPlannedGroup', () => {
  it('renames a created team in Collate, and keeps the name of an adopted one there', () => {
    fc.assert(
      fc.property(boundGroup, name, ({ team, annotation }, displayName) => {
        const members = { add: [], remove: [] };
        const created = toPlannedGroup(
          { team, annotation: { ...annotation, created: true } },
          { displayName, members },
          mayRename,
        );
        expect(created.team.displayName).toBe(displayName);
        expect(created.annotation.attributes).not.toHaveProperty('displayName');
        const adopted = toPlannedGroup(
          { team, annotation: { ...annotation, created: false } },
          { displayName, members },
          mayRename,
        );
        expect(adopted.team).toEqual(team);
      }),
    );
  });

  it('changes no attribute that the plan does not mention', () => {
    fc.assert(
      fc.property(boundGroup, (state) => {
        expect(toPlannedGroup(state, { members: { add: [], remove: [] } }, mayRename)).toEqual(state);
      }),
    );
  });

  it('remembers the name of a created team that may not be renamed in Collate', () => {
    fc.assert(
      fc.property(boundGroup, name, ({ team, annotation }, displayName) => {
        const created = { team, annotation: { ...annotation, created: true } };
        const plan = { displayName, members: { add: [], remove: [] } };
        const planned = toPlannedGroup(created, plan, { writesDisplayName: false });
        expect(planned.team).toEqual(team);
        expect(toScimGroup(planned, presentation)['displayName']).toBe(displayName);
      }),
    );
  });

  it('gives a created team its remembered name with the first other attribute once it may be renamed', () => {
    fc.assert(
      fc.property(boundGroup, name, ({ team, annotation }, displayName) => {
        const attributes = { ...annotation.attributes, displayName };
        const created = { team, annotation: { ...annotation, created: true, attributes } };
        const plan = { externalId: { value: 'g-3' }, members: { add: [], remove: [] } };
        const planned = toPlannedGroup(created, plan, mayRename);
        expect(planned.team.displayName).toBe(displayName);
        expect(planned.annotation.attributes).toEqual({ externalId: 'g-3' });
      }),
    );
  });
});
