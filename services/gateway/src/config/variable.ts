import type { Static, TSchema } from 'typebox';

/** One environment variable: its meaning, its valid values, and its default. */
export interface Variable<T extends TSchema = TSchema> {
  readonly type: T;
  readonly description: string;
  /** A description of valid values; by default derived from the type. */
  readonly accepts?: string;
  /** The value is never shown, and can be in a file that `NAME_FILE` names. */
  readonly secret?: true;
  readonly default?: Static<T>;
  /** A description of a default that depends on other variables. */
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
