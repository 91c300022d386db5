import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A network path to a port of this machine, which a test can break. */
export interface TcpLink extends AsyncDisposable {
  readonly port: number;
  /** Leads new connections to another port. Those that exist keep theirs. */
  redirect(port: number): void;
  /** Connections carry nothing from now on, and none is closed, as after the loss of a host. New ones are accepted. */
  silence(): void;
  /** As `silence`, for the connections that exist: new ones work, as after a take-over of the address. */
  abandon(): void;
  /** Resets all connections, and refuses new ones. */
  cut(): void;
  /** Ends `silence` and `cut`. Silenced connections stay silent. */
  mend(): void;
}

/** Opens a path to a port of 127.0.0.1. */
export async function openTcpLink(target: number): Promise<TcpLink> {
  let port = target;
  let state: 'open' | 'silent' | 'cut' = 'open';
  const ends = new Set<Socket>();
  const silenced = new Set<Socket>();
  const join = (from: Socket, to: Socket) => {
    ends.add(from);
    from.on('data', (data) => {
      if (state === 'open' && !silenced.has(from)) to.write(data);
    });
    // Either end of a broken path may fail; the other one is closed with it.
    from.on('error', () => from.destroy());
    from.on('close', () => {
      ends.delete(from);
      if (!silenced.has(from)) to.destroy();
    });
  };
  const abandon = () => {
    for (const end of ends) silenced.add(end);
  };
  const server = createServer((client) => {
    if (state === 'cut') {
      client.resetAndDestroy();
      return;
    }
    const upstream = connect(port, '127.0.0.1');
    join(client, upstream);
    join(upstream, client);
    if (state === 'silent') abandon();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    redirect: (next) => {
      port = next;
    },
    silence: () => {
      state = 'silent';
      abandon();
    },
    abandon,
    cut: () => {
      state = 'cut';
      for (const end of ends) end.resetAndDestroy();
    },
    mend: () => {
      state = 'open';
    },
    [Symbol.asyncDispose]: async () => {
      server.close();
      for (const end of ends) end.destroy();
    },
  };
}
