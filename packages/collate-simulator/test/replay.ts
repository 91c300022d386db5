import { readFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import type { CollateSimulator } from '../src/index.ts';

/** One exchange with a real server, as recorded. */
export interface Exchange {
  readonly seq: number;
  readonly note: string;
  readonly request: {
    readonly method: string;
    readonly path: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body?: unknown;
    readonly rawBody?: string;
  };
  readonly response: {
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: unknown;
  };
}

/** A difference between the answers of the simulator and of the real server. */
export interface Mismatch {
  /** `01#26` */
  readonly id: string;
  readonly note: string;
  readonly what: string;
}

const uuid = /[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}/g;

/** The exchanges of a recording, without its summary. */
export function loadRecording(file: string): readonly Exchange[] {
  const lines = readFileSync(new URL(`./recordings/openmetadata-1.1/${file}.jsonl`, import.meta.url), 'utf8')
    .trim()
    .split('\n');
  return lines.map((line) => JSON.parse(line)).filter((exchange) => exchange.request !== undefined);
}

/** Replays recordings on one simulator in sequence, and maps recorded ids to the simulator's by comparing the answers. */
export class Replay {
  readonly #simulator: CollateSimulator;
  readonly #setElapsed: (milliseconds: number) => void;
  readonly #ids = new Map<string, string>();
  readonly #tokens = new Map<string, string>();
  readonly #generated: string[] = [];
  /** The token of the bot that the first recording creates. */
  #botToken = '';
  readonly mismatches: Mismatch[] = [];
  exchanges = 0;

  constructor(simulator: CollateSimulator, setElapsed: (milliseconds: number) => void) {
    this.#simulator = simulator;
    this.#setElapsed = setElapsed;
  }

  async play(file: string): Promise<void> {
    this.#generated.length = 0;
    for (const exchange of loadRecording(file)) {
      this.exchanges += 1;
      this.#advance(exchange.note);
      const answer = await this.#send(exchange);
      this.#learn(exchange.response.body, answer.body);
      if (isObject(answer.body) && 'JWTToken' in answer.body && exchange.request.method === 'PUT')
        this.#generated.push(String(answer.body.JWTToken));
      if (file === '00-bootstrap' && isObject(answer.body) && 'JWTToken' in answer.body)
        this.#botToken = String(answer.body.JWTToken);
      const difference = compare(exchange.response, answer);
      if (difference !== undefined)
        this.mismatches.push({ id: `${file.split('-')[0]}#${exchange.seq}`, note: exchange.note, what: difference });
    }
  }

  /** A note such as `90 s after …` sets the simulator's clock. */
  #advance(note: string): void {
    const seconds = /^(\d+) s after/.exec(note)?.[1];
    if (seconds !== undefined) this.#setElapsed(Number(seconds) * 1000);
  }

  async #send({ request, note }: Exchange): Promise<Exchange['response']> {
    const headers = Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, this.#header(name, value, note)]),
    );
    const text = request.rawBody ?? (request.body === undefined ? undefined : JSON.stringify(request.body));
    const body = text === undefined ? undefined : this.#translate(text);
    const path = this.#translate(request.path);
    const answer = await exchangeRaw(this.#simulator.url, { method: request.method, path, headers, body });
    return { status: answer.status, headers: answer.headers, body: parse(answer.body) };
  }

  #header(name: string, value: string, note: string): string {
    const bearer = /^Bearer <(\w+)>$/.exec(value)?.[1];
    return name === 'Authorization' && bearer !== undefined ? `Bearer ${this.#token(bearer, note)}` : value;
  }

  #token(name: string, note: string): string {
    const users: Readonly<Record<string, string>> = {
      admin: 'admin',
      nonadmin: 'plain.person',
      unknownuser: 'nobody.here',
      gone: 'gone.person',
    };
    if (name === 'bot') return this.#botToken;
    if (name === 'expired') return this.#simulator.mintToken('admin', { exp: 1 });
    const claims = /claims=(\{.*?\})/.exec(note)?.[1];
    if (claims !== undefined)
      return this.#simulator.mintToken('x', { sub: 'x', email: undefined, ...JSON.parse(claims) });
    const generated = ['bot2a', 'old'].includes(name)
      ? (this.#generated.at(-2) ?? this.#generated.at(-1))
      : this.#generated.at(-1);
    if (/^(bot2a|bot2b|old|new|tok1)$/.test(name) && generated !== undefined) return generated;
    const known = this.#tokens.get(name) ?? this.#simulator.mintToken(users[name] ?? name);
    this.#tokens.set(name, known);
    return known;
  }

  #translate(text: string): string {
    return text.replace(uuid, (id) => this.#ids.get(id) ?? id);
  }

  /** Maps each recorded id to the id in the same place of the simulator's answer. */
  #learn(recorded: unknown, actual: unknown): void {
    if (typeof recorded === 'string' && typeof actual === 'string') {
      const [left, right] = [recorded.match(uuid)?.[0], actual.match(uuid)?.[0]];
      if (left !== undefined && right !== undefined && !this.#ids.has(left)) this.#ids.set(left, right);
      return;
    }
    if (typeof recorded !== 'object' || typeof actual !== 'object' || recorded === null || actual === null) return;
    for (const [key, value] of Object.entries(recorded)) this.#learn(value, Reflect.get(actual, key));
  }
}

interface RawExchange {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

/** Sends the path unchanged; `fetch` would normalise `/name/..`. */
function exchangeRaw(
  base: string,
  { method, path, headers, body }: RawExchange,
): Promise<{ status: number; headers: Record<string, string>; body: string }> {
  const { hostname, port } = new URL(base);
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest({ hostname, port, method, path, headers }, async (response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of response) chunks.push(chunk);
      const single = Object.entries(response.headers).map(([name, value]) => [name, String(value)]);
      resolve({
        status: response.statusCode ?? 0,
        headers: Object.fromEntries(single),
        body: Buffer.concat(chunks).toString('utf8'),
      });
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

function compare(recorded: Exchange['response'], actual: Exchange['response']): string | undefined {
  if (recorded.status !== actual.status)
    return `status ${actual.status} instead of ${recorded.status}: ${short(actual.body)}`;
  for (const name of ['Content-Type', 'X-OpenMetadata-Change']) {
    const [left, right] = [recorded.headers[name] ?? '', actual.headers[name.toLowerCase()] ?? ''];
    if (left !== right) return `${name} ${right} instead of ${left}`;
  }
  if ((recorded.headers['Location'] === undefined) !== (actual.headers['location'] === undefined)) return 'Location';
  return difference(recorded.body, actual.body, '');
}

/** The first place where the shapes differ. Of messages, only the beginnings are compared. */
function difference(recorded: unknown, actual: unknown, path: string): string | undefined {
  if (/\/(changeDescription|profile|authenticationMechanism)$/.test(path)) return undefined;
  if (/message$/i.test(path)) return compareTexts(String(recorded), String(actual), path);
  if (Array.isArray(recorded) && Array.isArray(actual)) return compareLists(recorded, actual, path);
  if (isObject(recorded) && isObject(actual)) return compareObjects(recorded, actual, path);
  const trimmed = typeof recorded === 'string' && recorded.startsWith('<');
  return trimmed || typeof recorded === typeof actual
    ? undefined
    : `${path} is ${typeof actual} instead of ${typeof recorded}`;
}

function compareLists(recorded: readonly unknown[], actual: readonly unknown[], path: string): string | undefined {
  if (recorded.some((item) => typeof item === 'string' && item.startsWith('<'))) return undefined;
  if (recorded.length !== actual.length) return `${path} has ${actual.length} items instead of ${recorded.length}`;
  return recorded.length === 0 ? undefined : difference(recorded[0], actual[0], `${path}/0`);
}

function compareObjects(recorded: object, actual: object, path: string): string | undefined {
  const [left, right] = [Object.keys(recorded).sort(), Object.keys(actual).sort()];
  if (left.join() !== right.join()) {
    const missing = left.filter((key) => !right.includes(key));
    const extra = right.filter((key) => !left.includes(key));
    return `${path} lacks [${missing.join()}], has besides [${extra.join()}]`;
  }
  for (const key of left) {
    const found = difference(Reflect.get(recorded, key), Reflect.get(actual, key), `${path}/${key}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Compares messages without ids, source positions and long tails, and lists of violations in any order. */
function compareTexts(recorded: string, actual: string, path: string): string | undefined {
  const normal = (text: string) => {
    const bare =
      text
        .replace(uuid, 'ID')
        .split('\n at [')[0]
        ?.replace(/\\n at \[.*/s, '')
        .slice(0, 70) ?? '';
    const list = /^\[(.*?)\]?$/.exec(bare)?.[1];
    return list === undefined ? bare : [...(/^\[(.*)\]$/s.exec(text)?.[1] ?? list).split(', ')].sort().join();
  };
  return normal(recorded) === normal(actual)
    ? undefined
    : `${path} "${normal(actual)}" instead of "${normal(recorded)}"`;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The recording contains such a body as text, too.
    return text;
  }
}

function short(value: unknown): string {
  return (JSON.stringify(value) ?? '').slice(0, 120);
}
