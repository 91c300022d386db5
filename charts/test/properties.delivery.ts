import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { CHART, type Manifest, type RenderOptions, render, type Values } from './support/helm.ts';
import { at, chartValues, ciPath, fewest, find, gatewayApi, over } from './support/values.ts';

const folder = mkdtempSync(join(tmpdir(), 'chart-properties-'));
afterAll(() => rmSync(folder, { recursive: true }));

const everything: RenderOptions = { files: [ciPath('everything-values.yaml')] };
const development: RenderOptions = { files: [ciPath('development-values.yaml')] };
const templatesOf = (manifests: readonly Manifest[]) =>
  manifests.filter(({ kind }) => kind === 'Deployment').map((manifest) => at(manifest, 'spec template'));
const namesOf = (manifests: readonly Manifest[]) =>
  manifests.map(({ kind, metadata }) => `${kind} ${metadata.namespace} ${metadata.name}`);
/** 53 characters, the longest name of a release. */
const longName = (end: string) => `${'release-'.repeat(7).slice(0, 53 - end.length)}${end}`;

/** A copy of the chart with one changed file. */
function changed(file: string, from: string | RegExp, to: string): string {
  const chart = mkdtempSync(join(folder, 'chart-'));
  cpSync(CHART, chart, { recursive: true });
  const text = readFileSync(join(chart, file), 'utf8');
  const other = text.replace(from, to);
  expect(other).not.toBe(text);
  writeFileSync(join(chart, file), other);
  return chart;
}

describe('names', () => {
  const long = 'a'.repeat(63);
  it.each<[string, Values, RenderOptions]>([
    ['the longest release', {}, { release: longName('a') }],
    ['the longest release and nameOverride', { nameOverride: long }, { release: longName('a') }],
    ['the longest fullnameOverride', { fullnameOverride: long }, {}],
    ['a release that has the chart in its name', {}, { release: 'scim-gateway' }],
  ])('are short enough and unique with %s', async (_, values, options) => {
    const more = { monitoring: ciPath('monitoring-values.yaml'), development: ciPath('development-values.yaml') };
    const { manifests } = await render(values, { ...options, files: Object.values(more) });
    const names = manifests.map(({ metadata }) => metadata.name);
    expect(names.filter((name) => name.length > 63 || !/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(name))).toEqual([]);
    const labels = manifests.flatMap(({ metadata }) => Object.values(metadata.labels ?? {}));
    expect(labels.filter((label) => label.length > 63)).toEqual([]);
    expect(new Set(namesOf(manifests)).size).toBe(manifests.length);
  });

  it('of two releases differ, even when they are long and similar', async () => {
    const files = [...(development.files ?? []), ciPath('monitoring-values.yaml')];
    const [one, other] = await Promise.all(['a', 'b'].map((end) => render({}, { files, release: longName(end) })));
    const taken = new Set(namesOf(one?.manifests ?? []));
    expect(namesOf(other?.manifests ?? []).filter((name) => taken.has(name))).toEqual([]);
  });

  it('of two releases select different pods', async () => {
    const selectors = await Promise.all(
      ['one', 'two'].map(async (release) => {
        const { manifests } = await render({}, { ...development, release });
        return manifests.filter(({ kind }) => kind === 'Service').map((service) => at(service, 'spec selector'));
      }),
    );
    const texts = selectors.flat().map((selector) => JSON.stringify(selector));
    // The gateway's two Services select the same pods. Redis has its own pods.
    expect(new Set(texts).size).toBe(4);
  });
});

describe('pods', () => {
  it.each<[string, RenderOptions]>([
    ['everything', everything],
    ['development', development],
  ])('stay unchanged when only the version of the chart changes: %s', async (_, options) => {
    const chart = changed('Chart.yaml', /^version: .*$/m, 'version: 9.9.9');
    const [now, then] = await Promise.all([render({}, options), render({}, { ...options, chart })]);
    expect(then.text).not.toBe(now.text);
    expect(templatesOf(then.manifests)).toEqual(templatesOf(now.manifests));
  });

  it.each<[string, Values]>([
    ['a setting', { config: { logLevel: 'debug' } }],
    ['a secret among the values', { scim: { token: { value: 'another' } } }],
  ])('are replaced when %s changes', async (_, values) => {
    const [now, then] = await Promise.all([render({}, development), render(values, development)]);
    expect(templatesOf(then.manifests)[0]).not.toEqual(templatesOf(now.manifests)[0]);
  });

  it('change only in their labels when commonLabels change', async () => {
    const [now, then] = await Promise.all([render(fewest), render(over(fewest, { commonLabels: { team: 'a' } }))]);
    const [before, after] = [now, then].map(({ manifests }) => templatesOf(manifests)[0].metadata.annotations);
    expect(after).toEqual(before);
  });

  it('of a development Redis with a random password stay unchanged from render to render', async () => {
    const values = over(fewest, { redis: { mode: 'development', host: '' } });
    const chart = changed('Chart.yaml', 'type: application', 'type: "application"');
    const [one, other] = await Promise.all([render(values), render(values, { chart })]);
    const secret = ({ manifests }: typeof one) =>
      at(find(manifests, 'Secret', 'gw-scim-gateway-redis'), 'data redis-password');
    expect(secret(one)).not.toBe(secret(other));
    expect(templatesOf(other.manifests)).toEqual(templatesOf(one.manifests));
  });

  it('never allow two writers without Redis', async () => {
    const { manifests } = await render({}, { files: [ciPath('no-redis-values.yaml')] });
    expect(at(find(manifests, 'Deployment'), 'spec')).toMatchObject({ replicas: 1, strategy: { type: 'Recreate' } });
  });
});

describe('a secret among the values', () => {
  it('is rendered only into a Secret', async () => {
    const pair = (value: string) => ({ value });
    const { manifests } = await render({
      collate: { token: pair('Plain-1') },
      scim: { token: pair('Plain-2'), tokens: pair('["Plain-3"]') },
      redis: {
        mode: 'sentinel',
        auth: { username: pair('Plain-4'), password: pair('Plain-5') },
        sentinel: { nodes: ['a'], masterName: 'm', auth: { username: pair('Plain-6'), password: pair('Plain-7') } },
      },
    });
    const [secrets, others] = [true, false].map((is) => manifests.filter(({ kind }) => (kind === 'Secret') === is));
    const encoded = [1, 2, 4, 5, 6, 7].map((index) => Buffer.from(`Plain-${index}`).toString('base64'));
    for (const text of encoded) expect(JSON.stringify(secrets)).toContain(text);
    expect(JSON.stringify(others)).not.toMatch(new RegExp(['Plain-', ...encoded].join('|')));
  });

  it.each(['redis.url', 'redis.development.password'])('is rendered only into a Secret: %s', async (path) => {
    const redis =
      path === 'redis.url'
        ? { host: '', url: { value: 'redis://a:Plain-8@redis' } }
        : { host: '', mode: 'development', development: { password: 'Plain-9' } };
    const { manifests } = await render(over(fewest, { redis }));
    const others = manifests.filter(({ kind }) => kind !== 'Secret');
    expect(others.length).toBe(manifests.length - 1);
    expect(JSON.stringify(others)).not.toMatch(/Plain-/);
  });
});

describe('the management listener', () => {
  it.each(['ingress-values.yaml', 'gateway-api-values.yaml', 'everything-values.yaml'])(
    'is never exposed: %s',
    async (file) => {
      const { manifests } = await render({}, { files: [ciPath(file)], ...gatewayApi });
      const exposing = manifests.filter(
        (manifest) =>
          ['Ingress', 'HTTPRoute'].includes(manifest.kind) ||
          ['LoadBalancer', 'NodePort'].includes(at(manifest, 'spec type')),
      );
      expect(exposing.length).toBeGreaterThan(0);
      expect(JSON.stringify(exposing)).not.toMatch(/management|9090/);
    },
  );
});

describe('the chart', () => {
  it('lists the images that it runs for Artifact Hub', async () => {
    const { manifests } = await render({}, development);
    const images = templatesOf(manifests)
      .flatMap(({ spec }) => spec.containers)
      .map(({ image }) => image);
    const listed = [...readFileSync(join(CHART, 'Chart.yaml'), 'utf8').matchAll(/^ {6}image: (.*)$/gm)].map(
      ([, image]) => image,
    );
    expect([...listed].sort()).toEqual([...images].sort());
  });

  it('omits fields that an old Kubernetes does not know', async () => {
    const values = over(fewest, { service: { trafficDistribution: 'PreferClose' } });
    const { manifests } = await render(values, { kubeVersion: '1.30.9' });
    expect(at(find(manifests, 'Service', 'gw-scim-gateway'), 'spec')).not.toHaveProperty('trafficDistribution');
  });

  it('has no dependency', () => {
    expect(readFileSync(join(CHART, 'Chart.yaml'), 'utf8')).not.toMatch(/^dependencies:/m);
    expect(chartValues.redis.mode).toBe('standalone');
  });
});
