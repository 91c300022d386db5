import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type Manifest, render } from './support/helm.ts';
import { ciFiles, ciPath, fewest, find, gatewayApi, over } from './support/values.ts';

const root = join(import.meta.dirname, '..', '..');
const folder = mkdtempSync(join(tmpdir(), 'chart-settings-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The variables in docs/configuration.md, each with its default. */
const documented: ReadonlyMap<string, string | undefined> = new Map(
  readFileSync(join(root, 'docs/configuration.md'), 'utf8')
    .split('\n')
    .flatMap((line): [string, string | undefined][] => {
      const [, names = '', , value = ''] = line.split(/(?<!\\)\|/);
      return [...names.matchAll(/`([A-Z_]+)`/g)].map(([, name = '']) => [name, /^ `(.*)` $/.exec(value)?.[1]]);
    }),
);

/** Variables of Node that the chart sets. */
const ofNode = ['NODE_OPTIONS', 'NODE_EXTRA_CA_CERTS'];
/** Variables of OpenTelemetry, which the chart sets only when tracing is enabled. */
const isTracing = (name: string) => name.startsWith('OTEL_');
/** Variables that the image sets. */
const ofImage = ['BUILD_REVISION'];
/** Defaults of the chart that differ from the gateway's, with the reason. */
const otherwise: ReadonlyMap<string, string> = new Map([
  ['DRAIN_DELAY_MS', 'endpoints of a Service are taken out some seconds after a pod begins to end'],
  ['REDIS_KEY_PREFIX', 'two releases may share one Redis'],
]);

const environmentIn = (manifests: readonly Manifest[]): Readonly<Record<string, string>> => {
  const { envFrom } = find(manifests, 'Deployment', nameOfGateway(manifests))['spec'].template.spec.containers[0];
  return find(manifests, 'ConfigMap', envFrom[0].configMapRef.name)['data'];
};
const nameOfGateway = (manifests: readonly Manifest[]) =>
  manifests.find(
    ({ kind, metadata }) => kind === 'Deployment' && metadata.labels?.['app.kubernetes.io/component'] === 'gateway',
  )?.metadata.name;

const pair = { secretRef: 'own' };
const tls = { enabled: true, caSecret: 'a', clientCertSecret: 'b', serverName: 'c' };
const tracing = {
  enabled: true,
  endpoint: 'http://a:4318',
  tracesEndpoint: 'http://a:4318/b',
  headers: pair,
  resourceAttributes: ['a=b'],
};
const sentinel = { nodes: ['a'], masterName: 'm', auth: { username: pair, password: pair } };
/** Renders that together contain every variable. */
const renders = [
  over(fewest, { scim: { tokens: pair }, redis: { tls, auth: { username: pair, password: pair } } }),
  over(fewest, {
    config: { trustedProxies: ['::1'], trustedBots: ['a'], protectedUsers: ['a'] },
    redis: { host: '', url: pair },
  }),
  over(fewest, { extraCaCertificates: { secretRef: 'a' }, redis: { mode: 'sentinel', host: '', sentinel } }),
  over(fewest, { redis: { mode: 'cluster', host: '', cluster: { nodes: ['a'] } }, tracing }),
];

describe('the values', () => {
  it('reach every variable of docs/configuration.md and no other', async () => {
    const all = await Promise.all(renders.map(async (values) => environmentIn((await render(values)).manifests)));
    const names = new Set(all.flatMap(Object.keys));
    expect([...names].filter((name) => !documented.has(name) && !ofNode.includes(name))).toEqual([]);
    // A secret has two variables, of which the chart sets the one of the file. A URL may be set by either.
    const isReached = (name: string) =>
      names.has(name) || (documented.has(`${name}_FILE`) && names.has(`${name}_FILE`));
    expect([...documented.keys()].filter((name) => !isReached(name) && !ofImage.includes(name))).toEqual([]);
  });

  it('have the defaults of the gateway', async () => {
    const environment = environmentIn((await render(fewest)).manifests);
    const differing = Object.entries(environment).filter(([name, value]) => {
      const own = documented.get(name);
      return own !== undefined && own !== value;
    });
    expect(differing.map(([name]) => name).sort()).toEqual([...otherwise.keys()].sort());
    const unset = [...documented].filter(
      ([name, own]) => own !== undefined && own !== 'none' && !(name in environment),
    );
    // Set only in mode sentinel.
    expect(unset.map(([name]) => name).filter((name) => !isTracing(name))).toEqual(['REDIS_DATABASE', 'REDIS_TLS']);
  });

  it.each(ciFiles)('of %s are a configuration that the gateway accepts', async (file) => {
    const { manifests } = await render({}, { files: [ciPath(file)], ...gatewayApi });
    const environment = Object.entries(environmentIn(manifests))
      .filter(([name]) => !ofNode.includes(name))
      .map(([name, value]) => [name, name.endsWith('_FILE') ? stand(name) : value]);
    const { status, stderr } = spawnSync(
      process.execPath,
      [join(root, 'services/gateway/dist/main.js'), 'config', 'check'],
      {
        encoding: 'utf8',
        env: Object.fromEntries(environment),
      },
    );
    expect(stderr).toBe('');
    expect(status).toBe(0);
  });
});

/** A file with valid contents for the variable. */
function stand(name: string): string {
  const path = join(folder, name);
  writeFileSync(path, contents.find(([pattern]) => pattern.test(name))?.[1] ?? 'invented');
  return path;
}

const contents: readonly (readonly [RegExp, string])[] = [
  [/^SCIM_TOKENS_FILE$/, '[]'],
  [/^REDIS_URL_FILE$/, 'rediss://redis.example.com:6379/0'],
  [/^OTEL_/, 'name=invented'],
  [/^REDIS_TLS_/, '-----BEGIN CERTIFICATE-----\ninvented\n-----END CERTIFICATE-----\n'],
];
