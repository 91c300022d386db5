import { type Finding, finding } from './finding.ts';
import type { Manifest } from './helm.ts';

/** The minor versions of Kubernetes that the chart supports. */
export const KUBERNETES_MINORS: readonly number[] = [27, 28, 29, 30, 31, 32, 33, 34, 35];

/** The minor of Kubernetes 1 that first serves an API, and the one that removes it. */
interface Served {
  readonly from: number;
  readonly until: number;
}

const ALWAYS = Number.POSITIVE_INFINITY;

/**
 * APIs that some or all supported versions do not serve.
 *
 * @see https://kubernetes.io/docs/reference/using-api/deprecation-guide/
 */
const SERVED: ReadonlyMap<string, Served> = new Map([
  ['extensions/v1beta1', { from: 1, until: 22 }],
  ['apps/v1beta1', { from: 1, until: 16 }],
  ['apps/v1beta2', { from: 1, until: 16 }],
  ['networking.k8s.io/v1beta1', { from: 14, until: 22 }],
  ['policy/v1beta1', { from: 1, until: 25 }],
  ['batch/v1beta1', { from: 8, until: 25 }],
  ['autoscaling/v2beta1', { from: 8, until: 25 }],
  ['autoscaling/v2beta2', { from: 12, until: 26 }],
  ['discovery.k8s.io/v1beta1', { from: 17, until: 25 }],
  ['rbac.authorization.k8s.io/v1beta1', { from: 8, until: 22 }],
  ['scheduling.k8s.io/v1beta1', { from: 11, until: 22 }],
  ['flowcontrol.apiserver.k8s.io/v1beta2', { from: 23, until: 29 }],
  ['flowcontrol.apiserver.k8s.io/v1beta3', { from: 26, until: 32 }],
  ['flowcontrol.apiserver.k8s.io/v1', { from: 29, until: ALWAYS }],
  ['admissionregistration.k8s.io/v1', { from: 16, until: ALWAYS }],
]);

/** Fields that older supported versions drop or refuse: the place, and the first minor with the field on by default. */
const FIELDS: readonly (readonly [pattern: RegExp, from: number])[] = [
  [/\/topologySpreadConstraints\/\d+\/matchLabelKeys$/, 27],
  [/\/spec\/unhealthyPodEvictionPolicy$/, 27],
  [/\/lifecycle\/preStop\/sleep$/, 30],
  [/\/spec\/trafficDistribution$/, 31],
  [/\/appArmorProfile$/, 30],
  [/\/initContainers\/\d+\/restartPolicy$/, 29],
  [/\/matchLabelKeys$/, 31],
];

function* paths(value: unknown, at = ''): Generator<string> {
  if (typeof value !== 'object' || value === null) return;
  for (const [name, one] of Object.entries(value)) {
    yield `${at}/${name}`;
    yield* paths(one, `${at}/${name}`);
  }
}

function fieldFindings(manifest: Manifest, minor: number): readonly Finding[] {
  return [...paths(manifest)].flatMap((at) => {
    const from = FIELDS.find(([pattern]) => pattern.test(at))?.[1] ?? 0;
    return minor < from
      ? [finding(manifest, at, `Kubernetes 1.${minor} does not know this field; 1.${from} does.`)]
      : [];
  });
}

/** APIs and fields in these objects that Kubernetes 1.`minor` does not serve. */
export function removedApiFindings(manifests: readonly Manifest[], minor: number): readonly Finding[] {
  return manifests.flatMap((manifest) => {
    const { from, until } = SERVED.get(manifest.apiVersion) ?? { from: 0, until: ALWAYS };
    const served = minor >= from && minor < until;
    const gone = served ? [] : [finding(manifest, '', `Kubernetes 1.${minor} does not serve ${manifest.apiVersion}.`)];
    return [...gone, ...fieldFindings(manifest, minor)];
  });
}
