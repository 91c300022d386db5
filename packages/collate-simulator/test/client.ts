import { type CollateSimulator, createCollateSimulator, type SimulatorOptions } from '../src/index.ts';

/** An answer of the server. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body when it is JSON, else an empty object. */
  readonly json: Readonly<Record<string, unknown>>;
}

/** A running simulator, and calls to it as the gateway's bot. */
export interface Client extends AsyncDisposable {
  readonly simulator: CollateSimulator;
  call(
    method: string,
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string | undefined>>,
  ): Promise<Answer>;
  user(name: string, more?: object): Promise<Answer>;
  team(name: string, more?: object): Promise<Answer>;
}

/** Starts a simulator without a race window, unless the options set one. */
export async function startClient(options: SimulatorOptions = {}): Promise<Client> {
  const simulator = await createCollateSimulator({ raceMs: 0, ...options });
  const call: Client['call'] = async (method, path, body, headers = {}) => {
    const type = method === 'PATCH' ? 'application/json-patch+json' : 'application/json';
    const sent = { authorization: `Bearer ${simulator.token}`, 'content-type': type, ...headers };
    const response = await fetch(path.startsWith('/') ? `${simulator.url}${path}` : `${simulator.url}/api/v1/${path}`, {
      method,
      headers: Object.fromEntries(
        Object.entries(sent).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
      ),
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, json: toObject(text) };
  };
  return {
    simulator,
    call,
    user: (name, more = {}) => call('POST', 'users', { name, email: `${name}@example.com`, ...more }),
    team: (name, more = {}) => call('POST', 'teams', { name, teamType: 'Group', ...more }),
    [Symbol.asyncDispose]: () => simulator[Symbol.asyncDispose](),
  };
}

function toObject(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    // A body that is not JSON has no members.
    return {};
  }
}

/** The id in an answer. */
export function idOf({ json }: Answer): string {
  return String(json['id']);
}
