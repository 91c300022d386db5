import type { Static, TObject, TSchema } from 'typebox';

/** The methods that Collate's API uses. */
export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** One endpoint of Collate that we rely on, as data. */
export interface Operation {
  /** What logs, metrics and errors call it. */
  readonly name: string;
  readonly method: Method;
  /** Below `/api`; `{…}` stand for values. */
  readonly path: string;
  readonly summary: string;
  /** Whether sending it twice does no more than sending it once, so that it may be repeated. */
  readonly idempotent: boolean;
  /** Whether the server asks who calls. Where it does not, no credential is sent. */
  readonly authenticated: boolean;
  readonly query?: TObject;
  readonly body?: TSchema;
  readonly answer: TSchema;
}

type PathValues<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? { readonly [name in Name]: string } & PathValues<Rest>
  : unknown;

/** What a call of the operation has to be given. */
export type InputOf<O extends Operation> = PathInput<O['path']> &
  (O extends { readonly query: infer Q extends TSchema } ? { readonly query: Static<Q> } : unknown) &
  (O extends { readonly body: infer B extends TSchema } ? { readonly body: Static<B> } : unknown);

type PathInput<Path extends string> = Path extends `${string}{${string}`
  ? { readonly path: PathValues<Path> }
  : unknown;

/** What the operation answers. */
export type AnswerOf<O extends Operation> = Static<O['answer']>;
