import { request } from 'undici';
import { check } from './assertion.ts';
import { Placeholders } from './placeholders.ts';
import { isObject, valueAt } from './pointer.ts';
import { loadSession, type Provider, type Step } from './session.ts';
import { applies, type IsStored, storedBySchemas } from './stored.ts';

/** The server to play against, and the parts of the session to play. */
export interface PlayOptions {
  readonly provider: Provider;
  /** The SCIM base URL, such as `http://localhost:8080/scim/v2`. */
  readonly baseUrl: string;
  readonly token: string;
  /** `all`, or one of the session's variants. */
  readonly variant?: string;
  /** Whether to play optional steps as well. */
  readonly optional?: boolean;
  /** Whether an answer slower than its step allows is a failure; for benchmarks. */
  readonly checkLatency?: boolean;
  /** The attributes that the server stores; read from `/Schemas` when absent. */
  readonly stored?: IsStored;
}

/** A failed assertion. */
export interface AssertionFailure {
  /** The same in every run: `entra/20/unflagged#/emails`. */
  readonly id: string;
  readonly phase: string;
  readonly request: string;
  readonly expected: string;
  /** The actual value as text, shortened. */
  readonly actual: string;
}

/** The outcome of playing a session. */
export interface SessionReport {
  readonly provider: Provider;
  readonly variant: string;
  readonly steps: number;
  readonly passed: number;
  readonly failed: readonly AssertionFailure[];
  /** The number of assertions on attributes that the server does not store, and of optional steps. */
  readonly skipped: number;
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: unknown;
  readonly millis: number;
}

/** Plays a provider's session against a SCIM server. @returns the failed assertions and the counts. */
export async function playSession(options: PlayOptions): Promise<SessionReport> {
  const variant = options.variant ?? 'all';
  const steps = loadSession(options.provider, variant);
  const player = new Player(options, options.stored ?? storedBySchemas(await readSchemas(options)));
  for (const step of steps) {
    if (step.optional === true && options.optional !== true) player.skip();
    else await player.play(step);
  }
  return { provider: options.provider, variant, steps: steps.length, ...player.outcome };
}

/** The result of one assertion. */
interface Finding {
  /** The asserted place, such as `status` or `#/emails`. */
  readonly what: string;
  readonly holds: boolean;
  readonly expected: string;
  readonly actual: string;
}

class Player {
  readonly outcome: { passed: number; failed: AssertionFailure[]; skipped: number } = {
    passed: 0,
    failed: [],
    skipped: 0,
  };
  readonly #options: PlayOptions;
  readonly #isStored: IsStored;
  readonly #placeholders = new Placeholders();

  constructor(options: PlayOptions, isStored: IsStored) {
    this.#options = options;
    this.#isStored = isStored;
    this.#placeholders.set('token', options.token);
  }

  skip(): void {
    this.outcome.skipped += 1;
  }

  async play(step: Step): Promise<void> {
    const answer = await send(step, this.#options, this.#placeholders);
    for (const [name, pointer] of Object.entries(step.capture ?? {})) {
      const value = valueAt(answer.body, pointer);
      if (typeof value === 'string') this.#placeholders.set(name, value);
    }
    this.#judge(step, answer);
  }

  #judge(step: Step, answer: Answer): void {
    const { status, headers = {}, body = [], maxMillis } = step.expect;
    this.#record(step, {
      what: 'status',
      holds: status.includes(answer.status),
      expected: `one of ${status.join(', ')}`,
      actual: `${answer.status} ${shorten(answer.body)}`,
    });
    for (const [name, pattern] of Object.entries(headers)) {
      const value = String(answer.headers[name.toLowerCase()] ?? '');
      const wanted = this.#placeholders.fill(pattern);
      const holds = new RegExp(wanted, 'i').test(value);
      this.#record(step, { what: `header ${name}`, holds, expected: `matches ${wanted}`, actual: value });
    }
    for (const assertion of body) {
      if (!applies(assertion, step, this.#isStored)) {
        this.outcome.skipped += 1;
        continue;
      }
      const filled = { ...assertion, ...this.#fill(assertion) };
      const difference = check(filled, answer.body);
      this.#record(step, {
        what: `#${assertion.pointer}`,
        holds: difference === undefined,
        expected: difference?.expected ?? '',
        actual: shorten(difference?.actual),
      });
    }
    if (maxMillis === undefined || this.#options.checkLatency !== true) return;
    this.#record(step, {
      what: 'latency',
      holds: answer.millis <= maxMillis,
      expected: `at most ${maxMillis} ms`,
      actual: `${answer.millis} ms`,
    });
  }

  #fill(assertion: object): object {
    const filled = this.#placeholders.fillValue(assertion);
    return isObject(filled) ? filled : assertion;
  }

  #record(step: Step, { what, holds, expected, actual }: Finding): void {
    if (holds) {
      this.outcome.passed += 1;
      return;
    }
    const id = `${this.#options.provider}/${step.step}/${step.variant} ${what}`;
    const { method, path } = step.request;
    this.outcome.failed.push({ id, phase: step.phase, request: `${method} ${path}`, expected, actual });
  }
}

async function send(step: Step, options: PlayOptions, placeholders: Placeholders): Promise<Answer> {
  const { method, path, headers = {}, body, form } = step.request;
  const started = performance.now();
  const answer = await request(toUrl(placeholders.fill(path), options.baseUrl), {
    method,
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, placeholders.fill(value)])),
    body:
      form === undefined
        ? body === undefined
          ? null
          : JSON.stringify(placeholders.fillValue(body))
        : new URLSearchParams(form).toString(),
  });
  const text = await answer.body.text();
  return {
    status: answer.statusCode,
    headers: answer.headers,
    body: parse(text),
    millis: Math.round(performance.now() - started),
  };
}

/** Replaces the prefix `/scim/v2` of a session's path by the server's base URL, and keeps the path's encoding. */
function toUrl(path: string, baseUrl: string): string {
  const base = baseUrl.replace(/\/+$/, '');
  return path.startsWith('/scim/v2') ? `${base}${path.slice('/scim/v2'.length)}` : `${new URL(base).origin}${path}`;
}

async function readSchemas({ baseUrl, token }: PlayOptions): Promise<unknown> {
  const answer = await request(toUrl('/scim/v2/Schemas', baseUrl), { headers: { authorization: `Bearer ${token}` } });
  return parse(await answer.body.text());
}

function parse(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    // The report shows the text; the assertions on the body fail.
    return text;
  }
}

function shorten(value: unknown): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value);
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}
