import type { Fault, Faults } from './faults.ts';
import { ApiError } from './http/api-error.ts';
import type { Reply } from './http/context.ts';
import type { Call, RawRequest } from './http/server.ts';
import { parseBody } from './http/server.ts';
import { allowBot, type Operations } from './rights/bot-rights.ts';
import { isObject, type Json } from './state/row.ts';
import type { SimulatorState } from './state/state.ts';

/** The parts of the simulator that the endpoints under `/_simulator` read and change. */
export interface Controls {
  state(): SimulatorState;
  readonly faults: Faults;
  readonly calls: Call[];
  reset(): void;
}

/** The server's data, for assertions. */
export interface StateDump {
  readonly users: readonly Json[];
  readonly teams: readonly Json[];
  readonly memberships: readonly { readonly team: string; readonly user: string }[];
  /** Memberships of ids that no user has. */
  readonly ghosts: readonly { readonly team: string; readonly userId: string }[];
  readonly documents: readonly Json[];
}

/** Answers a request under `/_simulator`. */
export function control({ method, segments, body }: RawRequest, controls: Controls): Reply {
  switch (`${method} ${segments.slice(1).join('/')}`) {
    case 'GET state':
      return { status: 200, body: dumpState(controls.state()) };
    case 'GET calls':
      return { status: 200, body: controls.calls };
    case 'DELETE calls':
      controls.calls.length = 0;
      return done;
    case 'PUT faults':
      controls.faults.arm(parseFaults(parseBody(body)));
      return done;
    case 'DELETE faults':
      controls.faults.clear();
      return done;
    case 'PUT rights':
      allowBot(controls.state(), parseOperations(parseBody(body)));
      return done;
    case 'POST reset':
      controls.reset();
      return done;
    default:
      throw new ApiError(404, { message: 'no such control endpoint' });
  }
}

const done: Reply = { status: 200, body: { done: true } };

/** The state as plain data, with the names of parents and members beside their ids. */
export function dumpState(state: SimulatorState): StateDump {
  const stored = [...state.teams.rows()].flatMap((team) =>
    [...state.memberships.usersOf(team.id)].map((id) => ({ team, id, user: state.users.byId(id) })),
  );
  const memberships = stored.flatMap(({ team, id, user }) =>
    user === undefined ? [] : [{ team: team.name, user: user.name, teamId: team.id, userId: id }],
  );
  const ghosts = stored.flatMap(({ team, id, user }) => (user === undefined ? [{ team: team.name, userId: id }] : []));
  const parents = (id: string) => {
    const names = (state.parents.get(id) ?? []).flatMap((parent) => state.teams.byId(parent)?.name ?? []);
    return names.length === 0 ? ['Organization'] : names;
  };
  return {
    users: [...state.users.rows()].map(({ json }) => ({ ...json, authenticationMechanism: undefined })),
    teams: [...state.teams.rows()].map(({ id, json }) => ({
      ...json,
      parents: json['teamType'] === 'Organization' ? [] : parents(id),
    })),
    memberships,
    ghosts,
    documents: [...state.documents.values()].map(({ json }) => json),
  };
}

const moments = ['before', 'inside', 'after'] as const;

function parseOperations(body: unknown): Operations {
  const entries = isObject(body) && !Array.isArray(body) ? Object.entries(body) : [];
  const isList = (value: unknown): value is readonly string[] =>
    Array.isArray(value) && value.every((name) => typeof name === 'string');
  const lists = entries.flatMap(([resource, names]) => (isList(names) ? [[resource, names] as const] : []));
  if (lists.length === 0 || lists.length < entries.length)
    throw new ApiError(400, { message: 'rights must be an object such as {"document": ["ViewAll"]}' });
  return Object.fromEntries(lists);
}

function parseFaults(body: unknown): readonly Fault[] {
  if (!Array.isArray(body)) throw new ApiError(400, { message: 'faults must be an array' });
  return body.map((fault: Partial<Fault>) => {
    const when = moments.find((moment) => moment === fault.when);
    if (typeof fault.match !== 'string' || when === undefined) {
      throw new ApiError(400, { message: `a fault must have "match" (a string) and "when" (${moments.join(', ')})` });
    }
    return { ...fault, match: fault.match, when };
  });
}
