import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { usersOperations } from '../operations.ts';
import { Canceller } from './canceller.ts';
import { openConnections } from './send.ts';
import type { Call } from './transport.ts';

const open: AsyncDisposable[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one[Symbol.asyncDispose]();
});

/** A server that answers when the test does, and one connection to it. */
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

function callTo(path: string, canceller = new Canceller()): Call {
  return {
    operation: usersOperations.findById,
    path,
    body: undefined,
    signal: undefined,
    deadline: undefined,
    canceller,
  };
}

describe('send', () => {
  it('does not send a call that was cancelled while it waited for a connection', async () => {
    const { seen, waiting, server, send } = await setUp();
    const first = send(callTo('/first'));
    await once(server, 'seen');
    const canceller = new Canceller();
    const second = send(callTo('/second', canceller));
    canceller.cancel();
    waiting[0]?.end('{}');
    await first;
    await expect(second).rejects.toMatchObject({ kind: 'unreachable' });
    const third = send(callTo('/third'));
    await once(server, 'seen');
    waiting[1]?.end('{}');
    await third;
    expect(seen).toEqual(['/api/first', '/api/third']);
  });

  it('returns an answer of several chunks as one text, without a byte order mark', async () => {
    const { waiting, server, send } = await setUp();
    const reply = send(callTo('/text'));
    await once(server, 'seen');
    const bytes = Buffer.from('\uFEFF{"name":"Jürgen"}');
    waiting[0]?.write(bytes.subarray(0, 14));
    waiting[0]?.end(bytes.subarray(14));
    expect(await reply).toMatchObject({ status: 200, body: '{"name":"Jürgen"}' });
  });

  it('fails as malformed when the answer exceeds its size limit', async () => {
    const { waiting, server, send } = await setUp();
    const reply = send(callTo('/large'));
    await once(server, 'seen');
    waiting[0]?.end('x'.repeat(2000));
    await expect(reply).rejects.toMatchObject({ kind: 'malformed' });
  });
});
