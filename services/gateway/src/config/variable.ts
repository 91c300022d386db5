import type { Static, TSchema } from 'typebox';

/** One environment variable: what it means, what it may be, and what it is when nobody sets it. */
export interface Variable<T extends TSchema = TSchema> {
  readonly type: T;
  readonly description: string;
  /** What is accepted, in words; told from the type where it says enough. */
  readonly accepts?: string;
  /** Its value is never shown, and it may be given as `NAME_FILE`. */
  readonly secret?: true;
  readonly default?: Static<T>;
  /** What stands for a default that depends on something else. */
  readonly otherwise?: string;
}

/** A variable that always has a value. */
export interface Defaulted<T extends TSchema> extends Variable<T> {
  readonly default: Static<T>;
}

/** A variable that may stay unset. */
export function optional<T extends TSchema>(variable: Variable<T>): Variable<T> {
  return variable;
}

/** A variable with a default. */
export function defaulted<T extends TSchema>(variable: Defaulted<T>): Defaulted<T> {
  return variable;
}
