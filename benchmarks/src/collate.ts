import { collateToken } from './product.ts';
import type { ServerProcess } from './server-process.ts';

/** What the simulated Collate holds, as far as measurements look at it. */
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

/** Looks at, and prepares, a simulated Collate past the gateway. */
export interface Collate {
  state(): Promise<CollateState>;
  /** The calls since this was last asked. */
  takeCalls(): Promise<readonly { readonly method: string; readonly path: string }[]>;
  fill(team: string, ids: readonly string[]): Promise<void>;
  /** Takes somebody out of a team by its id. */
  remove(team: string, person: string): Promise<void>;
  fault(faults: readonly object[]): Promise<void>;
}

/** The people and teams of a state that measurements are made with, in the order in which they were seeded. */
export function peopleOf(state: CollateState): readonly string[] {
  return state.users.filter(({ name }) => /^user\d+$/.test(name)).map(({ id }) => id);
}

export function createCollate({ url }: ServerProcess): Collate {
  const ask = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const answer = await fetch(`${url}${path}`, {
      method,
      headers: { authorization: `Bearer ${collateToken}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${method} ${path} of the simulator answered ${answer.status}`);
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
    remove: async (team, person) => {
      await ask('DELETE', `/api/v1/teams/${team}/users/${person}`);
    },
    fault: async (faults) => {
      await ask('PUT', '/_simulator/faults', faults);
    },
  };
}
