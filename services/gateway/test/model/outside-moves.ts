import type { OutsideMove, Sort } from './move.ts';
import { type Person, type Reference, visiblePeople } from './reference.ts';
import { addresses } from './user-moves.ts';

const admin = 'admin';

/** Somebody logs in for whom the provider has made no account. */
const newcomer: Sort = {
  weight: 3,
  propose: (reference, random) => {
    const email = random.pick(addresses);
    if ([...reference.people.values()].some((person) => person.email === email)) return undefined;
    return logsIn(email, undefined, reference);
  },
};

/** Somebody whose address the provider changed logs in with the new one, which makes another account. */
const twin: Sort = {
  weight: 3,
  propose: (reference, random) => {
    const people = visiblePeople(reference);
    const isKnown = (address: string) => [...reference.people.values()].some(({ email }) => email === address);
    const renamed = people.filter(
      ({ state, userName }) => state === 'active' && userName.endsWith('-new@example.com') && !isKnown(userName),
    );
    if (renamed.length === 0) return undefined;
    const person = random.pick(renamed);
    return logsIn(person.userName, person.id, reference);
  },
};

function logsIn(email: string, twinOf: string | undefined, reference: Reference): OutsideMove {
  const name = email.split('@')[0] ?? '';
  return {
    kind: 'outside',
    text: `${email} logs in${twinOf === undefined ? '' : ', a new address'}`,
    act: (simulator) => {
      const displayName = `${name} Sso`;
      const { id } = simulator.state().insertUser({ name, email, displayName, isAdmin: false }, name);
      const values = { userName: email, externalId: undefined, displayName, givenName: name, familyName: 'Sso' };
      const state = { bound: false, state: 'active', unseen: true, waits: false, twinOf } as const;
      reference.people.set(id, { id, email, ...values, ...state });
    },
  };
}

/** Who deletes an account in Collate means it: the provider may not undo that. */
const lock: Sort = {
  weight: 2,
  propose: (reference, random) => {
    // Whoever was revived by hand and not written since is a tombstone still, should the account be deleted again.
    const found = visiblePeople(reference).filter(
      ({ state, bound, twinOf, unseen }) => state === 'active' && bound && twinOf === undefined && !unseen,
    );
    if (found.length === 0) return undefined;
    return sets(random.pick(found), true, 'locked');
  },
};

const unlock: Sort = {
  weight: 3,
  propose: (reference, random) => {
    // Gap: the gateway is not told of the return, so what waits goes on waiting until the provider next writes the person.
    const found = visiblePeople(reference).filter(({ state, waits }) => state === 'locked' && !waits);
    return found.length === 0 ? undefined : sets(random.pick(found), false, 'active');
  },
};

/** A tombstone counts only while the entity is deleted. */
const revive: Sort = {
  weight: 2,
  propose: (reference, random) => {
    // Collate does not let memberships of the inactive be taken away, so a deletion then leaves rows that return with the account.
    const found = [...reference.people.values()].filter(
      ({ state, waits, keepsRow }) => state === 'deleted' && !waits && keepsRow !== true,
    );
    return found.length === 0 ? undefined : sets(random.pick(found), false, 'active');
  },
};

function sets(person: Person, deleted: boolean, after: Person['state']): OutsideMove {
  return {
    kind: 'outside',
    text: `in Collate, an administrator ${deleted ? 'deletes' : 'restores'} ${person.email}`,
    act: (simulator) => {
      const { users } = simulator.state();
      const row = users.byId(person.id);
      if (row === undefined) throw new Error(`${person.email} is gone`);
      row.json = { ...row.json, deleted, updatedBy: admin, updatedAt: Date.now() };
      users.touch();
      person.state = after;
      person.unseen = true;
    },
  };
}

/** What people and administrators do in Collate itself. */
export const outsideMoves: readonly Sort[] = [newcomer, lock, unlock, revive];

/** What is seen at once only where nothing is kept from earlier look-ups. */
export const unannounced: readonly Sort[] = [twin];
