import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import type { Fault, Faults } from '../faults.ts';
import { ApiError, badMessage, unhandled } from './api-error.ts';
import type { Reply } from './context.ts';

/** One call as the log keeps it. */
export interface Call {
  readonly method: string;
  readonly path: string;
  readonly status: number;
}

/** A request taken apart; nothing of it interpreted yet. */
export interface RawRequest {
  readonly method: string;
  /** Decoded, without matrix parameters. */
  readonly segments: readonly string[];
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
}

/** What answers requests, and what the server does around it. */
export interface ServerParts {
  answer(request: RawRequest): Promise<Reply>;
  readonly faults: Faults;
  readonly latencyMs: number;
  /** An API call has arrived; it is answered, or lost, by the time of `onCall`. */
  onArrival(): void;
  onCall(call: Call): void;
}

const maxUrlLength = 8192;
/** Far more than the longest URL, so that a longer one gets its answer. */
const maxHeaderSize = 131_072;

/** An HTTP server that suffers faults and keeps a log of the API's calls. */
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
  const reply = injected ?? (await replyTo(method, url, request, body, parts));
  const after = strike('after');
  if (after?.delay !== undefined) await wait(after.delay);
  const final = (after === undefined ? undefined : injectedReply(after)) ?? reply;
  if (isApi) parts.onCall({ method, path: url, status: final.status });
  if (before?.reset === true || after?.reset === true) response.destroy();
  else send(response, final, before?.truncate === true || after?.truncate === true);
}

function injectedReply({ status, headers, reset, truncate }: Fault): Reply | undefined {
  if (reset === true) return { status: 0, body: '' };
  if (truncate === true && status === undefined) return undefined;
  if (status === undefined) return undefined;
  return { status, body: { code: status, message: 'injected' }, headers: headers ?? {} };
}

async function replyTo(
  method: string,
  url: string,
  request: IncomingMessage,
  body: string,
  parts: ServerParts,
): Promise<Reply> {
  try {
    return await parts.answer({ method, ...parseUrl(url), headers: singleHeaders(request), body });
  } catch (error) {
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
    if (segments.some((segment) => segment.includes('\u0000'))) throw badMessage();
    return { segments: segments.slice(1), query: new URLSearchParams(search) };
  } catch (error) {
    throw error instanceof ApiError ? error : badMessage();
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

function send(response: ServerResponse, { status, body, headers = {} }: Reply, truncates: boolean): void {
  const isText = typeof body === 'string' && headers['content-type'] !== undefined;
  const { 'content-type': type = 'application/json', ...others } = headers;
  const text = isText ? body : JSON.stringify(body);
  const length = Buffer.byteLength(text);
  response.writeHead(status, { ...others, ...(type === '' ? {} : { 'content-type': type }), 'content-length': length });
  if (!truncates) {
    response.end(text);
    return;
  }
  response.write(text.slice(0, Math.floor(text.length / 2)), () => response.destroy());
}

/** The JSON of a body, or the refusal that the real server gives. */
export function parseBody(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw new ApiError(400, 'Unexpected end-of-input within/between Object entries', { 'content-type': 'text/plain' });
  }
}
