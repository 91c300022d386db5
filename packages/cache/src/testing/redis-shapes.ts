import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis, type RedisOptions } from 'ioredis';
import type { RedisShape } from '../redis-connection.ts';
import { startRedis, type TestRedis } from './redis-server.ts';

/** Several servers of a test's own that make one Redis. */
export interface TestTopology extends AsyncDisposable {
  readonly shape: RedisShape;
  /** Kills the server that has the key. */
  killMasterOf(key: string): Promise<void>;
  /** Stops the server that has the key without closing its connections, as if its host had vanished. */
  silenceMasterOf(key: string): Promise<void>;
}

/** Certificates of an authority of a test's own, for 127.0.0.1. */
export interface TestCertificates extends Disposable {
  readonly caFile: string;
  readonly certFile: string;
  readonly keyFile: string;
}

export function makeCertificates(): TestCertificates {
  const folder = mkdtempSync(join(tmpdir(), 'certificates-'));
  const file = (name: string) => join(folder, name);
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  openssl('req', '-x509', ...key, '-keyout', 'ca.key', '-out', 'ca.crt', '-days', '2', '-subj', '/CN=test authority');
  openssl('req', ...key, '-keyout', 'server.key', '-out', 'server.csr', '-subj', '/CN=redis.test');
  writeFileSync(file('names'), 'subjectAltName=DNS:redis.test,IP:127.0.0.1');
  const signing = ['-CA', 'ca.crt', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2', '-extfile', 'names'];
  openssl('x509', '-req', '-in', 'server.csr', '-out', 'server.crt', ...signing);
  return {
    caFile: file('ca.crt'),
    certFile: file('server.crt'),
    keyFile: file('server.key'),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true }),
  };
}

/** The credentials that guarded servers require of clients and of one another. */
export interface TestAccess {
  readonly tls: TestCertificates;
  readonly password: string;
  /** What sentinels ask for. */
  readonly sentinelPassword: string;
}

/** The certificates as a client gives them to TLS. */
export function readPem({ caFile, certFile, keyFile }: TestCertificates) {
  return { ca: readFileSync(caFile), cert: readFileSync(certFile), key: readFileSync(keyFile) };
}

const masterName = 'the-master';

/** A master, a replica, and three sentinels of which two must agree. */
export async function startSentinels(access?: TestAccess): Promise<TestTopology> {
  const folder = mkdtempSync(join(tmpdir(), 'sentinels-'));
  const args = toServerArguments(access);
  const tls = toTls(access);
  const master = await startRedis({ args, ...tls });
  const replica = await startRedis({ args: ['--replicaof', '127.0.0.1', String(master.port), ...args], ...tls });
  await isSynchronised(replica, access);
  const sentinelFile = (port: number) => {
    const path = join(folder, `sentinel-${port}.conf`);
    const settings = [
      ...(access === undefined ? [`port ${port}`] : toSentinelSettings(port, access)),
      'bind 127.0.0.1',
      `dir ${folder}`,
      `sentinel monitor ${masterName} 127.0.0.1 ${master.port} 2`,
      `sentinel down-after-milliseconds ${masterName} 1000`,
      `sentinel failover-timeout ${masterName} 3000`,
      ...(access === undefined ? [] : [`sentinel auth-pass ${masterName} ${access.password}`]),
    ];
    writeFileSync(path, settings.join('\n'));
    return path;
  };
  const sentinels = [
    await startRedis({ sentinelFile, ...tls }),
    await startRedis({ sentinelFile, ...tls }),
    await startRedis({ sentinelFile, ...tls }),
  ];
  await Promise.all(sentinels.map((sentinel) => knowsEverybody(sentinel, access)));
  return {
    shape: {
      kind: 'sentinel',
      sentinels: sentinels.map(({ port }) => ({ host: '127.0.0.1', port })),
      master: masterName,
      ...(access === undefined ? {} : { password: access.sentinelPassword }),
    },
    killMasterOf: () => master.signal('SIGKILL'),
    silenceMasterOf: () => master.signal('SIGSTOP'),
    [Symbol.asyncDispose]: async () => {
      for (const server of [...sentinels, replica, master]) await server[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true });
    },
  };
}

/** Three masters and a replica of each. */
export async function startCluster(access?: TestAccess): Promise<TestTopology> {
  const folder = mkdtempSync(join(tmpdir(), 'cluster-'));
  const args = [...toServerArguments(access), ...(access === undefined ? [] : ['--tls-cluster', 'yes'])];
  const nodes = await Promise.all(
    Array.from({ length: 6 }, (_, index) =>
      startRedis({ args: [...clusterArguments(folder, index), ...args], ...toTls(access) }),
    ),
  );
  await formCluster(nodes, (server, question) => ask(server, access, question));
  for (const replica of nodes.slice(3)) await isSynchronised(replica, access);
  const masterOf = async (key: string) => {
    const slot = await ask(nodes[0], access, (redis) => redis.cluster('KEYSLOT', key));
    return nodes[Math.floor((Number(slot) * 3) / slotCount)];
  };
  return {
    shape: { kind: 'cluster', nodes: nodes.slice(0, 2).map(({ port }) => ({ host: '127.0.0.1', port })) },
    killMasterOf: async (key) => (await masterOf(key))?.signal('SIGKILL'),
    silenceMasterOf: async (key) => (await masterOf(key))?.signal('SIGSTOP'),
    [Symbol.asyncDispose]: async () => {
      for (const node of nodes) await node[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true });
    },
  };
}

const slotCount = 16_384;

function clusterArguments(folder: string, index: number): readonly string[] {
  const cluster = ['--cluster-enabled', 'yes', '--cluster-config-file', `nodes-${index}.conf`];
  return [...cluster, '--cluster-node-timeout', '1500', '--dir', folder];
}

type Ask = <T>(server: TestRedis | undefined, question: (redis: Redis) => Promise<T>) => Promise<T>;

async function formCluster(nodes: readonly TestRedis[], ask: Ask): Promise<void> {
  const [first] = nodes;
  for (const [index, node] of nodes.entries()) {
    await ask(node, (redis) => redis.call('CLUSTER', 'SET-CONFIG-EPOCH', String(index + 1)));
    if (index < 3) {
      const [from, to] = [index, index + 1].map((third) => Math.ceil((third * slotCount) / 3));
      await ask(node, (redis) => redis.call('CLUSTER', 'ADDSLOTSRANGE', String(from), String((to ?? 0) - 1)));
    }
    await ask(node, (redis) => redis.call('CLUSTER', 'MEET', '127.0.0.1', String(first?.port)));
  }
  const ids = await Promise.all(nodes.map((node) => ask(node, (redis) => redis.call('CLUSTER', 'MYID'))));
  for (const [index, node] of nodes.entries()) {
    await untilTrue(async () =>
      ((await ask(node, (redis) => redis.call('CLUSTER', 'NODES'))) as string).includes(String(ids[index % 3])),
    );
    if (index >= 3)
      await untilTrue(() =>
        ask(node, (redis) => redis.call('CLUSTER', 'REPLICATE', String(ids[index - 3]))).then(
          () => true,
          () => false,
        ),
      );
  }
  for (const node of nodes) {
    await untilTrue(async () =>
      String(await ask(node, (redis) => redis.call('CLUSTER', 'INFO'))).includes('cluster_state:ok'),
    );
  }
}

async function isSynchronised(replica: TestRedis, access: TestAccess | undefined): Promise<void> {
  await untilTrue(async () =>
    (await ask(replica, access, (redis) => redis.info('replication'))).includes('master_link_status:up'),
  );
}

async function knowsEverybody(sentinel: TestRedis, access: TestAccess | undefined): Promise<void> {
  const asSentinel = access === undefined ? undefined : { ...access, password: access.sentinelPassword };
  await untilTrue(async () => {
    const info = await ask(sentinel, asSentinel, (redis) => redis.info('sentinel'));
    return info.includes('slaves=1,sentinels=3');
  });
}

async function ask<T>(
  server: TestRedis | undefined,
  access: TestAccess | undefined,
  question: (redis: Redis) => Promise<T>,
): Promise<T> {
  const options: RedisOptions = access === undefined ? {} : { password: access.password, tls: readPem(access.tls) };
  const redis = new Redis(server?.url ?? '', options);
  try {
    return await question(redis);
  } finally {
    redis.disconnect();
  }
}

function toTls(access: TestAccess | undefined): { readonly tls?: TestCertificates } {
  return access === undefined ? {} : { tls: access.tls };
}

function toServerArguments(access: TestAccess | undefined): readonly string[] {
  if (access === undefined) return [];
  return ['--requirepass', access.password, '--masterauth', access.password, '--tls-replication', 'yes'];
}

function toSentinelSettings(port: number, { tls, sentinelPassword }: TestAccess): readonly string[] {
  return [
    'port 0',
    `tls-port ${port}`,
    'tls-replication yes',
    `tls-ca-cert-file ${tls.caFile}`,
    `tls-cert-file ${tls.certFile}`,
    `tls-key-file ${tls.keyFile}`,
    `requirepass ${sentinelPassword}`,
    `sentinel sentinel-pass ${sentinelPassword}`,
  ];
}

async function untilTrue(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 50));
}
