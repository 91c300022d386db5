import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import { usersOperations } from '../operations.ts';
import { Cancellation } from './cancellation.ts';
import { openConnections } from './send.ts';
import type { Call } from './transport.ts';

const open: AsyncDisposable[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one[Symbol.asyncDispose]();
});

/** A server that keeps every request waiting until told to answer, and one connection to it. */
async function setUp() {
  const seen: string[] = [];
  const waiting: ServerResponse[] = [];
  const server: Server = createServer((request, response) => {
    seen.push(request.url ?? '');
    waiting.push(response);
    server.emit('seen');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const connections = openConnections({
    origin: `http://127.0.0.1:${port}`,
    basePath: '/api',
    connections: 1,
    connectMs: 5000,
    responseBytes: 1000,
    ca: undefined,
  });
  open.push(connections, server);
  return { seen, waiting, server, send: connections.send };
}

function callTo(path: string, cancellation = new Cancellation()): Call {
  return {
    operation: usersOperations.findById,
    path,
    body: undefined,
    signal: undefined,
    deadline: undefined,
    cancellation,
  };
}

describe('a call', () => {
  test('that is cancelled while it waits for a connection is never sent', async () => {
    const { seen, waiting, server, send } = await setUp();
    const first = send(callTo('/first'));
    await once(server, 'seen');
    const cancellation = new Cancellation();
    const second = send(callTo('/second', cancellation));
    cancellation.cancel();
    waiting[0]?.end('{}');
    await first;
    await expect(second).rejects.toMatchObject({ kind: 'unreachable' });
    const third = send(callTo('/third'));
    await once(server, 'seen');
    waiting[1]?.end('{}');
    await third;
    expect(seen).toEqual(['/api/first', '/api/third']);
  });

  test('brings an answer that came in pieces as one text, without a byte order mark', async () => {
    const { waiting, server, send } = await setUp();
    const reply = send(callTo('/text'));
    await once(server, 'seen');
    const bytes = Buffer.from('\uFEFF{"name":"Jürgen"}');
    waiting[0]?.write(bytes.subarray(0, 14));
    waiting[0]?.end(bytes.subarray(14));
    expect(await reply).toMatchObject({ status: 200, body: '{"name":"Jürgen"}' });
  });

  test('whose answer is larger than allowed fails as malformed', async () => {
    const { waiting, server, send } = await setUp();
    const reply = send(callTo('/large'));
    await once(server, 'seen');
    waiting[0]?.end('x'.repeat(2000));
    await expect(reply).rejects.toMatchObject({ kind: 'malformed' });
  });
});
