import { readFileSync } from 'node:fs';

/** An identity provider with a recorded session. */
export type Provider = 'entra' | 'okta';

/** An assertion on one place of an answer. */
export interface BodyAssertion {
  /** A JSON pointer. @see https://www.rfc-editor.org/rfc/rfc6901 */
  readonly pointer: string;
  readonly equals?: unknown;
  readonly type?: 'string' | 'integer' | 'boolean' | 'object' | 'array';
  /** The value is missing, null or an empty list; with `strict`, it is missing. */
  readonly absent?: boolean;
  readonly strict?: boolean;
  readonly contains?: unknown;
  readonly notContains?: unknown;
  readonly length?: number;
  readonly emptyOrAbsent?: boolean;
  readonly min?: number;
  readonly max?: number;
  /** `full`: the assertion applies only when the server stores the attribute. */
  readonly level?: 'full';
}

/** One request of a session, with the assertions on its answer. */
export interface Step {
  readonly step: number;
  readonly phase: string;
  readonly note?: string;
  readonly variant: string;
  readonly optional?: boolean;
  readonly request: {
    readonly method: string;
    readonly path: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: unknown;
    readonly form?: Readonly<Record<string, string>>;
  };
  /** The variables to set from the answer: name → JSON pointer. */
  readonly capture?: Readonly<Record<string, string>>;
  readonly expect: {
    readonly status: readonly number[];
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: readonly BodyAssertion[];
    readonly maxMillis?: number;
  };
}

/** The steps of a provider's session, in order: all of them, or the common ones and those of one variant. */
export function loadSession(provider: Provider, variant = 'all'): readonly Step[] {
  const text = readFileSync(new URL(`../sessions/${provider}-session.jsonl`, import.meta.url), 'utf8');
  const steps: readonly Step[] = text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line));
  const known = new Set(['all', ...steps.map((step) => step.variant)]);
  if (!known.has(variant))
    throw new TypeError(`The ${provider} session has no variant ${variant}; it has ${[...known].join(', ')}.`);
  return variant === 'all' ? steps : steps.filter((step) => step.variant === 'common' || step.variant === variant);
}

/** The variants of a provider's session besides `common`. */
export function variantsOf(provider: Provider): readonly string[] {
  return [...new Set(loadSession(provider).map((step) => step.variant))].filter((variant) => variant !== 'common');
}
