import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';

/** How a server treats one request. */
export type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** A server whose answers the test decides. */
export interface FaultServer extends AsyncDisposable {
  readonly url: string;
  /** Requests so far, as method and path. */
  readonly requests: readonly string[];
  /** Headers of those requests. */
  readonly headers: readonly IncomingMessage['headers'][];
}

/** A user in the wire format. */
export const ada = {
  id: '6f1c0000-0000-4000-a000-00000000000a',
  name: 'ada',
  email: 'ada@example.com',
  version: 0.1,
  updatedAt: 1,
  updatedBy: 'admin',
};

/** Starts a server that plays handlers in order and repeats the last one. */
export async function startFaultServer(
  handlers: readonly Handler[],
  tls?: { readonly key: string; readonly cert: string },
): Promise<FaultServer> {
  const requests: string[] = [];
  const headers: IncomingMessage['headers'][] = [];
  const listener: RequestListener = (request, response) => {
    const handler = handlers[Math.min(requests.length, handlers.length - 1)];
    requests.push(`${request.method} ${request.url}`);
    headers.push(request.headers);
    request.resume();
    handler?.(request, response);
  };
  const server = tls === undefined ? createServer(listener) : createTlsServer(tls, listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the server has no port');
  return {
    url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${address.port}`,
    requests,
    headers,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Answers with a status and a body. */
export function answer(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Handler {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(text);
  };
}

/** Takes the request and never answers. */
export const hang: Handler = () => undefined;

/** Resets the connection instead of answering. */
export const reset: Handler = (request) => {
  request.socket.resetAndDestroy();
};

/** Announces more bytes than it sends, and closes the connection. */
export const cutOff: Handler = (request, response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
  response.write('{"id":', () => request.socket.destroy());
};

/** Sends a body byte by byte that never ends. */
export const drip: Handler = (_request, response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  const timer = setInterval(() => response.write(' '), 5);
  response.on('close', () => clearInterval(timer));
};

/** Answers with text that is not HTTP and contains personal data. */
export const noise: Handler = (request) => {
  request.socket.end('ada.lovelace@example.com is no HTTP\r\n\r\n');
};
