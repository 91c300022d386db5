import { type Finding, finding, objectName } from './finding.ts';
import type { Manifest } from './helm.ts';
import { containersOf, type PodSource, podSources, selects } from './workloads.ts';

// biome-ignore lint/suspicious/noExplicitAny: ports are read as rendered; their schemas are checked elsewhere.
type Json = any;

const PROBES: readonly string[] = ['startupProbe', 'livenessProbe', 'readinessProbe'];
const MANAGEMENT = 'management';

const ofKind = (manifests: readonly Manifest[], kind: string): readonly Manifest[] =>
  manifests.filter((manifest) => manifest.kind === kind);

function containerPort(pod: PodSource, port: Json): Json {
  return containersOf(pod)
    .flatMap(({ container }) => container.ports ?? [])
    .find(({ name, containerPort: number }: Json) => name === port || number === port);
}

function podsOf(manifests: readonly Manifest[], service: Manifest): readonly PodSource[] {
  return podSources(manifests).filter(({ labels }) => selects({ matchLabels: service['spec'].selector }, labels));
}

/** A Service must select the pods of one workload, never those of a hook, and must target ports that they have. */
function serviceFindings(manifests: readonly Manifest[]): readonly Finding[] {
  return ofKind(manifests, 'Service').flatMap((service) => {
    const pods = podsOf(manifests, service);
    const counted =
      pods.length === 1
        ? []
        : [finding(service, '/spec/selector', `selects ${pods.length} kinds of pods, and should one.`)];
    const hooks = pods.filter(({ manifest }) => manifest.kind === 'Pod');
    const unknown = pods.flatMap((pod) =>
      service['spec'].ports
        .filter(({ port, targetPort }: Json) => !containerPort(pod, targetPort ?? port))
        .map(({ name, targetPort }: Json) =>
          finding(
            service,
            `/spec/ports/${name}`,
            `goes to ${targetPort}, which is no port of ${objectName(pod.manifest)}.`,
          ),
        ),
    );
    return [
      ...counted,
      ...hooks.map((pod) => finding(service, '/spec/selector', `selects ${objectName(pod.manifest)}.`)),
      ...unknown,
    ];
  });
}

function probeFindings(manifests: readonly Manifest[]): readonly Finding[] {
  return podSources(manifests).flatMap((pod) =>
    containersOf(pod).flatMap(({ at, container }) =>
      PROBES.flatMap((probe) => {
        const port = container[probe]?.httpGet?.port ?? container[probe]?.tcpSocket?.port;
        const known =
          port === undefined ||
          (container.ports ?? []).some((one: Json) => one.name === port || one.containerPort === port);
        return known
          ? []
          : [finding(pod.manifest, `${at}/${probe}`, `asks ${port}, which is no port of its container.`)];
      }),
    ),
  );
}

/** Each endpoint of a ServiceMonitor must match exactly one port of one Service. */
function serviceMonitorFindings(manifests: readonly Manifest[]): readonly Finding[] {
  return ofKind(manifests, 'ServiceMonitor').flatMap((monitor) => {
    const services = ofKind(manifests, 'Service').filter(({ metadata }) =>
      selects(monitor['spec'].selector, metadata.labels),
    );
    return monitor['spec'].endpoints.flatMap(({ port }: Json, index: number) => {
      const having = services.filter(({ spec }) => spec.ports.some(({ name }: Json) => name === port));
      return having.length === 1
        ? []
        : [
            finding(
              monitor,
              `/spec/endpoints/${index}`,
              `finds the port ${port} in ${having.length} Services, and should in one.`,
            ),
          ];
    });
  });
}

function podMonitorFindings(manifests: readonly Manifest[]): readonly Finding[] {
  return ofKind(manifests, 'PodMonitor').flatMap((monitor) => {
    const pods = podSources(manifests).filter(({ labels }) => selects(monitor['spec'].selector, labels));
    return monitor['spec'].podMetricsEndpoints.flatMap(({ port }: Json, index: number) => {
      const having = pods.filter((pod) => containerPort(pod, port));
      return having.length === 1
        ? []
        : [
            finding(
              monitor,
              `/spec/podMetricsEndpoints/${index}`,
              `finds the port ${port} in ${having.length} kinds of pods.`,
            ),
          ];
    });
  });
}

/** A route from outside: the object, and the Service and port of its backend. */
interface Exposure {
  readonly from: Manifest;
  readonly service: string;
  readonly port: string | number;
}

function exposures(manifests: readonly Manifest[]): readonly Exposure[] {
  const ingresses = ofKind(manifests, 'Ingress').flatMap((from) =>
    (from['spec'].rules ?? []).flatMap((rule: Json) =>
      (rule.http?.paths ?? []).map(({ backend }: Json) => ({
        from,
        service: backend.service?.name,
        port: backend.service?.port?.name ?? backend.service?.port?.number,
      })),
    ),
  );
  const routes = ofKind(manifests, 'HTTPRoute').flatMap((from) =>
    (from['spec'].rules ?? []).flatMap((rule: Json) =>
      (rule.backendRefs ?? []).map(({ name, port }: Json) => ({ from, service: name, port })),
    ),
  );
  const openshift = ofKind(manifests, 'Route').map((from) => ({
    from,
    service: from['spec'].to?.name,
    port: from['spec'].port?.targetPort,
  }));
  return [...ingresses, ...routes, ...openshift];
}

/** A route from outside must lead to a port of a Service, and never to the management listener. */
function exposureFindings(manifests: readonly Manifest[]): readonly Finding[] {
  return exposures(manifests).flatMap(({ from, service: name, port }) => {
    const service = ofKind(manifests, 'Service').find(({ metadata }) => metadata.name === name);
    const target = service?.['spec'].ports.find((one: Json) => one.name === port || one.port === port);
    if (!service || !target)
      return [finding(from, '/spec', `leads to ${name}:${port}, which no Service of this chart has.`)];
    const managed = podsOf(manifests, service).some(
      (pod) => containerPort(pod, target.targetPort)?.name === MANAGEMENT,
    );
    return managed ? [finding(from, '/spec', `leads to the management listener through ${name}:${port}.`)] : [];
  });
}

/** A NetworkPolicy must select pods of this chart, and must allow every port of a Service and DNS. */
function networkPolicyFindings(manifests: readonly Manifest[]): readonly Finding[] {
  return ofKind(manifests, 'NetworkPolicy').flatMap((policy) => {
    const pods = podSources(manifests).filter(({ labels }) => selects(policy['spec'].podSelector, labels));
    const { policyTypes = [], ingress = [], egress = [] } = policy['spec'];
    const none = pods.length === 0 ? [finding(policy, '/spec/podSelector', 'selects no pods of this chart.')] : [];
    const opened = ingress.flatMap(({ ports }: Json) => ports ?? ['any']);
    const closed = policyTypes.includes('Ingress') ? pods.flatMap((pod) => closedPorts(manifests, pod, opened)) : [];
    const asks = egress.some(({ ports }: Json) => !ports || ports.some(({ port }: Json) => port === 53));
    const mute = policyTypes.includes('Egress') && egress.length > 0 && !asks;
    return [
      ...none,
      ...closed.map((port) => finding(policy, '/spec/ingress', `lets nothing in on ${port}, which a Service offers.`)),
      ...(mute ? [finding(policy, '/spec/egress', 'lets no name be resolved: port 53 is missing.')] : []),
    ];
  });
}

function closedPorts(manifests: readonly Manifest[], pod: PodSource, opened: readonly Json[]): readonly string[] {
  const offered = ofKind(manifests, 'Service')
    .filter(({ spec }) => selects({ matchLabels: spec.selector }, pod.labels))
    .flatMap(({ spec }) => spec.ports.map(({ port, targetPort }: Json) => containerPort(pod, targetPort ?? port)));
  return offered
    .filter((target: Json) => target !== undefined)
    .filter(
      (target: Json) => !opened.some((one) => one === 'any' || [target.name, target.containerPort].includes(one.port)),
    )
    .map((target: Json) => String(target.name ?? target.containerPort));
}

/** Finds ports and routes that do not exist or expose too much. */
export function portFindings(manifests: readonly Manifest[]): readonly Finding[] {
  return [
    ...serviceFindings(manifests),
    ...probeFindings(manifests),
    ...serviceMonitorFindings(manifests),
    ...podMonitorFindings(manifests),
    ...exposureFindings(manifests),
    ...networkPolicyFindings(manifests),
  ];
}
