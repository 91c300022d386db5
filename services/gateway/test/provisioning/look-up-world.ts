import { patchOf } from '../support/fixtures.ts';
import type { ProvisioningHarness } from './provisioning-harness.ts';

/** One random change of a world, as drawn: a field that does not apply to its kind is undefined. */
export interface Move {
  readonly kind: string;
  /** Selects a user among those that the move applies to. */
  readonly which?: number;
  readonly userName?: string | undefined;
  readonly email?: string | undefined;
  readonly externalId?: string | undefined;
  readonly active?: boolean | undefined;
}

/** What a move must answer, and its effect. Without `outcome` any answer is right that `apply` accepts. */
export interface Expectation {
  /** The id of the created user, `done`, or the status of a refusal. */
  readonly outcome?: unknown;
  apply(outcome: unknown): void;
}

interface Person {
  readonly id: string;
  /** The address in Collate, which never changes. */
  readonly address: string;
  /** The userName that Collate stores since the creation through SCIM. */
  readonly scimUserName: string | undefined;
  userName: string;
  /** The address that SCIM shows. */
  email: string;
  externalId: string | undefined;
  bound: boolean;
  inactive: boolean;
  /** A provider deleted the user; counts only while the account is inactive. */
  tombstone: boolean;
  /** An administrator, not the gateway, deactivated or restored the account last. */
  byAdmin: boolean;
}

type Values = Pick<Move, 'userName' | 'email' | 'externalId'>;

const done = 'done';

/** Folds case without turning the Kelvin sign into an ASCII letter. */
function fold(text: string): string {
  return text.replaceAll('\u212a', '#').toLowerCase();
}

function same(one: string, other: string | undefined): boolean {
  return other !== undefined && fold(one) === fold(other);
}

function isLive({ inactive, tombstone }: Person): boolean {
  return !(inactive && tombstone);
}

/** The values that a user shows and no other user may have. */
function hasOneOf(person: Person, { userName, email }: Values): boolean {
  return same(person.userName, userName) || same(person.email, email);
}

/** A few users in Collate and SCIM, and what decisions about look-ups and uniqueness demand of them. */
export class World {
  readonly #harness: ProvisioningHarness;
  readonly #people: Person[] = [];

  constructor(harness: ProvisioningHarness) {
    this.#harness = harness;
  }

  /** The ids that a look-up by one value must find. */
  find({ userName, email, externalId }: Values): readonly string[] {
    return this.#people
      .filter(isLive)
      .filter((person) => hasOneOf(person, { userName, email }) || (externalId ?? null) === person.externalId)
      .map(({ id }) => id)
      .sort();
  }

  /** Undefined for a move that applies to no user. */
  expect(move: Move): Expectation | undefined {
    switch (move.kind) {
      case 'create':
        return this.#expectCreation(move);
      case 'change':
        return this.#expectChange(move);
      case 'remove':
        return this.#expectRemoval(move);
      case 'login':
        return this.#expectLogin(move);
      default:
        return this.#expectAdministrator(move);
    }
  }

  /** Sends the move. @returns its outcome. @throws ScimError when it is refused. */
  async perform(move: Move): Promise<unknown> {
    const { users, context, createUser } = this.#harness;
    const { userName, email, externalId, active } = move;
    // The names differ from those that the display name implies, so that each created user has a document.
    const name = { displayName: 'Some Body', name: { givenName: 'Maria', familyName: 'Example' } };
    switch (move.kind) {
      case 'create':
        return (
          await createUser({
            userName: String(userName),
            emails: [{ value: String(email), type: 'work', primary: true }],
            ...name,
            ...(externalId === undefined ? {} : { externalId }),
          })
        )['id'];
      case 'change': {
        const operations = [
          ...(userName === undefined ? [] : [{ op: 'replace', path: 'userName', value: userName }]),
          ...(email === undefined ? [] : [{ op: 'replace', path: 'emails[type eq "work"].value', value: email }]),
          ...(active === undefined ? [] : [{ op: 'replace', path: 'active', value: active }]),
        ];
        await users.patch(this.#subject(move).id, patchOf(...operations), {}, context);
        return done;
      }
      case 'remove':
        await users.remove(this.#subject(move).id, context);
        return done;
      case 'login':
        return this.#logIn(String(email));
      default:
        return this.#setInCollate(this.#subject(move), move.kind === 'delete in Collate');
    }
  }

  #expectCreation(move: Move): Expectation {
    const { userName = '', email = '', externalId } = move;
    const owner = this.#people.find((person) => same(person.address, email));
    const shows = (person: Person) => isLive(person) && hasOneOf(person, move);
    if (this.#people.some((person) => person !== owner && shows(person))) return refused(409);
    const become = (person: Person) => {
      const state = { bound: true, inactive: false, tombstone: false, byAdmin: false };
      Object.assign(person, { userName, email, externalId, ...state });
    };
    if (owner !== undefined && shows(owner)) {
      if (owner.bound) return refused(409);
      if (owner.inactive && owner.byAdmin) return refused(403);
      return { outcome: owner.id, apply: () => become(owner) };
    }
    const returning = this.#people.filter(
      (person) => !isLive(person) && (person === owner || hasOneOf(person, move)) && person.externalId === externalId,
    );
    const chosen = owner !== undefined && returning.includes(owner) ? [owner] : returning;
    if (chosen.length > 0) return expectReturn(chosen, become);
    if (owner !== undefined) return refused(409);
    return {
      apply: (outcome) => {
        if (typeof outcome !== 'string' || this.#people.some(({ id }) => id === outcome))
          throw new Error(`${JSON.stringify(move)} must create a user, and answered ${String(outcome)}`);
        const values = { userName, email, externalId, scimUserName: userName };
        const state = { bound: true, inactive: false, tombstone: false, byAdmin: false };
        this.#people.push({ id: outcome, address: email.toLowerCase(), ...values, ...state });
      },
    };
  }

  #expectChange(move: Move): Expectation | undefined {
    const { userName, email, active } = move;
    const person = this.#select(move);
    if (person === undefined || (userName ?? email ?? active) === undefined) return undefined;
    if (active === true && person.inactive && person.byAdmin) return refused(403);
    const endsInactive = active === undefined ? person.inactive : !active;
    const changed = {
      userName: same(person.userName, userName) ? undefined : userName,
      email: same(person.email, email) ? undefined : email,
    };
    const isTaken = this.#people.some((other) => other !== person && isLive(other) && hasOneOf(other, changed));
    if (isTaken && !endsInactive) return refused(409);
    const values = isTaken ? {} : { userName: userName ?? person.userName, email: email ?? person.email };
    return {
      outcome: done,
      apply: () => {
        const before = { ...person };
        Object.assign(person, values, { inactive: endsInactive, tombstone: false });
        if (person.inactive !== before.inactive) person.byAdmin = false;
        const differs = (['userName', 'email', 'inactive', 'tombstone'] as const).some(
          (name) => person[name] !== before[name],
        );
        person.bound ||= differs;
        if (endsInactive) this.#deactivateTwins(person);
      },
    };
  }

  #expectRemoval(move: Move): Expectation | undefined {
    const person = this.#select(move);
    if (person === undefined) return undefined;
    return {
      outcome: done,
      apply: () => {
        const byAdmin = person.byAdmin && person.inactive;
        Object.assign(person, { bound: true, inactive: true, tombstone: true, byAdmin });
        this.#deactivateTwins(person);
      },
    };
  }

  #expectLogin({ email = '' }: Move): Expectation | undefined {
    if (this.#people.some((person) => same(person.address, email))) return undefined;
    return {
      apply: (outcome) => {
        const address = email.toLowerCase();
        const values = { userName: address, email: address, externalId: undefined, scimUserName: undefined };
        const state = { bound: false, inactive: false, tombstone: false, byAdmin: false };
        this.#people.push({ id: String(outcome), address, ...values, ...state });
      },
    };
  }

  #expectAdministrator(move: Move): Expectation | undefined {
    const person = this.#select(move);
    if (person === undefined) return undefined;
    const inactive = move.kind === 'delete in Collate';
    return { outcome: done, apply: () => Object.assign(person, { inactive, byAdmin: true }) };
  }

  /** The gateway deactivates unbound accounts under addresses that the annotation of a deactivated user keeps. */
  #deactivateTwins({ address, userName, email, scimUserName }: Person): void {
    const remembered = [
      email === address ? undefined : email,
      userName === (scimUserName ?? address) ? undefined : userName,
    ];
    for (const twin of this.#people) {
      if (twin.bound || twin.inactive || twin.address === address) continue;
      if (remembered.some((each) => same(twin.address, each))) Object.assign(twin, { inactive: true, byAdmin: false });
    }
  }

  /** The user that a move applies to: one that SCIM shows, or that an administrator may restore or delete. */
  #select({ kind, which = 0 }: Move): Person | undefined {
    const isCandidate = (person: Person) => {
      if (kind === 'restore in Collate') return person.inactive;
      return kind === 'delete in Collate' ? !person.inactive : isLive(person);
    };
    const candidates = this.#people.filter(isCandidate);
    return candidates[which % candidates.length];
  }

  #subject(move: Move): Person {
    const person = this.#select(move);
    if (person === undefined) throw new Error(`${move.kind} applies to no user`);
    return person;
  }

  #logIn(email: string): string {
    const name = email.toLowerCase().split('@')[0] ?? '';
    const fields = { name, email: email.toLowerCase(), displayName: `${name} Sso` };
    return this.#harness.simulator.state().insertUser(fields, name).id;
  }

  #setInCollate({ id }: Person, deleted: boolean): unknown {
    const { users } = this.#harness.simulator.state();
    const row = users.byId(id);
    if (row === undefined) throw new Error(`no account has the id ${id}`);
    row.json = { ...row.json, deleted, updatedBy: 'admin', updatedAt: Date.now() };
    users.touch();
    return done;
  }
}

function refused(status: number): Expectation {
  return { outcome: status, apply: () => undefined };
}

/** One of the deleted users returns, unless an administrator has deactivated the account. */
function expectReturn(chosen: readonly Person[], become: (person: Person) => void): Expectation {
  return {
    apply: (outcome) => {
      const person = chosen.find(({ id }) => id === outcome);
      if (person !== undefined && !person.byAdmin) return become(person);
      if (outcome !== 403 || !chosen.some(({ byAdmin }) => byAdmin))
        throw new Error(`one of ${chosen.map(({ id }) => id)} must return, and the answer was ${String(outcome)}`);
    },
  };
}
