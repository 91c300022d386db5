import { type Finding, finding, objectName } from './finding.ts';
import { type Manifest, templateOf } from './helm.ts';
import { portFindings } from './relation-ports.ts';
import { referenceFindings } from './relation-references.ts';
import { containersOf, podSources, selects } from './workloads.ts';

const IMMUTABLE_LABELS: ReadonlySet<string> = new Set([
  'app.kubernetes.io/name',
  'app.kubernetes.io/instance',
  'app.kubernetes.io/component',
]);
const SCALABLE: ReadonlySet<string> = new Set(['Deployment', 'StatefulSet']);

const ofKind = (manifests: readonly Manifest[], ...kinds: readonly string[]): readonly Manifest[] =>
  manifests.filter(({ kind }) => kinds.includes(kind));

function nameFindings(manifests: readonly Manifest[]): readonly Finding[] {
  const seen = new Set<string>();
  return manifests.flatMap((manifest) => {
    const { name, namespace = '' } = manifest.metadata;
    const key = `${manifest.apiVersion} ${namespace} ${objectName(manifest)}`;
    const twice = seen.has(key) ? [finding(manifest, '/metadata/name', 'is rendered twice.')] : [];
    seen.add(key);
    const long = name.length > 63 ? [finding(manifest, '/metadata/name', 'is longer than 63 characters.')] : [];
    return [...twice, ...long];
  });
}

/** Objects of `extraManifests` may have any labels. */
const isForeign = (manifest: Manifest): boolean => templateOf(manifest)?.endsWith('/extra-manifests.yaml') === true;

function labelFindings(manifest: Manifest): readonly Finding[] {
  if (isForeign(manifest)) return [];
  const { labels = {} } = manifest.metadata;
  const missing = [
    'app.kubernetes.io/name',
    'app.kubernetes.io/instance',
    'app.kubernetes.io/managed-by',
    'helm.sh/chart',
  ]
    .filter((name) => labels[name] === undefined)
    .map((name) => finding(manifest, '/metadata/labels', `${name} is missing.`));
  const unfit = Object.entries(labels)
    .filter(([, value]) => !/^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/.test(value))
    .map(([name, value]) =>
      finding(manifest, '/metadata/labels', `${name} has a value that no label may have: ${value}`),
    );
  return [...missing, ...unfit];
}

/** A workload must select its own pods only, by labels that never change. */
function workloadFindings(manifests: readonly Manifest[]): readonly Finding[] {
  const pods = podSources(manifests);
  return ofKind(manifests, 'Deployment', 'StatefulSet', 'DaemonSet').flatMap((workload) => {
    const selector = workload['spec'].selector;
    const own = pods.filter((pod) => pod.manifest === workload && selects(selector, pod.labels));
    const foreign = pods.filter((pod) => pod.manifest !== workload && selects(selector, pod.labels));
    const changing = Object.keys(selector?.matchLabels ?? {}).filter((name) => !IMMUTABLE_LABELS.has(name));
    return [
      ...(own.length === 0
        ? [finding(workload, '/spec/selector', 'does not select the pods of its own template.')]
        : []),
      ...foreign.map((pod) =>
        finding(workload, '/spec/selector', `also selects the pods of ${objectName(pod.manifest)}.`),
      ),
      ...changing.map((name) => finding(workload, '/spec/selector', `holds ${name}, and a selector can never change.`)),
    ];
  });
}

function spreadFindings(manifests: readonly Manifest[]): readonly Finding[] {
  return podSources(manifests).flatMap((pod) =>
    (pod.spec.topologySpreadConstraints ?? []).flatMap((constraint: { labelSelector?: unknown }, index: number) =>
      constraint.labelSelector !== undefined && selects(constraint.labelSelector, pod.labels)
        ? []
        : [
            finding(
              pod.manifest,
              `${pod.at}/topologySpreadConstraints/${index}`,
              'does not select the pods that it spreads.',
            ),
          ],
    ),
  );
}

function scalerOf(manifests: readonly Manifest[], target: Manifest): Manifest | undefined {
  return ofKind(manifests, 'HorizontalPodAutoscaler').find(
    ({ spec }) => spec.scaleTargetRef.kind === target.kind && spec.scaleTargetRef.name === target.metadata.name,
  );
}

function replicasOf(manifests: readonly Manifest[], workload: Manifest): number {
  return scalerOf(manifests, workload)?.['spec'].minReplicas ?? workload['spec'].replicas ?? 1;
}

/** A disruption budget must protect one workload, and must allow at least one eviction. */
function budgetFindings(manifests: readonly Manifest[]): readonly Finding[] {
  return ofKind(manifests, 'PodDisruptionBudget').flatMap((budget) => {
    const guarded = podSources(manifests).filter(({ labels }) => selects(budget['spec'].selector, labels));
    const [one] = guarded;
    if (!one || guarded.length > 1) {
      return [finding(budget, '/spec/selector', `selects the pods of ${guarded.length} workloads, and should of one.`)];
    }
    const replicas = replicasOf(manifests, one.manifest);
    const { minAvailable, maxUnavailable } = budget['spec'];
    const stuck =
      maxUnavailable === 0 || maxUnavailable === '0%' || minAvailable === '100%' || minAvailable >= replicas;
    return [
      ...(replicas < 2 ? [finding(budget, '', 'guards a single replica, and so blocks every drain or nothing.')] : []),
      ...(stuck ? [finding(budget, '/spec', `leaves none of ${replicas} replicas to be evicted.`)] : []),
    ];
  });
}

function scalerFindings(manifests: readonly Manifest[]): readonly Finding[] {
  return ofKind(manifests, 'HorizontalPodAutoscaler').flatMap((scaler) => {
    const { scaleTargetRef, minReplicas = 1, maxReplicas } = scaler['spec'];
    const target = manifests.find(
      ({ kind, metadata }) =>
        SCALABLE.has(kind) && kind === scaleTargetRef.kind && metadata.name === scaleTargetRef.name,
    );
    if (!target) return [finding(scaler, '/spec/scaleTargetRef', 'names no workload of this chart.')];
    return [
      ...(target['spec'].replicas !== undefined
        ? [finding(target, '/spec/replicas', `is set although ${objectName(scaler)} sets it too.`)]
        : []),
      ...(minReplicas > maxReplicas ? [finding(scaler, '/spec/minReplicas', 'is more than maxReplicas.')] : []),
    ];
  });
}

/** Hook pods must run once: with restarts, a failed hook would never be reported. */
function hookFindings(manifests: readonly Manifest[]): readonly Finding[] {
  return ofKind(manifests, 'Pod')
    .filter(({ spec }) => spec.restartPolicy !== 'Never')
    .map((pod) => finding(pod, '/spec/restartPolicy', 'must be Never.'));
}

function environmentFindings(manifests: readonly Manifest[]): readonly Finding[] {
  return podSources(manifests).flatMap((pod) =>
    containersOf(pod).flatMap(({ at, container }) => {
      const names: readonly string[] = (container.env ?? []).map(({ name }: { name: string }) => name);
      const twice = names.filter((name, index) => names.indexOf(name) !== index);
      return twice.map((name) => finding(pod.manifest, `${at}/env`, `${name} is set twice; the last one wins.`));
    }),
  );
}

/** Finds rendered objects that do not fit together, although each is valid by itself. */
export function relationFindings(manifests: readonly Manifest[]): readonly Finding[] {
  return [
    ...nameFindings(manifests),
    ...manifests.flatMap(labelFindings),
    ...workloadFindings(manifests),
    ...spreadFindings(manifests),
    ...budgetFindings(manifests),
    ...scalerFindings(manifests),
    ...hookFindings(manifests),
    ...environmentFindings(manifests),
    ...portFindings(manifests),
    ...referenceFindings(manifests),
  ];
}
