import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CASES, MINIMAL_VALUES } from './support/cases.ts';
import { Cluster } from './support/cluster/api.ts';
import { CHART, HELM_MAJORS, type HelmRun, type Manifest, parseManifests, type Values } from './support/helm.ts';
import { apiServerFindings } from './support/manifests.ts';
import { previousChart } from './support/previous-chart.ts';

const NEVER_READY = 'never-ready';
const values = JSON.stringify(MINIMAL_VALUES);
const previous = await previousChart(values);

const image = (workload: Manifest): string => workload['spec'].template.spec.containers[0].image;
const admission = (object: Manifest) => apiServerFindings([object]);

/** The objects of the cluster, without those that every cluster has and without helm's own records. */
function installed(cluster: Cluster): readonly Manifest[] {
  return cluster.store
    .list()
    .filter(({ kind, type }) => !['Namespace', 'ReplicaSet'].includes(kind) && type !== 'helm.sh/release.v1');
}

const names = (manifests: readonly Manifest[]): readonly string[] =>
  manifests.map(({ kind, metadata }) => `${kind}/${metadata.name}`).toSorted();

function find(cluster: Cluster, { kind, metadata }: Manifest): Manifest | undefined {
  return installed(cluster).find((one) => one.kind === kind && one.metadata.name === metadata.name);
}

afterAll(() => previous[Symbol.dispose]());

// Each major of helm has a cluster of its own. Within a cluster, each test continues from the state of the test before it.
describe.concurrent.each(HELM_MAJORS)('helm %d', (major) => {
  const rollbackOnFailure = major === 3 ? '--atomic' : '--rollback-on-failure';
  let testPodsEnd: 'Succeeded' | 'Failed' = 'Succeeded';
  let cluster: Cluster;

  const helm = (args: readonly string[], input = values): Promise<HelmRun> => cluster.helm(major, args, input);
  const succeed = async (args: readonly string[], input = values): Promise<string> => {
    const { status, stdout, stderr } = await helm(args, input);
    expect(stderr).not.toContain('Error');
    expect(status).toBe(0);
    return stdout;
  };
  const history = async (): Promise<readonly string[]> => {
    const revisions: readonly { readonly revision: number; readonly status: string }[] = JSON.parse(
      await succeed(['history', 'gw', '--output', 'json']),
    );
    return revisions.map(({ revision, status }) => `${revision} ${status}`);
  };
  /** Asserts that the objects of the cluster equal the release's manifest, field by field, without additional objects. */
  const expectManifest = async (): Promise<void> => {
    const manifests = parseManifests(await succeed(['get', 'manifest', 'gw']));
    expect(names(installed(cluster))).toEqual(names(manifests));
    for (const manifest of manifests) {
      const { stringData: _, ...rest } = manifest;
      expect(find(cluster, manifest)).toMatchObject(rest);
    }
  };

  beforeAll(async () => {
    cluster = await Cluster.start({
      admission,
      isReady: (workload) => !image(workload).endsWith(NEVER_READY),
      endOf: () => testPodsEnd,
    });
  });
  afterAll(() => cluster[Symbol.asyncDispose]());

  it.sequential(`installs ${previous.origin} and waits until it is ready`, async () => {
    const said = await succeed(['install', 'gw', previous.folder, '--values', '-', '--wait', '--timeout', '30s']);
    expect(said).toContain('STATUS: deployed');
    await expectManifest();
  });

  it.sequential('upgrades to this chart', async () => {
    await succeed([
      'upgrade',
      'gw',
      CHART,
      '--values',
      '-',
      '--wait',
      '--timeout',
      '30s',
      '--set',
      'podAnnotations.changed=yes',
    ]);
    expect(await history()).toEqual(['1 superseded', '2 deployed']);
    await expectManifest();
  });

  it.sequential('returns by itself from an upgrade whose pods never become ready', async () => {
    const before = installed(cluster);
    const args = ['upgrade', 'gw', CHART, '--values', '-', '--set', `image.tag=${NEVER_READY}`, rollbackOnFailure];
    const { status, stderr } = await helm([...args, '--wait', '--timeout', '4s']);
    expect(status).not.toBe(0);
    expect(stderr).toContain('UPGRADE FAILED');
    expect(await history()).toEqual(['1 superseded', '2 superseded', '3 failed', '4 deployed']);
    await expectManifest();
    expect(names(installed(cluster))).toEqual(names(before));
    expect(installed(cluster).map(({ spec }) => spec)).toEqual(before.map(({ spec }) => spec));
  });

  it.sequential('reports a field that the API server does not know', async () => {
    const extra: Values = {
      ...MINIMAL_VALUES,
      extraManifests: [
        {
          apiVersion: 'v1',
          kind: 'Service',
          metadata: { name: 'extra' },
          spec: { ports: [{ port: 1, targetPorts: 2 }] },
        },
      ],
    };
    const { status, stderr } = await helm(
      ['upgrade', 'gw', CHART, '--values', '-', rollbackOnFailure, '--wait', '--timeout', '10s'],
      JSON.stringify(extra),
    );
    expect(status).not.toBe(0);
    expect(stderr).toContain('/spec/ports/0/targetPorts: Service has no field of this name here.');
    await expectManifest();
  });

  it.sequential('reports that the API server refuses another selector', async () => {
    const renamed: Values = { ...MINIMAL_VALUES, fullnameOverride: 'gw-scim-gateway', nameOverride: 'renamed' };
    const args = ['upgrade', 'gw', CHART, '--values', '-', rollbackOnFailure, '--wait', '--timeout', '10s'];
    const { status, stderr } = await helm(args, JSON.stringify(renamed));
    expect(status).not.toBe(0);
    expect(stderr).toContain('field is immutable');
    await expectManifest();
  });

  it.sequential('runs the test pod, which leaves nothing behind', async () => {
    const before = names(installed(cluster));
    const podsMade = () => cluster.calls.filter(({ path, status }) => path.includes('/pods') && status === 201).length;
    const made = podsMade();
    expect(await succeed(['test', 'gw', '--timeout', '30s'])).toMatch(/Phase:\s+Succeeded/);
    expect(podsMade()).toBe(made + 1);
    expect(names(installed(cluster))).toEqual(before);
  });

  it.sequential('reports a failed test pod, and keeps it for inspection', async () => {
    testPodsEnd = 'Failed';
    const { status, stderr } = await helm(['test', 'gw', '--timeout', '30s']);
    expect(status).not.toBe(0);
    expect(stderr).toContain('gw-scim-gateway-test');
    expect(names(installed(cluster))).toContain('Pod/gw-scim-gateway-test');
    testPodsEnd = 'Succeeded';
    await succeed(['test', 'gw', '--timeout', '30s']);
  });

  it.sequential('rolls back to the first revision', async () => {
    await succeed(['rollback', 'gw', '1', '--wait', '--timeout', '30s']);
    await expectManifest();
  });

  it.sequential('uninstalls without leaving anything', async () => {
    await succeed(['uninstall', 'gw', '--wait', '--timeout', '30s']);
    expect(names(cluster.store.list())).toEqual(['Namespace/identity']);
  });

  it.sequential.each(
    CASES.filter(({ name }) => ['development', 'everything', 'gateway-api', 'monitoring'].includes(name)),
  )('installs and uninstalls with the values of $name', async ({ options: { files = [] } }) => {
    const all = files.flatMap((file) => ['--values', file]);
    await succeed(['install', 'gw', CHART, ...all, '--wait', '--timeout', '30s']);
    expect(names(installed(cluster)).length).toBeGreaterThan(5);
    await succeed(['uninstall', 'gw', '--wait', '--timeout', '30s']);
    expect(names(cluster.store.list())).toEqual(['Namespace/identity']);
  });
});
