import { parseTeamId, parseUserId, type TeamId, type User } from '@scim-gateway/collate-client/model';
import type { Resource } from '@scim-gateway/scim';
import { describe, expect, it } from 'vitest';
import { emptyUserAnnotation, type UserAnnotation } from '../../src/translation/annotation.ts';
import { createAttributeMap } from '../../src/translation/attribute-map.ts';
import { toScimUser, type UserState } from '../../src/translation/user.ts';
import { isEmptyPlan, type PlanConditions, planUser } from '../../src/translation/user-plan.ts';

const map = createAttributeMap(['externalId', 'name.givenName', 'name.familyName', 'title']);
const now = 1_770_000_000_000;
const usual: PlanConditions = {
  provider: 'okta',
  map,
  writesDisplayName: true,
  hasDocuments: true,
  remembersEmail: true,
  isTaken: false,
  now,
};
const withoutDocuments: PlanConditions = { ...usual, hasDocuments: false };
const sales = toTeamId('11111111-285e-48ae-8202-5accb43efb0e');
const research = toTeamId('22222222-285e-48ae-8202-5accb43efb0e');
const pending = { add: [sales], remove: [research] };
const nothingPending = { add: [], remove: [] };

describe('planUser, when the state of a user changes', () => {
  it('plans only the deactivation of a user who becomes inactive', () => {
    const alice = createAlice();
    expect(plan(alice, { active: false })).toEqual({ active: false, notices: [] });
  });

  it('plans nothing for an inactive user who stays inactive', () => {
    const alice = createAlice({ deleted: true });
    expect(isEmptyPlan(plan(alice, { active: false }))).toBe(true);
  });

  it('keeps a new display name in the annotation while the user is inactive', () => {
    const alice = createAlice({ deleted: true });
    const found = plan(alice, { active: false, displayName: 'Alice Archer' });
    expect(found.displayName).toBeUndefined();
    expect(found.annotation?.attributes).toMatchObject({ displayName: 'Alice Archer' });
  });

  it('plans the pending membership changes of a user who returns, and an annotation without them', () => {
    const alice = annotate(createAlice({ deleted: true }), { waiting: pending });
    const found = plan(alice, { active: true });
    expect(found).toMatchObject({ active: true, returns: { leave: [research], join: [sales] } });
    expect(found.annotation?.waiting).toEqual(nothingPending);
  });

  it('plans the pending membership changes of an active user too, whose return stopped halfway', () => {
    const alice = annotate(createAlice(), { waiting: pending });
    const found = plan(alice, {});
    expect(found).toMatchObject({ returns: { leave: [research], join: [sales] } });
    expect(found.active).toBeUndefined();
  });

  it('keeps the pending membership changes of a user who becomes inactive again', () => {
    const alice = annotate(createAlice(), { waiting: pending });
    const found = plan(alice, { active: false, title: 'Analyst' });
    expect(found.returns).toBeUndefined();
    expect(found.annotation?.waiting).toEqual(pending);
  });

  it('clears the tombstone of a user whom an administrator restored, before a deactivation', () => {
    const alice = annotate(createAlice(), { tombstone: true });
    expect(plan(alice, { active: false })).toMatchObject({ restored: { tombstone: false }, active: false });
  });
});

describe('planUser, when the e-mail address or the userName changes', () => {
  const renamed = { userName: 'archer@example.com', emails: [{ value: 'archer@example.com', primary: true }] };

  it('remembers both, and reports it', () => {
    const found = plan(createAlice(), renamed);
    expect(found.annotation?.attributes).toMatchObject({ userName: 'archer@example.com', email: 'archer@example.com' });
    expect(found).toMatchObject({
      userName: 'archer@example.com',
      notices: ['email-remembered', 'user-name-remembered'],
    });
  });

  it('reports nothing for another spelling of the same address', () => {
    const found = plan(createAlice(), { userName: 'Alice@Example.com' });
    expect(found.annotation?.attributes).toMatchObject({ userName: 'Alice@Example.com' });
    expect(found).toMatchObject({ notices: [] });
    expect(found.userName).toBeUndefined();
  });

  it.each([
    ['not-an-address', { emails: [{ value: 'nonsense', primary: true }] }, usual],
    ['email-forbidden', renamed, { ...usual, remembersEmail: false }],
    ['email-without-store', renamed, withoutDocuments],
    ['userName-without-store', { userName: 'archer@example.com' }, withoutDocuments],
  ])('refuses an active user a change that cannot be remembered (%s)', (refusal, fields, conditions) => {
    expect(plan(createAlice(), fields, conditions)).toMatchObject({ refusal, notices: [] });
  });

  it('deactivates a user and drops a change that cannot be remembered', () => {
    const found = plan(createAlice(), { ...renamed, active: false }, withoutDocuments);
    expect(found).toEqual({ active: false, notices: ['email-change-dropped'] });
  });

  it('drops only what it refuses from a deactivation', () => {
    const found = plan(createAlice(), { ...renamed, active: false }, { ...usual, remembersEmail: false });
    expect(found).toMatchObject({ active: false, notices: ['email-change-dropped', 'user-name-remembered'] });
    expect(found.annotation?.attributes).toEqual({ userName: renamed.userName });
  });

  it('keeps the address that was remembered before when it drops another one', () => {
    const alice = annotate(createAlice(), { attributes: { email: 'anders@example.com' } });
    const emails = [{ value: 'nonsense', primary: true }];
    const found = plan(alice, { emails, active: false, title: 'Analyst' });
    expect(found.annotation?.attributes).toEqual({ email: 'anders@example.com', title: 'Analyst' });
  });
});

describe('planUser, when an annotation is needed', () => {
  it('plans nothing for a value that only an annotation could keep, where there are no documents', () => {
    expect(isEmptyPlan(plan(createAlice(), { title: 'Analyst' }, withoutDocuments))).toBe(true);
  });

  it('dates an annotation that alone changes later than the account', () => {
    const alice = createAlice({ updatedAt: now + 500 });
    expect(plan(alice, { title: 'Analyst' }).annotation?.modifiedAt).toBe(now + 501);
    expect(plan(createAlice(), { title: 'Analyst' }).annotation?.modifiedAt).toBe(now);
  });

  it('leaves an annotation undated whose account changes with it', () => {
    const found = plan(createAlice(), { title: 'Analyst', displayName: 'Alice Archer' });
    expect(found.annotation?.modifiedAt).toBeUndefined();
  });

  it('binds a user whom nothing marks as provisioned, with the first write only', () => {
    const { scimUserName: _unset, ...user } = createAlice().user;
    const alice = { user, annotation: undefined };
    expect(isEmptyPlan(plan(alice, {}))).toBe(true);
    expect(plan(alice, { active: false }).annotation).toMatchObject({ provider: 'okta', attributes: {} });
  });

  it('writes names that the old display name implies before the new one', () => {
    const alice = createAlice();
    const found = plan(alice, { displayName: 'Dr Alice', name: { givenName: 'Alice', familyName: 'Archer' } });
    expect(found.interim?.attributes).toEqual({ 'name.givenName': 'Alice' });
    expect(found.annotation?.attributes).toMatchObject({ 'name.givenName': 'Alice', 'name.familyName': 'Archer' });
  });

  it('writes no annotation before the display name of a user who is being adopted', () => {
    const { scimUserName: _unset, ...user } = createAlice().user;
    const name = { givenName: 'Alice', familyName: 'Archer' };
    expect(plan({ user, annotation: undefined }, { displayName: 'Dr Alice', name }).interim).toBeUndefined();
  });
});

describe('planUser, when display names may not change in Collate', () => {
  const forbidden = { ...usual, writesDisplayName: false };

  it('remembers the display name, and plans everything else as usual', () => {
    const alice = createAlice({ deleted: true });
    const found = plan(alice, { active: true, displayName: 'Alice Archer', title: 'Analyst' }, forbidden);
    expect(found).toMatchObject({ active: true, notices: ['display-name-remembered'] });
    expect(found.displayName).toBeUndefined();
    expect(found.annotation?.attributes).toMatchObject({ displayName: 'Alice Archer', title: 'Analyst' });
  });

  it('plans nothing and reports nothing when the remembered display name is sent again', () => {
    const alice = annotate(createAlice(), { attributes: { displayName: 'Alice Archer' } });
    const found = plan(alice, {}, forbidden);
    expect([isEmptyPlan(found), found.notices]).toEqual([true, []]);
  });

  it('drops the remembered display name when the provider sends the one that Collate has', () => {
    const alice = annotate(createAlice(), { attributes: { displayName: 'Alice Archer' } });
    const found = plan(alice, { displayName: 'Alice Anders' }, forbidden);
    expect(found.annotation?.attributes).not.toHaveProperty('displayName');
  });

  it('drops the display name, and nothing else, without a document store', () => {
    const alice = createAlice();
    const wanted = { active: false, displayName: 'Alice Archer' };
    const found = plan(alice, wanted, { ...withoutDocuments, writesDisplayName: false });
    expect(found).toEqual({ active: false, notices: ['display-name-dropped'] });
  });

  it('gives the account its remembered display name with the first change after the right was granted', () => {
    const alice = annotate(createAlice(), { attributes: { displayName: 'Alice Archer' } });
    const found = plan(alice, { title: 'Analyst' });
    expect(found.displayName).toEqual({ value: 'Alice Archer' });
    expect(found.annotation?.attributes).toMatchObject({ title: 'Analyst' });
    expect(found.annotation?.attributes).not.toHaveProperty('displayName');
  });
});

/** The plan that turns the user into what SCIM shows of it, with some attributes replaced. */
function plan(state: UserState, fields: Resource, conditions = usual) {
  const shown = toScimUser(state, { map, locate: (endpoint, id) => `${endpoint}/${id}` });
  return planUser(state, { ...shown, ...fields }, conditions);
}

/** Alice as a POST has created her: bound by `scimUserName`, without an annotation. */
function createAlice(fields: Partial<User> = {}): UserState {
  const id = parseUserId('7f4bc1a3-285e-48ae-8202-5accb43efb0e');
  if (id === undefined) throw new Error('not an id');
  const user = {
    id,
    name: 'alice',
    email: 'alice@example.com',
    displayName: 'Alice Anders',
    scimUserName: 'alice@example.com',
    isBot: false,
    isAdmin: false,
    deleted: false,
    version: 0.2,
    updatedAt: now - 1000,
    updatedBy: 'bot',
    ...fields,
  };
  return { user, annotation: undefined };
}

function annotate({ user }: UserState, fields: Partial<UserAnnotation>): UserState {
  return { user, annotation: { ...emptyUserAnnotation(user, 'okta'), ...fields } };
}

function toTeamId(text: string): TeamId {
  const id = parseTeamId(text);
  if (id === undefined) throw new Error('not an id');
  return id;
}
