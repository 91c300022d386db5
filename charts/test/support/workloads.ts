import type { Manifest } from './helm.ts';

// biome-ignore lint/suspicious/noExplicitAny: pod specifications are read as rendered; their schemas are checked elsewhere.
type Json = any;

/** The pods that an object describes, or the pod that it is. */
export interface PodSource {
  readonly manifest: Manifest;
  /** The place of the pod's specification in the object. */
  readonly at: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly spec: Json;
}

/** A container of a pod, and its place in the object. */
export interface ContainerSource {
  readonly at: string;
  readonly container: Json;
}

const TEMPLATES: ReadonlyMap<string, readonly string[]> = new Map([
  ['Pod', []],
  ['Deployment', ['spec', 'template']],
  ['StatefulSet', ['spec', 'template']],
  ['DaemonSet', ['spec', 'template']],
  ['ReplicaSet', ['spec', 'template']],
  ['Job', ['spec', 'template']],
  ['CronJob', ['spec', 'jobTemplate', 'spec', 'template']],
]);

/** Every pod among these objects, and every pod that they create. */
export function podSources(manifests: readonly Manifest[]): readonly PodSource[] {
  return manifests.flatMap((manifest) => {
    const path = TEMPLATES.get(manifest.kind);
    if (!path) return [];
    const template: Json = path.reduce<Json>((value, name) => value?.[name] ?? {}, manifest);
    const at = [...path, 'spec'].map((name) => `/${name}`).join('');
    return [{ manifest, at, labels: template.metadata?.labels ?? {}, spec: template.spec ?? {} }];
  });
}

/** Every container of a pod: init containers, containers and ephemeral containers. */
export function containersOf({ at, spec }: PodSource): readonly ContainerSource[] {
  return ['initContainers', 'containers', 'ephemeralContainers'].flatMap((list) =>
    (spec[list] ?? []).map((container: Json, index: number) => ({ at: `${at}/${list}/${index}`, container })),
  );
}

/** Does a label selector (matchLabels and matchExpressions) select these labels? */
export function selects(selector: Json, labels: Readonly<Record<string, string>> = {}): boolean {
  const equal = Object.entries(selector?.matchLabels ?? {}).every(([name, value]) => labels[name] === value);
  return equal && (selector?.matchExpressions ?? []).every((expression: Json) => fits(expression, labels));
}

function fits({ key, operator, values = [] }: Json, labels: Readonly<Record<string, string>>): boolean {
  const value = labels[key];
  switch (operator) {
    case 'In':
      return values.includes(value);
    case 'NotIn':
      return !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    default:
      throw new Error(`Unknown operator "${operator}" in a label selector.`);
  }
}
