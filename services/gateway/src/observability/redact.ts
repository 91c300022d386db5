/** What a log may contain of an error: its kind and where it was thrown, never the data it was about. */
export interface RedactedError {
  readonly type: string;
  readonly code?: string;
  readonly kind?: string;
  readonly operation?: string;
  readonly status?: number;
  readonly message?: string;
  readonly stack?: readonly string[];
  readonly cause?: RedactedError;
}

/** Errors whose message the JavaScript runtime writes, from names in the source code. */
const ownMessages = new Set(['TypeError', 'ReferenceError', 'RangeError', 'AssertionError']);
const deepestCause = 4;

/**
 * An error without its message, unless the runtime wrote the message. Other messages quote data: users' names,
 * addresses, bodies and tokens.
 */
export function redactError(error: unknown, depth = 0): RedactedError {
  if (!(error instanceof Error)) return { type: typeof error };
  const { kind, operation, status, code } = pickFacts(error);
  return {
    type: error.name,
    ...(code === undefined ? {} : { code }),
    ...(kind === undefined ? {} : { kind }),
    ...(operation === undefined ? {} : { operation }),
    ...(status === undefined ? {} : { status }),
    ...(ownMessages.has(error.name) && code === undefined ? { message: scrub(error.message) } : {}),
    ...(depth === 0 ? { stack: toFrames(error) } : {}),
    ...(error.cause === undefined || depth >= deepestCause ? {} : { cause: redactError(error.cause, depth + 1) }),
  };
}

interface Facts {
  readonly kind: string | undefined;
  readonly operation: string | undefined;
  readonly code: string | undefined;
  readonly status: number | undefined;
}

function pickFacts(error: object): Facts {
  const facts: Readonly<Record<string, unknown>> = { ...error };
  const word = (name: string) => {
    const value = facts[name];
    return typeof value === 'string' && /^[A-Za-z][\w.-]{0,63}$/.test(value) ? value : undefined;
  };
  const status = facts['status'];
  return {
    kind: word('kind'),
    operation: word('operation'),
    code: word('code'),
    status: typeof status === 'number' ? status : undefined,
  };
}

/** The stack frames; the lines before them repeat the message. */
function toFrames(error: Error): readonly string[] {
  const lines = error.stack?.split('\n') ?? [];
  return lines.filter((line) => /^ {4}at /.test(line)).map((line) => line.trim());
}

/** Removes addresses and long words: the runtime's message may quote the name of a property that a client sent. */
function scrub(message: string): string {
  return message.replace(/[^\s'"<>()]+@[^\s'"<>()]+/g, '…').replace(/[\w-]{24,}/g, '…');
}
