import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { createRedisConnection } from '@scim-gateway/cache';
import { startRedis, type TestRedis } from '@scim-gateway/cache/testing/redis-server';
import { openTcpLink, type TcpLink } from '@scim-gateway/cache/testing/tcp-link';
import { fillRedis } from '../support/fill-redis.ts';

/** A Redis in trouble, and a path to it for each gateway. */
export interface TroubledRedis extends AsyncDisposable {
  readonly links: readonly TcpLink[];
  /** Makes trouble until the signal is aborted. */
  trouble(running: AbortSignal): Promise<void>;
  /** The proof that there was trouble. */
  countTrouble(): Promise<number>;
}

/** How a Redis gets into trouble. */
export type Nemesis = (gateways: number) => Promise<TroubledRedis>;

/** A Redis whose memory another application fills. */
export function evicts(policy: string): Nemesis {
  return async (gateways) => {
    const server = await startRedis({ args: ['--maxmemory', '4mb', '--maxmemory-policy', policy] });
    const links = await openLinks(server, gateways);
    return {
      links,
      trouble: async (running) => {
        while (!running.aborted) await fillRedis(server, 10);
      },
      countTrouble: async () => {
        const info = await command(server, 'INFO', 'stats');
        return Number(/evicted_keys:(\d+)/.exec(String(info))?.[1]);
      },
      [Symbol.asyncDispose]: () => disposeOf([...links, server]),
    };
  };
}

/** A Redis that is killed, and restarts from a file that is some seconds old. */
export const restartsFromAnOldFile: Nemesis = async (gateways) => {
  const folder = mkdtempSync(join(tmpdir(), 'redis-'));
  const server = await startRedis({ args: ['--dir', folder] });
  const links = await openLinks(server, gateways);
  let restarts = 0;
  return {
    links,
    trouble: async (running) => {
      while (!running.aborted) {
        await command(server, 'SAVE');
        await wait(2_500);
        await server.signal('SIGKILL');
        await server.restart();
        restarts += 1;
        await wait(6_000);
      }
    },
    countTrouble: async () => restarts,
    [Symbol.asyncDispose]: async () => {
      await disposeOf([...links, server]);
      rmSync(folder, { recursive: true });
    },
  };
};

/** A master that is replaced by a replica which lags by some seconds. */
export const promotesALaggingReplica: Nemesis = async (gateways) => {
  let master = await startRedis();
  const links = await openLinks(master, gateways);
  const opened: AsyncDisposable[] = [master];
  let promotions = 0;
  const promote = async () => {
    const replication = await openTcpLink(master.port);
    const replica = await startRedis({ args: ['--replicaof', '127.0.0.1', String(replication.port)] });
    opened.push(replication, replica);
    while (!String(await command(replica, 'INFO', 'replication')).includes('master_link_status:up')) await wait(50);
    replication.silence();
    await wait(2_500);
    await command(replica, 'REPLICAOF', 'NO', 'ONE');
    for (const link of links) link.redirect(replica.port);
    await master.signal('SIGKILL');
    master = replica;
    promotions += 1;
  };
  return {
    links,
    trouble: async (running) => {
      while (!running.aborted) {
        await promote();
        await wait(6_000);
      }
    },
    countTrouble: async () => promotions,
    [Symbol.asyncDispose]: () => disposeOf([...links, ...opened]),
  };
};

/** A network that fails for one gateway after another: silent, reset, or silent for existing connections only. */
export const losesTheNetwork: Nemesis = async (gateways) => {
  const server = await startRedis();
  const links = await openLinks(server, gateways);
  let failures = 0;
  return {
    links,
    trouble: async (running) => {
      for (; !running.aborted; failures += 1) {
        const link = links[failures % links.length];
        if (failures % 3 === 0) link?.silence();
        else if (failures % 3 === 1) link?.cut();
        else link?.abandon();
        await wait(1_500);
        link?.mend();
        await wait(1_500);
      }
    },
    countTrouble: async () => failures,
    [Symbol.asyncDispose]: () => disposeOf([...links, server]),
  };
};

/** A network that is away from one gateway for as long as the test runs, after a beginning with all. */
export const losesTheNetworkForLong: Nemesis = async (gateways) => {
  const server = await startRedis();
  const links = await openLinks(server, gateways);
  return {
    links,
    trouble: async (running) => {
      await wait(3_000);
      links[0]?.silence();
      while (!running.aborted) await wait(100);
    },
    countTrouble: async () => 1,
    [Symbol.asyncDispose]: () => disposeOf([...links, server]),
  };
};

function openLinks(server: TestRedis, count: number): Promise<TcpLink[]> {
  return Promise.all(Array.from({ length: count }, () => openTcpLink(server.port)));
}

async function disposeOf(resources: readonly AsyncDisposable[]): Promise<void> {
  for (const resource of resources) await resource[Symbol.asyncDispose]();
}

/** Sends a command, again where the connection was lost: a machine under load answers late. */
async function command(server: TestRedis, name: string, ...args: readonly string[]): Promise<unknown> {
  const shape = { kind: 'standalone', url: server.url } as const;
  for (let attempt = 1; ; attempt += 1) {
    await using connection = createRedisConnection({ shape, keyPrefix: 'nemesis', commandTimeoutMs: 5_000 });
    await new Promise<void>((resolve) => connection.onReady(resolve));
    try {
      return await connection.redis.call(name, ...args);
    } catch (error) {
      if (attempt === 5) throw error;
    }
  }
}
