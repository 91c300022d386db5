import { Compile, type Validator } from 'typebox/compile';
import type { CallContext } from './api.ts';
import { CollateError } from './model/index.ts';
import type { AnswerOf, InputOf, Operation } from './operation.ts';
import { type PathValues, type QueryValues, toPath } from './path.ts';
import type { Reply, Transport } from './transport/transport.ts';

/** What a successful call brought. */
export interface Answer<T> {
  readonly value: T;
  readonly headers: Reply['headers'];
}

/** Calls one operation within the context that the caller is bound to: input to validated answer, or `CollateError`. */
export type Caller = <O extends Operation>(operation: O, input: InputOf<O>) => Promise<Answer<AnswerOf<O>>>;

interface LooseInput {
  readonly path?: PathValues;
  readonly query?: QueryValues;
  readonly body?: unknown;
}

/** A caller over a transport, bound to one context. */
export function createCaller(transport: Transport, context: CallContext): Caller {
  return async <O extends Operation>(operation: O, input: InputOf<O>) => {
    const { path, query, body }: LooseInput = input as LooseInput;
    const reply = await transport({
      operation,
      path: toPath(operation, path, query),
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: context.signal,
      deadline: context.deadline,
      guard: context.guard,
      priority: context.priority,
    });
    return { value: parseAnswer(operation, reply), headers: reply.headers };
  };
}

function parseAnswer<O extends Operation>(operation: O, reply: Reply): AnswerOf<O> {
  const value = parseJson(operation, reply);
  if (!validatorOf(operation).Check(value))
    throw malformed(operation, reply, 'the answer lacks what this call answers');
  return value as AnswerOf<O>;
}

function parseJson(operation: Operation, reply: Reply): unknown {
  try {
    return JSON.parse(reply.body);
  } catch {
    // The parser's error is left behind: it repeats the text.
    throw malformed(operation, reply, 'the answer is not JSON');
  }
}

function malformed(operation: Operation, { status }: Reply, explanation: string): CollateError {
  return new CollateError('malformed', { operation: operation.name, status, explanation });
}

const validators = new WeakMap<Operation, Validator>();

function validatorOf(operation: Operation): Validator {
  const known = validators.get(operation);
  if (known !== undefined) return known;
  const validator = Compile(operation.answer);
  validators.set(operation, validator);
  return validator;
}
