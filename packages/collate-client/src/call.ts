import { Compile } from 'typebox/compile';
import type { CallContext } from './api.ts';
import { CollateError } from './model/index.ts';
import type { AnswerOf, InputOf, Operation } from './operation.ts';
import type { Reply, Transport } from './transport/transport.ts';

/** A validated answer, and the headers that came with it. */
export interface Answer<O extends Operation> {
  readonly value: AnswerOf<O>;
  readonly headers: Reply['headers'];
}

/** Calls operations over one transport. */
export type Caller = <O extends Operation>(operation: O, input: InputOf<O>, context: CallContext) => Promise<Answer<O>>;

/** What `InputOf` comes to for any operation at all. */
interface AnyInput {
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly body?: unknown;
}

/** A caller whose answers have the shape that their operation promises; anything else is `malformed`. */
export function createCaller(transport: Transport): Caller {
  return async <O extends Operation>(operation: O, input: InputOf<O>, context: CallContext): Promise<Answer<O>> => {
    const { path, query, body }: AnyInput = input as AnyInput;
    const reply = await transport({
      operation,
      path: toPath(operation.path, path ?? {}) + toQueryString(query ?? {}),
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: context.signal,
      deadline: context.deadline,
    });
    return { value: parseAnswer(reply, operation), headers: reply.headers };
  };
}

const validators = new WeakMap<Operation, ReturnType<typeof Compile>>();

function parseAnswer<O extends Operation>({ body, status }: Reply, operation: O): AnswerOf<O> {
  const value = parseJson(body, status, operation);
  let validator = validators.get(operation);
  if (validator === undefined) {
    validator = Compile(operation.answer);
    validators.set(operation, validator);
  }
  if (validator.Check(value)) return value as AnswerOf<O>;
  throw new CollateError('malformed', {
    operation: operation.name,
    status,
    explanation: 'the answer has another shape',
  });
}

function parseJson(body: string, status: number, operation: Operation): unknown {
  try {
    return JSON.parse(body);
  } catch {
    // The parser's error repeats the text, which may hold personal data.
    throw new CollateError('malformed', { operation: operation.name, status, explanation: 'the answer is no JSON' });
  }
}

function toPath(template: string, values: Readonly<Record<string, string>>): string {
  return template.replace(/\{(\w+)\}/g, (_match, name: string) => encodeURIComponent(values[name] ?? ''));
}

function toQueryString(query: Readonly<Record<string, string | number | boolean | undefined>>): string {
  const parts = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${encodeURIComponent(String(value))}`],
  );
  return parts.length === 0 ? '' : `?${parts.join('&')}`;
}
