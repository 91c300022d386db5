import { collateToken } from './product.ts';
import type { ServerProcess } from './server-process.ts';

/** The part of the simulated Collate's state that measurements read. */
export interface CollateState {
  readonly users: readonly {
    readonly id: string;
    readonly name: string;
    readonly displayName?: string;
    readonly isBot?: boolean;
  }[];
  readonly teams: readonly { readonly id: string; readonly name: string }[];
  readonly memberships: readonly { readonly teamId: string; readonly userId: string }[];
}

/** Reads and prepares a simulated Collate directly, past the gateway. */
export interface Collate {
  state(): Promise<CollateState>;
  /** The calls since the last `takeCalls`. */
  takeCalls(): Promise<readonly { readonly method: string; readonly path: string }[]>;
  /** Adds users, by id, to a team, by name. */
  fill(team: string, ids: readonly string[]): Promise<void>;
  /** Removes a user from a team, both by id. */
  remove(team: string, user: string): Promise<void>;
  fault(faults: readonly object[]): Promise<void>;
}

/** The ids of the users that the simulator was seeded with, in the order of their names. */
export function seededUsers(state: CollateState): readonly string[] {
  return state.users.filter(({ name }) => /^user\d+$/.test(name)).map(({ id }) => id);
}

export function createCollate({ url }: ServerProcess): Collate {
  const ask = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const answer = await fetch(`${url}${path}`, {
      method,
      headers: { authorization: `Bearer ${collateToken}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`The simulator answered ${answer.status} to ${method} ${path}`);
    return answer.json();
  };
  return {
    state: async () => (await ask('GET', '/_simulator/state')) as CollateState,
    takeCalls: async () => {
      const calls = (await ask('GET', '/_simulator/calls')) as { method: string; path: string }[];
      await ask('DELETE', '/_simulator/calls');
      return calls;
    },
    fill: async (team, ids) => {
      for (let start = 0; start < ids.length; start += 1000) {
        const assets = ids.slice(start, start + 1000).map((id) => ({ id, type: 'user' }));
        await ask('PUT', `/api/v1/teams/${team}/assets/add`, { assets });
      }
    },
    remove: async (team, user) => {
      await ask('DELETE', `/api/v1/teams/${team}/users/${user}`);
    },
    fault: async (faults) => {
      await ask('PUT', '/_simulator/faults', faults);
    },
  };
}
