import { type Finding, finding } from './finding.ts';
import type { Manifest } from './helm.ts';
import { containersOf, type PodSource, podSources } from './workloads.ts';

// biome-ignore lint/suspicious/noExplicitAny: volumes are read as rendered; their schemas are checked elsewhere.
type Json = any;

/** A Secret or ConfigMap that a pod needs before it can start, and the needed keys. */
interface Reference {
  readonly at: string;
  readonly kind: 'Secret' | 'ConfigMap';
  readonly name: string;
  readonly keys: readonly string[];
}

function ofSource(at: string, source: Json): readonly Reference[] {
  const keys = (source.items ?? []).map(({ key }: Json) => key);
  if (source.optional === true) return [];
  return [{ at, kind: source.kind, name: source.name, keys }];
}

function ofVolume(at: string, volume: Json): readonly Reference[] {
  const sources = [volume, ...(volume.projected?.sources ?? [])];
  return sources.flatMap(({ secret, configMap }: Json) => [
    ...(secret ? ofSource(at, { ...secret, kind: 'Secret', name: secret.secretName ?? secret.name }) : []),
    ...(configMap ? ofSource(at, { ...configMap, kind: 'ConfigMap' }) : []),
  ]);
}

function ofEnvironment(at: string, container: Json): readonly Reference[] {
  const single = (container.env ?? []).flatMap(({ valueFrom = {} }: Json) => [
    ...(valueFrom.secretKeyRef ? [{ kind: 'Secret', ...valueFrom.secretKeyRef }] : []),
    ...(valueFrom.configMapKeyRef ? [{ kind: 'ConfigMap', ...valueFrom.configMapKeyRef }] : []),
  ]);
  const whole = (container.envFrom ?? []).flatMap(({ secretRef, configMapRef }: Json) => [
    ...(secretRef ? [{ kind: 'Secret', ...secretRef }] : []),
    ...(configMapRef ? [{ kind: 'ConfigMap', ...configMapRef }] : []),
  ]);
  return [...single, ...whole]
    .filter(({ optional }: Json) => optional !== true)
    .map(({ kind, name, key }: Json) => ({ at, kind, name, keys: key === undefined ? [] : [key] }));
}

function referencesOf(pod: PodSource): readonly Reference[] {
  return [
    ...(pod.spec.volumes ?? []).flatMap((volume: Json, index: number) =>
      ofVolume(`${pod.at}/volumes/${index}`, volume),
    ),
    ...containersOf(pod).flatMap(({ at, container }) => ofEnvironment(at, container)),
  ];
}

const providedBy = (manifests: readonly Manifest[], { kind, name }: Reference): Manifest | undefined =>
  manifests.find((manifest) => manifest.kind === kind && manifest.metadata.name === name);

const isFetched = (manifests: readonly Manifest[], { kind, name }: Reference): boolean =>
  kind === 'Secret' &&
  manifests.some((one) => one.kind === 'ExternalSecret' && (one['spec'].target?.name ?? one.metadata.name) === name);

/** Is this a name that the chart gives, not the user? */
function isOurName(manifests: readonly Manifest[], pod: PodSource, { name }: Reference): boolean {
  const release = pod.manifest.metadata.labels?.['app.kubernetes.io/instance'];
  return name.startsWith(`${release}-`) || manifests.some(({ metadata }) => metadata.name === name);
}

/** An object with a name of the chart must be rendered, with the needed keys. The user provides the others. */
function dataFindings(manifests: readonly Manifest[], pod: PodSource): readonly Finding[] {
  return referencesOf(pod).flatMap((reference) => {
    const { at, kind, name, keys } = reference;
    const source = providedBy(manifests, reference);
    if (!source) {
      const missing = isOurName(manifests, pod, reference) && !isFetched(manifests, reference);
      return missing ? [finding(pod.manifest, at, `needs the ${kind} ${name}, which is not rendered.`)] : [];
    }
    const held = new Set([...Object.keys(source['data'] ?? {}), ...Object.keys(source['stringData'] ?? {})]);
    return keys
      .filter((key) => !held.has(key))
      .map((key) => finding(pod.manifest, at, `needs the key ${key}, which the ${kind} ${name} does not hold.`));
  });
}

function volumeFindings(pod: PodSource): readonly Finding[] {
  const volumes = new Set<string>((pod.spec.volumes ?? []).map(({ name }: Json) => name));
  const used = new Set<string>();
  const unknown = containersOf(pod).flatMap(({ at, container }) =>
    (container.volumeMounts ?? []).flatMap(({ name }: Json) => {
      used.add(name);
      return volumes.has(name)
        ? []
        : [finding(pod.manifest, `${at}/volumeMounts`, `mounts ${name}, which is no volume of the pod.`)];
    }),
  );
  const idle = [...volumes].filter((name) => !used.has(name));
  return [...unknown, ...idle.map((name) => finding(pod.manifest, `${pod.at}/volumes`, `${name} is mounted nowhere.`))];
}

function accountFindings(manifests: readonly Manifest[], pod: PodSource): readonly Finding[] {
  const accounts = manifests.filter(({ kind }) => kind === 'ServiceAccount');
  const name: string = pod.spec.serviceAccountName ?? 'default';
  if (accounts.length === 0 || name === 'default' || accounts.some(({ metadata }) => metadata.name === name)) return [];
  return [finding(pod.manifest, `${pod.at}/serviceAccountName`, `is ${name}, and the chart renders another.`)];
}

/** Finds references of pods to missing objects and keys. */
export function referenceFindings(manifests: readonly Manifest[]): readonly Finding[] {
  return podSources(manifests).flatMap((pod) => [
    ...dataFindings(manifests, pod),
    ...volumeFindings(pod),
    ...accountFindings(manifests, pod),
  ]);
}
