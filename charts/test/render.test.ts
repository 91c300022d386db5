import { beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_CASE } from './support/cases.ts';
import { sentences } from './support/finding.ts';
import { type Manifest, render } from './support/helm.ts';
import { manifestFindings } from './support/manifests.ts';
import { removedApiFindings } from './support/removed-apis.ts';

// biome-ignore lint/suspicious/noExplicitAny: a mutation may change any field to any value.
type Json = any;
type Mutation = (objects: Readonly<Record<string, Json>>) => void;

describe('the chart with its defaults', () => {
  let manifests: readonly Manifest[] = [];

  beforeAll(async () => {
    ({ manifests } = await render(DEFAULT_CASE.values, DEFAULT_CASE.options));
  });

  it('renders only objects that Kubernetes accepts, and only restricted pods', async () => {
    expect(manifests.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(['Deployment', 'Service', 'PodDisruptionBudget', 'Pod']),
    );
    expect(sentences(await manifestFindings(manifests))).toEqual([]);
  });

  const container = ({ Deployment }: Readonly<Record<string, Json>>): Json =>
    Deployment.spec.template.spec.containers[0];

  it.each<[string, Mutation, RegExp]>([
    ['a misspelt field', (of) => (container(of).imagePulPolicy = 'Always'), /imagePulPolicy: Deployment has no field/],
    [
      'a field at the wrong level',
      ({ Deployment }) => (Deployment.spec.template.spec.runAsUser = 1),
      /spec\/runAsUser: .*no field/,
    ],
    ['a text where a number belongs', (of) => (container(of).ports[0].containerPort = 'http'), /must be integer/],
    ['a null', (of) => (container(of).lifecycle = null), /lifecycle: null is rendered/],
    ['an unknown kind', ({ Service }) => (Service.kind = 'Servce'), /No schema is known for v1 Servce/],
    ['a label that no label may be', ({ Service }) => (Service.metadata.labels.x = 'a b'), /no label may have: a b/],
    ['a long name', ({ Service }) => (Service.metadata.name = 'x'.repeat(64)), /longer than 63/],
    [
      'a name given twice',
      ({ Deployment, Service }) => Object.assign(Service, structuredClone(Deployment)),
      /rendered twice/,
    ],
    [
      'a selector of nothing',
      ({ Deployment }) => (Deployment.spec.template.metadata.labels = {}),
      /does not select the pods/,
    ],
    [
      'a selector that would change',
      ({ Deployment }) => {
        Deployment.spec.selector.matchLabels['helm.sh/chart'] = '1';
        Deployment.spec.template.metadata.labels['helm.sh/chart'] = '1';
      },
      /a selector can never change/,
    ],
    [
      'a Service to no port',
      ({ Service }) => (Service.spec.ports[0].targetPort = 'htp'),
      /goes to htp, which is no port/,
    ],
    ['a Service to no pod', ({ Service }) => (Service.spec.selector.x = 'y'), /selects 0 kinds of pods/],
    ['a probe of no port', (of) => (container(of).livenessProbe.httpGet.port = 'x'), /asks x, which is no port/],
    [
      'a test pod that takes traffic',
      ({ Deployment, Pod }) =>
        (Pod.metadata.labels = { ...Pod.metadata.labels, ...Deployment.spec.template.metadata.labels }),
      /Service\/\S+ \/spec\/selector: selects Pod/,
    ],
    [
      'a budget of no pods',
      ({ PodDisruptionBudget }) => (PodDisruptionBudget.spec.selector.matchLabels.x = 'y'),
      /of 0 workloads/,
    ],
    [
      'a budget that blocks drains',
      ({ PodDisruptionBudget }) => (PodDisruptionBudget.spec.maxUnavailable = 0),
      /leaves none of 2/,
    ],
    ['a budget of one replica', ({ Deployment }) => (Deployment.spec.replicas = 1), /guards a single replica/],
    [
      'a mount of no volume',
      (of) => container(of).volumeMounts.push({ name: 'x', mountPath: '/x' }),
      /mounts x, which is no volume/,
    ],
    [
      'a volume mounted nowhere',
      ({ Deployment }) => Deployment.spec.template.spec.volumes.push({ name: 'x', emptyDir: {} }),
      /x is mounted nowhere/,
    ],
    [
      'a ConfigMap that is not rendered',
      ({ Pod }) => (Pod.spec.volumes.find((volume: Json) => volume.configMap).configMap.name = 'gw-x'),
      /needs the ConfigMap gw-x, which is not rendered/,
    ],
    [
      'a service account of another name',
      ({ Deployment }) => (Deployment.spec.template.spec.serviceAccountName = 'x'),
      /is x, and the chart renders/,
    ],
    ['a variable set twice', (of) => (container(of).env = [{ name: 'X' }, { name: 'X' }]), /is set twice/],
    [
      'a pod that may be root',
      ({ Deployment: { spec } }) => {
        delete spec.template.spec.securityContext.runAsNonRoot;
        delete spec.template.spec.containers[0].securityContext.runAsNonRoot;
      },
      /runAsNonRoot: must be true/,
    ],
    ['a test pod that is restarted', ({ Pod }) => (Pod.spec.restartPolicy = 'Always'), /restartPolicy: must be Never/],
  ])('fails the checks with %s', async (_, mutate, sentence) => {
    const copy: readonly Manifest[] = structuredClone(manifests);
    mutate(Object.fromEntries(copy.map((manifest) => [manifest.kind, manifest])));
    expect(sentences(await manifestFindings(copy)).join('\n')).toMatch(sentence);
  });

  it('fails the checks with an API that a supported Kubernetes no longer serves', () => {
    const budget = manifests.filter(({ kind }) => kind === 'PodDisruptionBudget');
    const old = budget.map((manifest) => ({ ...manifest, apiVersion: 'policy/v1beta1' }));
    expect(removedApiFindings(budget, 27)).toEqual([]);
    expect(removedApiFindings(old, 27)).toHaveLength(1);
  });
});
