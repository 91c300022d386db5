import { type Dispatcher, errors, Pool } from 'undici';
import { CollateError } from '../model/index.ts';
import type { Call, Reply, Transport } from './transport.ts';

/** Where to send, and within which limits. */
export interface SendOptions {
  /** Scheme, host and port. */
  readonly origin: string;
  /** The prefix of all operation paths; includes `/api`. */
  readonly basePath: string;
  readonly connections: number;
  readonly connectMs: number;
  readonly responseBytes: number;
  readonly ca: string | readonly string[] | undefined;
}

/** Connections to one server, and the transport that uses them. */
export interface Connections extends AsyncDisposable {
  readonly send: Transport;
}

/**
 * Opens connections to one origin and no other: without redirects and proxies. Certificates are always verified; the
 * environment cannot disable that.
 */
export function openConnections(options: SendOptions): Connections {
  const pool = new Pool(options.origin, {
    connections: options.connections,
    pipelining: 1,
    maxResponseSize: options.responseBytes,
    // `withDeadline` limits the duration of an attempt.
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: {
      timeout: options.connectMs,
      rejectUnauthorized: true,
      ...(options.ca === undefined ? {} : { ca: typeof options.ca === 'string' ? options.ca : [...options.ca] }),
    },
  });
  return {
    send: (call) => send(pool, options.basePath, call),
    [Symbol.asyncDispose]: () => pool.destroy(),
  };
}

function send(pool: Pool, basePath: string, call: Call): Promise<Reply> {
  const request = {
    method: call.operation.method,
    path: basePath + call.path,
    headers: toHeaders(call),
    body: call.body ?? null,
  };
  return new Promise((resolve, reject) => {
    const fail = (error: unknown) => reject(toCollateError(error, call));
    try {
      pool.dispatch(request, new ReplyReader(call.canceller, resolve, fail));
    } catch (error) {
      fail(error);
    }
  });
}

/**
 * Collects one answer. Answers have a size limit, and a stream per answer would cost more than the rest of the call.
 */
class ReplyReader implements Dispatcher.DispatchHandler {
  readonly #resolve: (reply: Reply) => void;
  readonly #reject: (error: unknown) => void;
  readonly #chunks: Buffer[] = [];
  #controller: Dispatcher.DispatchController | undefined;
  #isCancelled = false;
  #status = 0;
  #headers: Reply['headers'] = {};

  constructor(canceller: Call['canceller'], resolve: (reply: Reply) => void, reject: (error: unknown) => void) {
    this.#resolve = resolve;
    this.#reject = reject;
    canceller?.onCancel(() => {
      this.#isCancelled = true;
      this.#controller?.abort(new errors.RequestAbortedError());
    });
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    // A request that was cancelled while it waited for a connection must not be sent.
    if (this.#isCancelled) controller.abort(new errors.RequestAbortedError());
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: Reply['headers']): void {
    this.#status = status;
    this.#headers = headers;
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    const [only] = this.#chunks;
    const bytes = this.#chunks.length === 1 && only !== undefined ? only : Buffer.concat(this.#chunks);
    const body = bytes.toString('utf8');
    const hasByteOrderMark = body.startsWith('\uFEFF');
    this.#resolve({ status: this.#status, headers: this.#headers, body: hasByteOrderMark ? body.slice(1) : body });
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: unknown): void {
    this.#reject(error);
  }
}

function toHeaders({ operation, body, token, headers: extra }: Call): Record<string, string> {
  const headers: Record<string, string> = extra === undefined ? {} : { ...extra };
  headers['accept'] = 'application/json';
  if (token !== undefined) headers['authorization'] = `Bearer ${token}`;
  if (body !== undefined) {
    headers['content-type'] = operation.method === 'PATCH' ? 'application/json-patch+json' : 'application/json';
  }
  return headers;
}

/** Failures before a connection existed, so that nothing was sent. */
const neverConnected = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** Maps a connection failure. The parser's error is dropped because it contains the text that it could not parse. */
function toCollateError(error: unknown, { operation: { name: operation } }: Call): CollateError {
  const code = codeOf(error);
  if (error instanceof errors.HTTPParserError) {
    return new CollateError('malformed', { operation, explanation: 'the answer is not HTTP' });
  }
  const isTooLarge =
    error instanceof errors.ResponseExceededMaxSizeError || error instanceof errors.HeadersOverflowError;
  if (isTooLarge) return new CollateError('malformed', { operation, explanation: code, cause: error });
  const unsent = code !== undefined && neverConnected.has(code);
  return new CollateError('unreachable', { operation, explanation: code, unsent, cause: error });
}

function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
