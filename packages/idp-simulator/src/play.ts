import { request } from 'undici';
import { check } from './assertion.ts';
import { Placeholders } from './placeholders.ts';
import { valueAt } from './pointer.ts';
import { loadSession, type Provider, type Step } from './session.ts';
import { applies, type IsStored, storedBySchemas } from './stored.ts';

/** How a session is to be played. */
export interface PlayOptions {
  readonly provider: Provider;
  /** The SCIM base URL, such as `http://localhost:8080/scim/v2`. */
  readonly baseUrl: string;
  readonly token: string;
  /** `all`, or one of the session's variants. */
  readonly variant?: string;
  /** Whether optional steps are played as well. */
  readonly optional?: boolean;
  /** Whether answers that take longer than a step allows fail it; for benchmarks. */
  readonly checkLatency?: boolean;
  /** Which attributes the server stores; asked of `/Schemas` when absent. */
  readonly stored?: IsStored;
}

/** An assertion that did not hold. */
export interface AssertionFailure {
  /** The same in every run: `entra/20/unflagged#/emails`. */
  readonly id: string;
  readonly phase: string;
  readonly request: string;
  readonly expected: string;
  /** What was there instead, as short text. */
  readonly actual: string;
}

/** What playing a session came to. */
export interface SessionReport {
  readonly provider: Provider;
  readonly variant: string;
  readonly steps: number;
  readonly passed: number;
  readonly failed: readonly AssertionFailure[];
  /** Assertions about attributes that the server does not store, and steps that are optional. */
  readonly skipped: number;
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: unknown;
  readonly millis: number;
}

/** Plays a provider's session against a SCIM server and reports each assertion that does not hold. */
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

class Player {
  readonly outcome = { passed: 0, failed: [] as AssertionFailure[], skipped: 0 };
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
    this.#record(
      step,
      'status',
      status.includes(answer.status),
      `one of ${status.join(', ')}`,
      `${answer.status} ${shorten(answer.body)}`,
    );
    for (const [name, pattern] of Object.entries(headers)) {
      const value = String(answer.headers[name.toLowerCase()] ?? '');
      const wanted = this.#placeholders.fill(pattern);
      this.#record(step, `header ${name}`, new RegExp(wanted, 'i').test(value), `matches ${wanted}`, value);
    }
    for (const assertion of body) {
      if (!applies(assertion, step, this.#isStored)) {
        this.outcome.skipped += 1;
        continue;
      }
      const filled = { ...assertion, ...this.#fill(assertion) };
      const difference = check(filled, answer.body);
      this.#record(
        step,
        `#${assertion.pointer}`,
        difference === undefined,
        difference?.expected ?? '',
        shorten(difference?.actual),
      );
    }
    if (maxMillis === undefined || this.#options.checkLatency !== true) return;
    this.#record(step, 'latency', answer.millis <= maxMillis, `at most ${maxMillis} ms`, `${answer.millis} ms`);
  }

  #fill(assertion: object): object {
    const filled = this.#placeholders.fillValue(assertion);
    return typeof filled === 'object' && filled !== null ? filled : assertion;
  }

  #record(step: Step, what: string, holds: boolean, expected: string, actual: string): void {
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
    method: method as 'GET',
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

/** The session's paths begin with `/scim/v2`, whatever the server's base path is; its encoding stays as it is on the wire. */
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
    // Shown as it is: the assertion that expects JSON says what is wrong.
    return text;
  }
}

function shorten(value: unknown): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value);
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}
