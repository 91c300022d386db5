import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import type { Fault, Faults } from '../faults.ts';
import { ApiError, BadPath, Crash, unhandled } from './api-error.ts';
import type { Reply } from './context.ts';

/** One call, as the call log records it. */
export interface Call {
  readonly method: string;
  readonly path: string;
  readonly status: number;
}

/** The parts of a request, before any of them is interpreted. */
export interface RawRequest {
  readonly method: string;
  /** `METHOD /path`, as sent. */
  readonly call: string;
  /** The decoded segments of the path, without matrix parameters. */
  readonly segments: readonly string[];
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
}

/** The API behind the server, and the faults and latency that the server adds. */
export interface ServerParts {
  answer(request: RawRequest): Promise<Reply>;
  readonly faults: Faults;
  readonly latencyMs: number;
  /** Whether a path with NUL or a malformed escape is refused; otherwise its call is never answered. */
  readonly refusesBadPaths: boolean;
  /** Called when an API call arrives; `onCall` follows when it is answered or its answer is lost. */
  onArrival(): void;
  onCall(call: Call): void;
}

const maxUrlLength = 8192;
/** In bytes. Far above `maxUrlLength`, so that a longer URL still reaches the handler that answers 414. */
const maxHeaderSize = 131_072;

/** An HTTP server that injects faults and reports the API's calls. */
export function createHttpServer(parts: ServerParts): Server {
  const server = createServer({ maxHeaderSize }, (request, response) => {
    serve(request, response, parts).catch((error: unknown) =>
      response.destroy(error instanceof Error ? error : undefined),
    );
  });
  server.keepAliveTimeout = 60_000;
  return server;
}

async function serve(request: IncomingMessage, response: ServerResponse, parts: ServerParts): Promise<void> {
  const { method = 'GET', url = '/' } = request;
  const isApi = !url.startsWith('/_simulator');
  const call = `${method} ${url}`;
  const body = await readBody(request);
  if (isApi) parts.onArrival();
  if (isApi && parts.latencyMs > 0) await wait(parts.latencyMs);
  const strike = (when: Fault['when']) => (isApi ? parts.faults.strike(call, when) : undefined);
  const before = strike('before');
  if (before?.delay !== undefined) await wait(before.delay);
  const injected = before === undefined ? undefined : injectedReply(before);
  const reply = injected ?? (await replyTo(request, body, parts));
  const after = strike('after');
  if (after?.delay !== undefined) await wait(after.delay);
  const final = (after === undefined ? undefined : injectedReply(after)) ?? reply;
  if (isApi) parts.onCall({ method, path: url, status: final.status });
  if (final === silence) return;
  if (final.status === 0) response.destroy();
  else if (before?.truncate === true || after?.truncate === true) sendHalf(response, final);
  else send(response, final);
}

/** Keeps the connection open and never answers. */
const silence: Reply = { status: 0, body: '' };

/** Closes the connection without an answer. */
const noAnswer: Reply = { status: 0, body: '' };

function injectedReply({ status, headers, reset, truncate }: Fault): Reply | undefined {
  if (reset === true) return noAnswer;
  if (truncate === true && status === undefined) return undefined;
  if (status === undefined) return undefined;
  return { status, body: { code: status, message: 'injected' }, headers: headers ?? {} };
}

async function replyTo(request: IncomingMessage, body: string, parts: ServerParts): Promise<Reply> {
  const { method = 'GET', url = '/' } = request;
  try {
    return await parts.answer({
      method,
      call: `${method} ${url}`,
      ...parseUrl(url),
      headers: singleHeaders(request),
      body,
    });
  } catch (error) {
    if (error instanceof Crash) return noAnswer;
    if (error instanceof BadPath && !parts.refusesBadPaths) return silence;
    if (error instanceof ApiError) return { status: error.status, body: error.body, headers: error.headers };
    const failure = unhandled(error instanceof Error ? error.message : String(error));
    return { status: failure.status, body: failure.body };
  }
}

function parseUrl(url: string): Pick<RawRequest, 'segments' | 'query'> {
  if (url.length > maxUrlLength) throw new ApiError(414, '', { 'content-type': 'text/html' });
  const [path = '/', search = ''] = url.split(/\?(.*)/s);
  try {
    const segments = path.split('/').map((segment) => decodeURIComponent(segment.replace(/;.*$/, '')));
    if (segments.some((segment) => segment.includes('\u0000'))) throw new BadPath();
    return { segments: segments.slice(1), query: new URLSearchParams(search) };
  } catch (error) {
    throw error instanceof ApiError ? error : new BadPath();
  }
}

function singleHeaders(request: IncomingMessage): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, Array.isArray(value) ? value[0] : value]),
  );
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

function send(response: ServerResponse, reply: Reply): void {
  response.end(writeHead(response, reply));
}

/** Sends half of the announced body and breaks the connection. */
function sendHalf(response: ServerResponse, reply: Reply): void {
  const text = writeHead(response, reply);
  response.write(text.slice(0, Math.floor(text.length / 2)), () => response.destroy());
}

/** @returns the body's text. */
function writeHead(response: ServerResponse, { status, body, headers = {} }: Reply): string {
  const isText = typeof body === 'string' && headers['content-type'] !== undefined;
  const { 'content-type': type = 'application/json', ...others } = headers;
  const text = isText ? body : JSON.stringify(body);
  const length = Buffer.byteLength(text);
  response.writeHead(status, { ...others, ...(type === '' ? {} : { 'content-type': type }), 'content-length': length });
  return text;
}

/** The JSON of a body; undefined when it is empty. @throws ApiError 400 in plain text when it is malformed. */
export function parseBody(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw new ApiError(400, 'Unexpected end-of-input within/between Object entries', { 'content-type': 'text/plain' });
  }
}
