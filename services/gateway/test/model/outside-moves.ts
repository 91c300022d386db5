import type { OutsideMove, Sort } from './move.ts';
import { type ModelUser, type Reference, visibleUsers } from './reference.ts';
import { addresses } from './user-moves.ts';

const admin = 'admin';

/** A user logs in for whom the provider created no account. */
const newcomer: Sort = {
  weight: 3,
  propose: (reference, random) => {
    const email = random.pick(addresses);
    if ([...reference.people.values()].some((person) => person.email === email)) return undefined;
    return logsIn(email, undefined, reference);
  },
};

/** A user whose address the provider changed logs in with the new one, which creates a twin account. */
const twin: Sort = {
  weight: 3,
  propose: (reference, random) => {
    const people = visibleUsers(reference);
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
      const state = { bound: false, state: 'active', unseen: true, twinOf } as const;
      reference.people.set(id, { id, email, ...values, ...state });
    },
  };
}

/** An administrator deletes an account in Collate, which the provider cannot undo. */
const lock: Sort = {
  weight: 2,
  propose: (reference, random) => {
    // A user restored in Collate and not written since is still a tombstone, should the account be deleted again.
    const found = visibleUsers(reference).filter(
      ({ state, bound, twinOf, unseen }) => state === 'active' && bound && twinOf === undefined && !unseen,
    );
    if (found.length === 0) return undefined;
    return sets(random.pick(found), true, 'locked');
  },
};

const unlock: Sort = {
  weight: 3,
  propose: (reference, random) => {
    const found = visibleUsers(reference).filter((person) => person.state === 'locked' && isSettled(person));
    return found.length === 0 ? undefined : sets(random.pick(found), false, 'active');
  },
};

/** An administrator restores a deleted account; its tombstone counts only while the account is deleted. */
const revive: Sort = {
  weight: 2,
  propose: (reference, random) => {
    const found = [...reference.people.values()].filter((person) => person.state === 'deleted' && isSettled(person));
    return found.length === 0 ? undefined : sets(random.pick(found), false, 'active');
  },
};

/** Known gap: the gateway does not notice the restore, so a new display name stays pending until the next write. */
function isSettled({ pendingName }: ModelUser): boolean {
  return pendingName !== true;
}

function sets(person: ModelUser, deleted: boolean, after: ModelUser['state']): OutsideMove {
  return {
    kind: 'outside',
    text: `in Collate, an administrator ${deleted ? 'deletes' : 'restores'} ${person.email}`,
    act: (simulator) => {
      const { users } = simulator.state();
      const row = users.byId(person.id);
      if (row === undefined) throw new Error(`${person.email} has no account`);
      row.json = { ...row.json, deleted, updatedBy: admin, updatedAt: Date.now() };
      users.touch();
      person.state = after;
      person.unseen = true;
    },
  };
}

/** The moves of users and administrators in Collate itself. */
export const outsideMoves: readonly Sort[] = [newcomer, lock, unlock, revive];

/** Moves that a gateway notices at once only when it caches no look-ups. */
export const unannounced: readonly Sort[] = [twin];
