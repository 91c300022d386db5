import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { type Controls, control, dumpState, type StateDump } from './control.ts';
import { type Fault, Faults } from './faults.ts';
import { type Generation, type GenerationRules, rulesOf } from './generation.ts';
import { ApiError, httpFailure, inGeneration, refuse, unhandled, wrongMethod } from './http/api-error.ts';
import { authenticate } from './http/authenticate.ts';
import type { Actor, Context, Reply, Settings } from './http/context.ts';
import { JwtIssuer } from './http/jwt.ts';
import { type Route, Router } from './http/router.ts';
import { type Call, createHttpServer, parseBody, type RawRequest } from './http/server.ts';
import { allowBot, type BotRights, type Operations, operationsOfBot } from './rights/bot-rights.ts';
import { accessRoutes } from './routes/access.ts';
import { inShape } from './routes/answer-shape.ts';
import { documentRoutes } from './routes/documents.ts';
import { eventRoutes, recordWrite } from './routes/events.ts';
import { membershipRoutes } from './routes/membership.ts';
import { permissionRoutes } from './routes/permissions.ts';
import { earlierSystemRoutes, laterSystemRoutes, systemRoutes } from './routes/system.ts';
import { laterTeamRoutes, teamRoutes } from './routes/teams.ts';
import { tokenRoutes } from './routes/tokens.ts';
import { userRoutes } from './routes/users.ts';
import { bootstrapIds, plant } from './seed.ts';
import { SimulatorState } from './state/state.ts';

export interface SimulatorOptions {
  readonly generation?: Generation;
  readonly host?: string;
  /** 0, the default, selects a free port. */
  readonly port?: number;
  /** The token of the gateway's bot; random when absent. */
  readonly token?: string;
  /** The token of the administrator; random when absent. */
  readonly adminToken?: string;
  /** What the gateway's bot may do; `full` when absent. */
  readonly bot?: BotRights;
  readonly users?: number;
  readonly groups?: number;
  readonly seed?: number;
  /** Milliseconds before each answer. */
  readonly latencyMs?: number;
  /** Milliseconds between the read and the write of a PATCH, in which concurrent writes are lost. */
  readonly raceMs?: number;
  /** Whether the gateway's bot may use the document store; true when absent. */
  readonly documentStore?: boolean;
  /** Answer 500 to calls that the gateway must not make: PUT of users and teams, empty patches, If-Match. */
  readonly strict?: boolean;
  readonly quota?: number;
  readonly principalClaims?: readonly string[];
  readonly basicAuth?: boolean;
  readonly clock?: () => number;
}

/** A running simulator of one server generation. */
export interface CollateSimulator extends AsyncDisposable {
  readonly url: string;
  readonly token: string;
  readonly adminToken: string;
  readonly generation: Generation;
  /** The stored entities themselves, for tests to read and change. */
  state(): SimulatorState;
  dump(): StateDump;
  calls(): readonly Call[];
  clearCalls(): void;
  /** The number of unfinished API calls, including those whose client has disconnected. */
  pending(): number;
  /** The number of calls struck by the armed faults. */
  struck(): number;
  arm(faults: readonly Fault[]): void;
  clearFaults(): void;
  reset(): void;
  /** Replaces what the policy of the gateway's bot allows on the named resources. */
  allow(operations: Operations): void;
  /** A token that the server accepts, for the user with a name. */
  mintToken(
    name: string,
    claims?: Readonly<Record<string, unknown>>,
    header?: Readonly<Record<string, unknown>>,
  ): string;
}

/** Starts a simulated Collate and resolves when it listens. */
export async function createCollateSimulator(options: SimulatorOptions = {}): Promise<CollateSimulator> {
  const simulation = new Simulation(options);
  const server = createHttpServer(simulation);
  server.listen(options.port ?? 0, options.host ?? '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('The simulator listens on no port.');
  simulation.base = `http://${options.host ?? '127.0.0.1'}:${address.port}`;
  return {
    url: simulation.base,
    token: simulation.settings.token,
    adminToken: simulation.settings.adminToken,
    generation: simulation.generation,
    state: () => simulation.state(),
    dump: () => dumpState(simulation.state()),
    calls: () => simulation.calls,
    clearCalls: () => simulation.calls.splice(0),
    pending: () => simulation.pending,
    struck: () => simulation.faults.struck,
    arm: (faults) => simulation.faults.arm(faults),
    clearFaults: () => simulation.faults.clear(),
    reset: () => simulation.reset(),
    allow: (operations) => allowBot(simulation.state(), operations),
    mintToken: (name, claims, header) =>
      simulation.issuer.sign({ sub: name, email: `${name}@example.com`, ...claims }, header),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

class Simulation implements Controls {
  readonly generation: Generation;
  readonly settings: Settings;
  readonly faults = new Faults();
  readonly calls: Call[] = [];
  readonly issuer = new JwtIssuer();
  readonly latencyMs: number;
  readonly refusesBadPaths: boolean;
  base = '';
  pending = 0;
  readonly #options: SimulatorOptions;
  readonly #router: Router;
  #state: SimulatorState;

  constructor(options: SimulatorOptions) {
    this.#options = options;
    this.generation = options.generation ?? '1.12';
    this.latencyMs = options.latencyMs ?? 0;
    this.refusesBadPaths = rulesOf(this.generation).refusesBadPaths;
    this.settings = toSettings(options);
    this.#router = new Router(routesOf(this.generation));
    this.#state = this.#plant();
  }

  state(): SimulatorState {
    return this.#state;
  }

  reset(): void {
    this.#state = this.#plant();
    this.faults.clear();
    this.calls.length = 0;
  }

  onArrival(): void {
    this.pending += 1;
  }

  onCall(call: Call): void {
    this.pending -= 1;
    this.calls.push(call);
  }

  async answer(request: RawRequest): Promise<Reply> {
    if (request.segments[0] === '_simulator') return control(request, this);
    return this.#answerApi(request).catch((error: unknown) => {
      throw error instanceof ApiError ? this.#withChallenge(inGeneration(this.#state.rules, error)) : error;
    });
  }

  async #answerApi(request: RawRequest): Promise<Reply> {
    const { rules } = this.#state;
    const [api, version, ...rest] = request.segments;
    if (rest.at(-1) === '') rest.pop();
    const method = request.method === 'HEAD' ? 'GET' : request.method;
    const match = api === 'api' && version === 'v1' ? this.#router.find(method, rest) : undefined;
    if (method === 'OPTIONS' && match !== undefined)
      return { status: 200, body: '', headers: { allow: this.#router.allowed(rest) } };
    if (match === undefined) throw failureOfPath(request, rules, this.base);
    if (match === 'method') throw wrongMethod(rules, this.#router.allowed(rest));
    const actor =
      match.route.open === true
        ? anonymous
        : authenticate(request.headers['authorization'], this.#state, this.settings, this.issuer);
    if (this.settings.strict) assertStrict(request);
    assertMediaType(request, rules);
    assertAcceptable(request, rules);
    const context = this.#context(request, match.params, actor);
    const reply = inShape(rules, match.route, await match.route.handler(context));
    recordWrite(context, match.route, reply);
    return reply;
  }

  #context(request: RawRequest, params: Readonly<Record<string, string>>, actor: Actor): Context {
    return {
      state: this.#state,
      view: { state: this.#state, base: this.base },
      params,
      query: request.query,
      headers: request.headers,
      body: bodyOf(request, this.#state.rules),
      actor,
      issuer: this.issuer,
      settings: this.settings,
      yield: (part = 1) => wait(this.settings.raceMs * part),
      strikeInside: () => this.faults.strike(request.call, 'inside'),
    };
  }

  #withChallenge(error: ApiError): ApiError {
    if (!this.#state.rules.challengesOnErrors) return error;
    const { status, body, headers } = error;
    if (!error.isChallenged || ![401, 403, 404, 409, 412].includes(status)) return error;
    return new ApiError(status, body, { ...headers, 'www-authenticate': 'om-auth' });
  }

  #plant(): SimulatorState {
    const { clock = Date.now, users = 0, groups = 0, seed = 1 } = this.#options;
    const state = new SimulatorState(rulesOf(this.generation), clock, bootstrapIds(seed));
    plant(state, { users, groups, seed, bot: botRights(this.#options) });
    return state;
  }
}

const anonymous: Actor = { name: '', row: undefined, isAdmin: false, isBot: false };

/** Without the document store the bot keeps its other operations. */
function botRights({ bot = 'full', documentStore = true }: SimulatorOptions): BotRights {
  if (documentStore || bot === 'none') return bot;
  const { document: _document, ...others } = operationsOfBot(bot);
  return others;
}

function toSettings(options: SimulatorOptions): Settings {
  return {
    token: options.token ?? randomBytes(32).toString('base64url'),
    adminToken: options.adminToken ?? randomBytes(32).toString('base64url'),
    raceMs: options.raceMs ?? 3,
    strict: options.strict ?? false,
    quota: options.quota ?? Number.POSITIVE_INFINITY,
    principalClaims: options.principalClaims ?? ['email', 'preferred_username', 'sub'],
    basicAuth: options.basicAuth ?? false,
  };
}

function routesOf(generation: Generation): readonly Route[] {
  const rules = rulesOf(generation);
  return [
    ...userRoutes,
    ...teamRoutes,
    ...systemRoutes,
    ...eventRoutes,
    ...tokenRoutes,
    ...accessRoutes,
    ...permissionRoutes,
    ...(generation === '1.1' ? earlierSystemRoutes : [...laterSystemRoutes, ...laterTeamRoutes]),
    ...(rules.hasMembershipEndpoints ? membershipRoutes : []),
    ...(rules.hasDocumentStore ? documentRoutes : []),
  ];
}

/** Paths outside the API belong to the front end, whose health check fails. */
function failureOfPath({ segments }: RawRequest, rules: GenerationRules, base: string): ApiError {
  if (segments.join('/') !== 'healthcheck') return httpFailure(rules, 404, 'Not Found');
  const headers = { 'cache-control': 'must-revalidate,no-cache,no-store' };
  return rules.generation === '1.1'
    ? new ApiError(404, { servlet: 'static', message: 'Not Found', url: '/healthcheck', status: '404' }, headers)
    : new ApiError(
        500,
        { origin: 'static', message: initializerError, url: `${base}/healthcheck`, status: '500' },
        headers,
      );
}

const initializerError = 'java.lang.ExceptionInInitializerError';

/** @throws ApiError 400 when the body is malformed; 500 when it is that of a PATCH, in later generations. */
function bodyOf({ method, body }: RawRequest, rules: GenerationRules): unknown {
  try {
    return parseBody(body);
  } catch (error) {
    throw method === 'PATCH' && !rules.hidesNotFound ? refuse(500, 'Failed to parse JsonPatch') : error;
  }
}

function assertMediaType({ method, headers }: RawRequest, rules: GenerationRules): void {
  const type = headers['content-type']?.split(';')[0]?.trim();
  if ((method !== 'POST' && method !== 'PUT') || type === undefined || type === 'application/json') return;
  throw httpFailure(rules, 415, 'Unsupported Media Type');
}

function assertAcceptable({ headers }: RawRequest, rules: GenerationRules): void {
  const accept = headers['accept'];
  if (accept === undefined || /\*\/\*|application\/\*|application\/json/.test(accept)) return;
  throw httpFailure(rules, 406, 'Not Acceptable');
}

/** @throws ApiError 500 when a call is one that the gateway must not make, although the server accepts it. */
function assertStrict({ method, segments, headers, body }: RawRequest): void {
  const path = segments.slice(2).join('/');
  const broken =
    (method === 'PUT' && /^(users|teams)$/.test(path) && 'PUT of a whole user or team') ||
    (method === 'PATCH' && body.trim() === '[]' && 'an empty patch') ||
    (headers['if-match'] !== undefined && 'If-Match');
  if (broken !== false) throw unhandled(`strict: ${broken} is forbidden`);
}
