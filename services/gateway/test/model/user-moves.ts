import { patchOf, userOf } from '../support/fixtures.ts';
import { filtered, type ProviderMove, replaceValue, type Sort } from './move.ts';
import type { Random } from './random.ts';
import { deactivateTwins, leaveAll, type ModelUser, type Reference, visibleUsers } from './reference.ts';

const names = Array.from({ length: 12 }, (_, index) => `p${index}`);
const words = ['Ada', 'Bo', 'Cyd', 'Dee'];

/** The initial address of a user. */
export function addressOf(name: string): string {
  return `${name}@example.com`;
}

/** The addresses of all users that may get an account. */
export const addresses: readonly string[] = names.map(addressOf);

/** The users that the provider may change: not locked by an administrator, and not twin accounts. */
function subjects(reference: Reference): readonly ModelUser[] {
  return visibleUsers(reference).filter(({ state, twinOf }) => state !== 'locked' && twinOf === undefined);
}

function draw(reference: Reference, random: Random, filter: (person: ModelUser) => boolean = () => true) {
  const found = subjects(reference).filter(filter);
  return found.length === 0 ? undefined : random.pick(found);
}

/** Records a write: it binds the account, and look-ups see it at once. */
function touch(person: ModelUser): void {
  person.bound = true;
  person.unseen = false;
  person.lacksDocument = false;
}

const create: Sort = {
  weight: 14,
  propose: (reference, random) => {
    const name = random.pick(names);
    const email = addressOf(name);
    const found = [...reference.people.values()].find((person) => person.email === email);
    const externalId = `ext-${name}-${random.oneIn(5) ? 'other' : 'own'}`;
    const displayName = `${random.pick(words)} ${name}`;
    // Otherwise the gateway may take the request for the repetition of an interrupted creation.
    if (found?.lacksDocument === true && found.displayName === displayName) return undefined;
    const givenName = `${random.pick(words)} Maria`;
    const fields = { externalId, displayName, name: { givenName, familyName: 'Example' } };
    const refusal = refuses(found, externalId);
    return {
      kind: 'provider',
      text: `POST ${email} as ${externalId}, ${displayName}`,
      request: ['POST', '/Users', userOf(name, fields)],
      ...(refusal ? { refusal: 409 } : {}),
      repeats: 409,
      find: filtered('/Users', 'userName', email),
      reads: [],
      writes: [`user ${found?.id ?? email}`, `address ${email}`],
      apply: (id) => {
        if (refusal) return;
        if (found?.state === 'deleted') leaveAll(id, reference);
        if (found !== undefined && found.id !== id) throw new Error(`${email} got another id: ${id}, not ${found.id}`);
        const values = { userName: email, externalId, displayName, givenName, familyName: 'Example' };
        const state = {
          bound: true,
          state: 'active',
          unseen: false,
          lacksDocument: false,
          pendingName: false,
        } as const;
        if (found === undefined) reference.people.set(id, { id, email, twinOf: undefined, ...values, ...state });
        else Object.assign(found, values, state);
      },
    };
  },
};

/** Whether a creation is refused: the account is bound, or deleted and of another externalId. */
function refuses(found: ModelUser | undefined, externalId: string): boolean {
  if (found === undefined) return false;
  if (found.state === 'deleted') return found.externalId !== externalId;
  return found.bound;
}

interface Edit {
  readonly text: string;
  readonly operations: readonly object[];
  readonly values: Partial<Pick<ModelUser, 'displayName' | 'givenName' | 'userName' | 'externalId'>>;
}

function edit(person: ModelUser, { text, operations, values }: Edit, reference: Reference): ProviderMove {
  return {
    kind: 'provider',
    text: `PATCH ${person.email}: ${text}`,
    request: ['PATCH', `/Users/${person.id}`, patchOf(...operations)],
    reads: [`user ${person.id}`],
    writes: [`values ${person.id}`],
    apply: () => {
      // Values that the account itself shows need no document, so a change of them and back leaves none.
      const lacked = person.lacksDocument === true && (values.displayName ?? person.displayName) === person.displayName;
      if (person.state !== 'active' && values.displayName !== undefined) person.pendingName = true;
      Object.assign(person, values);
      touch(person);
      person.lacksDocument = lacked;
      if (person.state === 'inactive') deactivateTwins(person, reference);
    },
  };
}

const rename: Sort = {
  weight: 8,
  propose: (reference, random) => {
    const person = draw(reference, random);
    if (person === undefined) return undefined;
    const displayName = `${random.pick(words)} ${random.pick(words)}`;
    const givenName = `${random.pick(words)} Jo`;
    const operations = [replaceValue('displayName', displayName), replaceValue('name.givenName', givenName)];
    // The name of an unbound user is derived from the display name; sending all parts makes it unambiguous.
    const familyName = replaceValue('name.familyName', person.familyName);
    return edit(
      person,
      {
        text: `displayName ${displayName}`,
        operations: [...operations, familyName],
        values: { displayName, givenName },
      },
      reference,
    );
  },
};

const renameLogin: Sort = {
  weight: 6,
  propose: (reference, random) => {
    const hasTwin = (id: string) => [...reference.people.values()].some(({ twinOf }) => twinOf === id);
    const person = draw(reference, random, ({ bound, id }) => bound && !hasTwin(id));
    if (person === undefined) return undefined;
    const name = person.email.split('@')[0] ?? '';
    const userName = random.pick([person.email, addressOf(`${name}-new`), `${name}-plain`]);
    const move = edit(
      person,
      { text: `userName ${userName}`, operations: [replaceValue('userName', userName)], values: { userName } },
      reference,
    );
    return { ...move, writes: [...move.writes, `address ${person.email}`] };
  },
};

/** Two users may not have one userName. A user who stays inactive keeps the userName, without a refusal. */
const takeLogin: Sort = {
  weight: 3,
  propose: (reference, random) => {
    const person = draw(reference, random, ({ state }) => state === 'active');
    const others = visibleUsers(reference).filter(({ id, unseen }) => id !== person?.id && !unseen);
    if (person === undefined || others.length === 0) return undefined;
    const other = random.pick(others);
    // A login under a changed address may have created a second user of that userName.
    if (other.userName === person.userName) return undefined;
    return {
      kind: 'provider',
      text: `PATCH ${person.email}: userName ${other.userName} of ${other.email}`,
      request: ['PATCH', `/Users/${person.id}`, patchOf(replaceValue('userName', other.userName))],
      refusal: 409,
      reads: [`user ${person.id}`, `active ${person.id}`, `user ${other.id}`, `values ${other.id}`],
      writes: [`values ${person.id}`],
      apply: () => undefined,
    };
  },
};

const identify: Sort = {
  weight: 3,
  propose: (reference, random) => {
    const person = draw(reference, random, ({ bound }) => bound);
    if (person === undefined) return undefined;
    const externalId = `ext-${person.email.split('@')[0]}-${random.pick(['own', 'other'])}`;
    const operations = [replaceValue('externalId', externalId)];
    return edit(person, { text: `externalId ${externalId}`, operations, values: { externalId } }, reference);
  },
};

const deactivate: Sort = {
  weight: 8,
  propose: (reference, random) => {
    const person = draw(reference, random);
    if (person === undefined) return undefined;
    return switched(person, false, () => {
      const before = person.state;
      person.state = 'inactive';
      if (before === 'active') touch(person);
      deactivateTwins(person, reference);
    });
  },
};

const reactivate: Sort = {
  weight: 9,
  propose: (reference, random) => {
    const person = draw(reference, random, ({ state }) => state === 'inactive');
    if (person === undefined) return undefined;
    return switched(person, true, () => {
      person.state = 'active';
      person.pendingName = false;
      touch(person);
    });
  },
};

const reactivateLocked: Sort = {
  weight: 2,
  propose: (reference, random) => {
    const locked = visibleUsers(reference).filter(({ state }) => state === 'locked');
    if (locked.length === 0) return undefined;
    return { ...switched(random.pick(locked), true, () => undefined), refusal: 403 };
  },
};

function switched(person: ModelUser, active: boolean, apply: () => void): ProviderMove {
  return {
    kind: 'provider',
    text: `PATCH ${person.email}: active ${active}`,
    request: ['PATCH', `/Users/${person.id}`, patchOf(replaceValue('active', active))],
    reads: [`user ${person.id}`],
    writes: [`active ${person.id}`, `values ${person.id}`],
    apply,
  };
}

const remove: Sort = {
  weight: 6,
  propose: (reference, random) => {
    const person = draw(reference, random);
    if (person === undefined) return undefined;
    return {
      kind: 'provider',
      text: `DELETE ${person.email}`,
      request: ['DELETE', `/Users/${person.id}`],
      repeats: 404,
      reads: [],
      writes: [`user ${person.id}`, `address ${person.email}`],
      apply: () => {
        deactivateTwins(person, reference);
        leaveAll(person.id, reference);
        person.state = 'deleted';
        touch(person);
      },
    };
  },
};

const look: Sort = {
  weight: 8,
  propose: (reference, random) => {
    const name = random.pick(names);
    const value = random.pick([addressOf(name), addressOf(`${name}-new`), `${name}-plain`]);
    const people = visibleUsers(reference);
    if (people.some(({ unseen }) => unseen)) return undefined;
    const ids = people.filter(({ userName }) => userName === value).map(({ id }) => id);
    return { kind: 'look', text: `look up userName ${value}`, path: filtered('/Users', 'userName', value), ids };
  },
};

const lookByExternalId: Sort = {
  weight: 5,
  propose: (reference, random) => {
    const value = `ext-${random.pick(names)}-${random.pick(['own', 'other'])}`;
    const people = visibleUsers(reference);
    if (people.some(({ unseen }) => unseen)) return undefined;
    const ids = people.filter(({ externalId }) => externalId === value).map(({ id }) => id);
    return { kind: 'look', text: `look up externalId ${value}`, path: filtered('/Users', 'externalId', value), ids };
  },
};

/** The moves of providers on users. */
export const userMoves: readonly Sort[] = [
  create,
  rename,
  renameLogin,
  takeLogin,
  identify,
  deactivate,
  reactivate,
  reactivateLocked,
  remove,
  look,
  lookByExternalId,
];
