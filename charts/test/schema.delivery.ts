import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { CHART, refusal, render, type Values } from './support/helm.ts';
import { chartValues, fewest, leaves, only, over, valueAt } from './support/values.ts';

// biome-ignore lint/suspicious/noExplicitAny: a schema can have any shape.
type Json = any;

const schema: Json = JSON.parse(readFileSync(join(CHART, 'values.schema.json'), 'utf8'));

/** Values that are refused, each with helm's message. */
const refused: readonly (readonly [path: string, value: unknown, says: string])[] = [
  ['replicaCount', 0, 'minimum: got 0, want 1'],
  ['image.pullPolicy', 'Sometimes', 'value must be one of'],
  ['image.digest', 'sha256:abc', 'does not match pattern'],
  ['image.repository', 'Scim Gateway', 'does not match pattern'],
  ['image.tag', 1, 'got number, want string'],
  ['nameOverride', 'Upper', 'does not match pattern'],
  ['fullnameOverride', 'a'.repeat(64), 'maxLength: got 64, want 63'],
  ['commonLabels.team', 1, 'got number, want string'],
  ['collate.hostAndPort', 'collate:8585', 'does not match pattern'],
  ['collate.queue', -1, 'minimum: got -1, want 0'],
  ['collate.concurrency', 2.5, 'got number, want integer'],
  ['collate.token.secretRef', 'Not_A_Name', 'does not match pattern'],
  ['scim.token.value', 'two words', 'does not match pattern'],
  ['existingSecret', true, 'got boolean, want string'],
  ['existingSecretKeys.collateToken', 'a key', 'does not match pattern'],
  ['redis.mode', 'replicated', 'value must be one of'],
  ['redis.port', 65_536, 'maximum: got 65,536, want 65,535'],
  ['redis.host', 'user@redis', 'does not match pattern'],
  ['redis.keyPrefix', 'a{b}', 'does not match pattern'],
  ['redis.url.value', 'http://redis', 'does not match pattern'],
  ['redis.sentinel.nodes', ['a:b'], 'does not match pattern'],
  ['redis.tls.enabled', 'yes', 'got string, want boolean'],
  ['redis.development.maxMemory', '96', 'does not match pattern'],
  ['config.logLevel', 'verbose', 'value must be one of'],
  ['config.nameRule', 'email', 'value must be one of'],
  ['config.groupAdoption', 'subtree:', 'does not match pattern'],
  ['config.trustedProxies', ['example.com'], 'does not match pattern'],
  ['config.rememberedAttributes', [], 'minItems: got 0, want 1'],
  ['config.filterLimits', '1,2', 'does not match pattern'],
  ['config.drainDelayMs', '10s', 'got string, want integer'],
  ['config.maxHeapPercent', 101, 'maximum: got 101, want 100'],
  ['hpa.metrics', [{ type: 'Cpu' }], 'value must be one of'],
  ['hpa.behavior.scaleDown.policies', [{ type: 'Pods' }], 'missing properties'],
  ['podDisruptionBudget.config.maxUnavailable', 'one', 'does not match pattern'],
  ['strategy.type', 'BlueGreen', 'value must be one of'],
  ['containerPorts.http', 80, 'minimum: got 80, want 1,024'],
  ['resources.limits.memory', '512MB', 'does not match pattern'],
  ['resources.requests.gpu', 1, "additional properties 'gpu' not allowed"],
  ['podSecurityContext.readOnlyRootFilesystem', true, "additional properties 'readOnlyRootFilesystem' not allowed"],
  ['securityContext.fsGroup', 1, "additional properties 'fsGroup' not allowed"],
  ['tolerations', [{ operator: 'Maybe' }], 'value must be one of'],
  ['extraEnvs', [{ value: 'a' }], "missing property 'name'"],
  ['extraVolumeMounts', [{ name: 'a' }], "missing property 'mountPath'"],
  ['sidecars', [{ name: 'a' }], "missing property 'image'"],
  ['service.type', 'ExternalName', 'value must be one of'],
  ['service.ipFamilies', ['IPv4', 'IPv4'], 'items at 0 and 1 are equal'],
  ['ingress.hosts', [{ host: 'https://a' }], 'does not match pattern'],
  ['ingress.tls', {}, 'got object, want array'],
  ['gateway.path', 'scim/v2', 'does not match pattern'],
  ['gateway.parentRefs', [{}], "missing property 'name'"],
  ['networkPolicy.http.from', [{ podSelecter: {} }], "additional properties 'podSelecter' not allowed"],
  ['networkPolicy.redis.ports', ['6379'], 'got string, want integer'],
  ['serviceMonitor.interval', '30', 'does not match pattern'],
  ['serviceMonitor.relabelings', [{ sourcelabels: [] }], "additional properties 'sourcelabels' not allowed"],
  ['prometheusRules.thresholds.a', 'high', 'got string, want number'],
  ['prometheusRules.overrides.A', { severity: 'page' }, "additional properties 'severity' not allowed"],
  ['prometheusRules.extraRules', [{ alert: 'A' }], "missing property 'expr'"],
  ['grafanaDashboard.operator.resyncPeriod', 'often', 'does not match pattern'],
];

/** Combinations of values that are refused. */
const refusedTogether: readonly (readonly [values: Values, path: string])[] = [
  [{ redis: { mode: 'sentinel', sentinel: { masterName: 'm' } } }, '/redis/sentinel/nodes'],
  [{ redis: { mode: 'cluster' } }, '/redis/cluster/nodes'],
  [{ ingress: { enabled: true } }, '/ingress/hosts'],
  [{ gateway: { enabled: true } }, '/gateway/parentRefs'],
  [{ externalSecret: { enabled: true } }, '/externalSecret/secretStoreRef/name'],
];

const merge = (all: readonly Values[]): Values => all.reduce(over, fewest);
const parentOf = (path: string) => path.slice(0, Math.max(0, path.lastIndexOf('.')));
const pointer = (path: string) => (path === '' ? '' : `/${path.replaceAll('.', '/')}`);
/** Each value under a misspelt key. */
const misspelt = leaves
  .map((path) => ({ path, parent: parentOf(path), key: `${path.slice(path.lastIndexOf('.') + 1)}x` }))
  .filter(({ parent }) => parent !== 'global');
const allMisspelt = merge(misspelt.map(({ parent, key }) => only(parent === '' ? key : `${parent}.${key}`, 'a')));
const allRefused = merge(refused.map(([path, value]) => only(path, value)));

describe('the schema, by helm 4', () => {
  let said: readonly string[] = [];
  let saidOfMisspelt: readonly string[] = [];
  beforeAll(async () => {
    said = (await refusal(allRefused)).split('\n');
    saidOfMisspelt = (await refusal(allMisspelt)).split('\n');
  });

  it.each(refused)('refuses %s = %j and names it: %s', (path, _, message) => {
    const places = [`at '${pointer(path)}`, `at '${pointer(parentOf(path))}':`];
    const lines = said.filter((line) => places.some((place) => line.includes(place)));
    expect(lines.join('\n')).toContain(message);
  });

  it.each(misspelt)('refuses a misspelt $path', ({ parent, key }) => {
    const line = saidOfMisspelt.find((each) => each.includes(`at '${pointer(parent)}': additional properties`));
    expect(line).toContain(`'${key}'`);
  });

  it.each(refusedTogether)('refuses %j and names %s', async (values, path) => {
    expect(await refusal(over(fewest, values))).toContain(`at '${path}': min`);
  });
});

describe('the schema, by helm 3', () => {
  let said = '';
  let saidOfMisspelt = '';
  beforeAll(async () => {
    said = await refusal(allRefused, { major: 3 });
    saidOfMisspelt = await refusal(allMisspelt, { major: 3 });
  });

  it.each(refused)('refuses %s = %j and names it', (path) => {
    const places = said
      .split('\n')
      .filter((line) => line.startsWith(`- ${path}`) || line.startsWith(`- ${parentOf(path)}: Additional property`));
    expect(places).not.toEqual([]);
  });

  it('refuses every misspelt value and names it', () => {
    const lines = misspelt.map(
      ({ parent, key }) => `- ${parent || '(root)'}: Additional property ${key} is not allowed`,
    );
    expect(lines.filter((line) => !saidOfMisspelt.includes(line))).toEqual([]);
  });

  it.each(refusedTogether)('refuses %j and names %s', async (values, path) => {
    expect(await refusal(over(fewest, values), { major: 3 })).toContain(`- ${path.slice(1).replaceAll('/', '.')}: `);
  });
});

describe('the schema', () => {
  it('accepts the values that a parent chart passes down', async () => {
    const above = over(fewest, { enabled: true, global: { storageClass: 'fast' } });
    expect((await render(above)).manifests.length).toBeGreaterThan(0);
  });

  it('describes exactly the values of values.yaml', () => {
    expect([...describedIn(schema, '')].sort()).toEqual([...leaves, 'enabled'].sort());
    expect(leaves.filter((leaf) => valueAt(chartValues, leaf) === undefined)).toEqual([]);
    const isDescribed = (path: string) => leaves.some((leaf) => path === leaf || path.startsWith(`${leaf}.`));
    expect(pathsOf(chartValues, '').filter((path) => !isDescribed(path))).toEqual([]);
  });

  it('has a description of each value', () => {
    const untyped = leaves.filter((leaf) => {
      const node = leaf.split('.').reduce((inner: Json, name) => inner.properties[name], schema);
      return node.type === undefined || !/^[A-Z].*\.$/.test(node.description);
    });
    expect(untyped).toEqual([]);
  });

  it('and README.md have the descriptions of values.yaml', () => {
    const { status, stderr } = spawnSync(process.execPath, [join(import.meta.dirname, 'chart-docs.mjs')], {
      encoding: 'utf8',
    });
    expect(stderr).toBe('');
    expect(status).toBe(0);
  });
});

function* describedIn(node: Json, path: string): Generator<string> {
  for (const [name, inner] of Object.entries<Json>(node.properties ?? {})) {
    const place = path === '' ? name : `${path}.${name}`;
    if (inner.description === undefined) yield* describedIn(inner, place);
    else yield place;
  }
}

function pathsOf(values: Json, path: string): readonly string[] {
  if (typeof values !== 'object' || values === null || Array.isArray(values)) return [path];
  const names = Object.keys(values);
  if (names.length === 0) return [path];
  return names.flatMap((name) => pathsOf(values[name], path === '' ? name : `${path}.${name}`));
}
