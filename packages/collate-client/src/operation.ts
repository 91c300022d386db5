import type { Static, TObject, TSchema } from 'typebox';
import type { Permission } from './model/rights.ts';

/** The methods that Collate's API uses. */
export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** One endpoint of Collate that the client uses, as data. */
export interface Operation {
  /** Its name in logs, metrics and errors. */
  readonly name: string;
  readonly method: Method;
  /** The path template below `/api`, with `{…}` for values. */
  readonly path: string;
  readonly summary: string;
  /** Whether a second identical call has no further effect, so that the call may be repeated. */
  readonly idempotent: boolean;
  /** Whether the endpoint requires a credential. Otherwise none is sent. */
  readonly authenticated: boolean;
  /** The permissions that a call may need, in the order in which a refusal is likely to be the cause of a 403. */
  readonly needs?: readonly Permission[];
  readonly query?: TObject;
  readonly body?: TSchema;
  readonly answer: TSchema;
}

type PathValues<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? { readonly [name in Name]: string } & PathValues<Rest>
  : unknown;

/** The input of a call of the operation. */
export type InputOf<O extends Operation> = PathInput<O['path']> &
  (O extends { readonly query: infer Q extends TSchema } ? { readonly query: Static<Q> } : unknown) &
  (O extends { readonly body: infer B extends TSchema } ? { readonly body: Static<B> } : unknown);

type PathInput<Path extends string> = Path extends `${string}{${string}`
  ? { readonly path: PathValues<Path> }
  : unknown;

/** The answer of the operation. */
export type AnswerOf<O extends Operation> = Static<O['answer']>;
