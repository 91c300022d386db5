import { request as httpRequest } from 'node:http';
import type { CollateSimulator } from '../../src/index.ts';
import type { Compare } from './compare.ts';
import { type Answered, type Exchange, isObject, loadRecording, nameOf, type Recordings, uuid } from './recording.ts';

/** A difference between the answers of the simulator and of the real server. */
export interface Mismatch {
  /** `01#26` */
  readonly id: string;
  readonly note: string;
  readonly what: string;
}

/** What to replay, and how. */
export interface ReplayOptions {
  readonly folder: Recordings;
  readonly compare: Compare;
  /** Sets the time, in milliseconds after the start. */
  setElapsed(milliseconds: number): void;
  /** Whether an exchange is neither sent nor compared. */
  readonly skips?: (id: string, exchange: Exchange) => boolean;
  /** Makes an entity that a request names although no recorded request has made it. */
  readonly prepare?: (text: string, replay: Replay) => Promise<void>;
}

/** Milliseconds after which a call counts as never answered, if the recorded one was not. */
const patienceMs = 300;

/** Replays recordings on one simulator in sequence, and maps recorded ids to the simulator's by comparing the answers. */
export class Replay {
  readonly simulator: CollateSimulator;
  readonly #options: ReplayOptions;
  readonly #ids = new Map<string, string>();
  readonly #tokens = new Map<string, string>();
  /** The simulator's entity tag for each recorded one. */
  readonly #tags = new Map<string, string>();
  readonly #generated: string[] = [];
  /** The token of the bot that the first recording creates. */
  #botToken = '';
  readonly mismatches: Mismatch[] = [];
  exchanges = 0;

  constructor(simulator: CollateSimulator, options: ReplayOptions) {
    this.simulator = simulator;
    this.#options = options;
  }

  async play(file: string): Promise<void> {
    this.#generated.length = 0;
    for (const exchange of loadRecording(this.#options.folder, file)) {
      const id = nameOf(file, exchange);
      if (this.#options.skips?.(id, exchange) !== true) await this.#exchange(id, exchange);
    }
  }

  /** The token of the gateway's bot, which the first recording creates. */
  get botToken(): string {
    return this.#botToken;
  }

  /** Whether the simulator's id for a recorded one is known. */
  knows(id: string): boolean {
    return this.#ids.has(id);
  }

  map(recorded: string, id: string): void {
    this.#ids.set(recorded, id);
  }

  async #exchange(id: string, exchange: Exchange): Promise<void> {
    this.exchanges += 1;
    this.#advance(exchange.note);
    const { request, response, note } = exchange;
    await this.#options.prepare?.(`${request.path} ${JSON.stringify(request.body ?? '')}`, this);
    const answer = await this.#send(exchange);
    this.#learn(response.body, answer.body);
    this.#learnTag(response, answer);
    const token = isObject(answer.body) ? String(answer.body['JWTToken'] ?? '') : '';
    if (isJwt(token) && this.#generated.at(-1) !== token) this.#generated.push(token);
    if (id.startsWith('00#') && isJwt(token)) this.#botToken = token;
    const what = this.#options.compare(response, answer);
    if (what !== undefined) this.mismatches.push({ id, note, what });
  }

  /** A note such as `90 s after …` sets the simulator's clock. */
  #advance(note: string): void {
    const seconds = /^(\d+) s after/.exec(note)?.[1];
    if (seconds !== undefined) this.#options.setElapsed(Number(seconds) * 1000);
  }

  async #send({ request, response, note }: Exchange): Promise<Answered> {
    const headers: Record<string, string> = {};
    for (const [name, value] of Object.entries(request.headers)) headers[name] = await this.#header(name, value, note);
    const text = request.rawBody ?? (request.body === undefined ? undefined : JSON.stringify(request.body));
    const body = text === undefined ? undefined : this.translate(text);
    const path = this.translate(request.path);
    const answer = await exchangeRaw(this.simulator.url, {
      method: request.method,
      path,
      headers,
      body,
      isAnswered: response.status !== 0,
    });
    return { status: answer.status, headers: answer.headers, body: parse(answer.body) };
  }

  async #header(name: string, value: string, note: string): Promise<string> {
    const bearer = /^Bearer <([\w.-]+)>$/.exec(value)?.[1];
    const claims = /claims=(\{.*?\})/.exec(note)?.[1];
    if (value === 'Bearer <jwt masked>' && claims !== undefined) return `Bearer ${this.#tokenWith(claims)}`;
    if (name === 'Authorization' && bearer !== undefined) return `Bearer ${await this.#token(bearer, note)}`;
    if (name !== 'If-Match') return value;
    return value.replace(/"([\da-f]{16})(--gzip)?"/g, (_tag, digest: string, suffix = '') => {
      const known = this.#tags.get(`"${digest}"`) ?? `"${digest}"`;
      return known.replace(/"$/, `${suffix}"`);
    });
  }

  async #token(name: string, note: string): Promise<string> {
    const users: Readonly<Record<string, string>> = {
      admin: 'admin',
      nonadmin: 'plain.person',
      unknownuser: this.#options.folder === 'openmetadata-1.1' ? 'nobody.here' : 'nobody.at.all',
      gone: 'gone.person',
    };
    if (name === 'bot') return this.#botToken;
    if (name === 'expired') return this.simulator.mintToken('admin', { exp: 1 });
    const claims = /claims=(\{.*?\})/.exec(note)?.[1];
    if (claims !== undefined) return this.#tokenWith(claims);
    const generated = ['bot2a', 'old'].includes(name)
      ? (this.#generated.at(-2) ?? this.#generated.at(-1))
      : this.#generated.at(-1);
    if (/^(bot2a|bot2b|old|new|tok1)$/.test(name) && generated !== undefined) return generated;
    const bot = /^b[A-Z]$/.test(name) ? `bot-${name.slice(1).toLowerCase()}` : name;
    const known =
      this.#tokens.get(name) ?? (await this.#tokenOfBot(bot)) ?? this.simulator.mintToken(users[name] ?? bot);
    this.#tokens.set(name, known);
    return known;
  }

  #tokenWith(claims: string): string {
    return this.simulator.mintToken('x', { sub: 'x', email: undefined, ...JSON.parse(claims) });
  }

  /** The token that an administrator reads; undefined when no bot has the name or it has no token. */
  async #tokenOfBot(name: string): Promise<string | undefined> {
    const headers = { authorization: `Bearer ${this.simulator.adminToken}` };
    const read = async (path: string): Promise<unknown> =>
      (await fetch(`${this.simulator.url}/api/v1/users/${path}`, { headers })).json();
    const user = await read(`name/${encodeURIComponent(name)}`);
    if (!isObject(user) || user['isBot'] !== true) return undefined;
    const answer = await read(`token/${String(user['id'])}`);
    return isObject(answer) && isJwt(String(answer['JWTToken'])) ? String(answer['JWTToken']) : undefined;
  }

  /** The text with the simulator's ids for the recorded ones. */
  translate(text: string): string {
    return text.replace(uuid, (id) => this.#ids.get(id) ?? id);
  }

  #learnTag(recorded: Answered, actual: Answered): void {
    const [left, right] = [recorded.headers['ETag'], actual.headers['etag']];
    if (left !== undefined && right !== undefined && /^"[\da-f]{16}"$/.test(left)) this.#tags.set(left, right);
  }

  /** Maps each recorded id to the id in the same place of the simulator's answer. */
  #learn(recorded: unknown, actual: unknown): void {
    if (typeof recorded === 'string' && typeof actual === 'string') {
      const [left, right] = [recorded.match(uuid)?.[0], actual.match(uuid)?.[0]];
      if (left !== undefined && right !== undefined && !this.#ids.has(left)) this.#ids.set(left, right);
      return;
    }
    if (typeof recorded !== 'object' || typeof actual !== 'object' || recorded === null || actual === null) return;
    // Two entities in the same place of a list need not be the same.
    const names = [recorded, actual].map((value) => Reflect.get(value, 'name'));
    if (names[0] !== undefined && names[0] !== names[1]) return;
    for (const [key, value] of Object.entries(recorded)) this.#learn(value, Reflect.get(actual, key));
  }
}

/** Whether a text is a signed token, not the ciphertext of one. */
function isJwt(text: string): boolean {
  return text.split('.').length === 3;
}

interface RawExchange {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  readonly isAnswered: boolean;
}

interface RawAnswer {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** Sends the path unchanged; `fetch` would normalise `/name/..`. Status 0 stands for no answer. */
function exchangeRaw(base: string, { isAnswered, body, ...call }: RawExchange): Promise<RawAnswer> {
  const { hostname, port } = new URL(base);
  const none: RawAnswer = { status: 0, headers: {}, body: '' };
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(
      { hostname, port, ...call, ...(isAnswered ? {} : { timeout: patienceMs }) },
      async (response) => {
        const chunks: Buffer[] = [];
        for await (const chunk of response) chunks.push(chunk);
        const single = Object.entries(response.headers).map(([name, value]) => [name, String(value)]);
        resolve({
          status: response.statusCode ?? 0,
          headers: Object.fromEntries(single),
          body: Buffer.concat(chunks).toString('utf8'),
        });
      },
    );
    outgoing.on('timeout', () => {
      if (isAnswered) return;
      resolve(none);
      outgoing.destroy();
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The recording contains such a body as text, too.
    return text;
  }
}
