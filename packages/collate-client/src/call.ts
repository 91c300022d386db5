import { Compile, type Validator } from 'typebox/compile';
import type { CallContext } from './api.ts';
import { CollateError } from './model/index.ts';
import type { AnswerOf, InputOf, Operation } from './operation.ts';
import { type PathValues, type QueryValues, toPath } from './path.ts';
import type { Reply, Transport } from './transport/transport.ts';

/** Calls one operation within the context that the caller is bound to: input to validated answer, or `CollateError`. */
export type Caller = <O extends Operation>(operation: O, input: InputOf<O>) => Promise<AnswerOf<O>>;

/** The input of any operation. */
interface AnyInput {
  readonly path?: PathValues;
  readonly query?: QueryValues;
  readonly body?: unknown;
}

/** A caller over a transport, bound to one context. */
export function createCaller(transport: Transport, context: CallContext): Caller {
  return async <O extends Operation>(operation: O, input: InputOf<O>) => {
    // Every `InputOf` is an `AnyInput`, but the compiler does not see it through the conditional types.
    const { path, query, body } = input as AnyInput;
    const reply = await transport({
      operation,
      path: toPath(operation, path, query),
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: context.signal,
      deadline: context.deadline,
      guard: context.guard,
      priority: context.priority,
    });
    return parseAnswer(operation, reply);
  };
}

function parseAnswer<O extends Operation>(operation: O, reply: Reply): AnswerOf<O> {
  const value = parseJson(operation, reply);
  if (!isAnswer(operation, value)) throw malformed(operation, reply, 'the answer does not match its schema');
  return value;
}

function isAnswer<O extends Operation>(operation: O, value: unknown): value is AnswerOf<O> {
  return validatorOf(operation).Check(value);
}

function parseJson(operation: Operation, reply: Reply): unknown {
  try {
    return JSON.parse(reply.body);
  } catch {
    // The parser's error is dropped because it quotes the text.
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
