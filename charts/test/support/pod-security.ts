import { type Finding, finding } from './finding.ts';
import type { Manifest } from './helm.ts';
import { type ContainerSource, containersOf, type PodSource, podSources } from './workloads.ts';

/** Settings that the platform makes, so that a pod need not: OpenShift's admission sets the user and the seccomp profile. */
export interface PodSecurityOptions {
  readonly platform?: 'kubernetes' | 'openshift';
}

const VOLUME_TYPES: ReadonlySet<string> = new Set([
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'persistentVolumeClaim',
  'projected',
  'secret',
]);
const SAFE_SYSCTLS: ReadonlySet<string> = new Set([
  'kernel.shm_rmid_forced',
  'net.ipv4.ip_local_port_range',
  'net.ipv4.ip_local_reserved_ports',
  'net.ipv4.ip_unprivileged_port_start',
  'net.ipv4.ping_group_range',
  'net.ipv4.tcp_fin_timeout',
  'net.ipv4.tcp_keepalive_intvl',
  'net.ipv4.tcp_keepalive_probes',
  'net.ipv4.tcp_keepalive_time',
  'net.ipv4.tcp_syncookies',
]);
const SELINUX_TYPES: ReadonlySet<string> = new Set([
  '',
  'container_t',
  'container_init_t',
  'container_kvm_t',
  'container_engine_t',
]);
const CONFINED: ReadonlySet<string> = new Set(['RuntimeDefault', 'Localhost']);

type Add = (at: string, problem: string) => void;

function checkHost({ at, spec }: PodSource, add: Add): void {
  for (const name of ['hostNetwork', 'hostPID', 'hostIPC']) {
    if (spec[name]) add(`${at}/${name}`, 'A pod must not share a namespace of its node.');
  }
  for (const { name } of spec.securityContext?.sysctls ?? []) {
    if (!SAFE_SYSCTLS.has(name)) add(`${at}/securityContext/sysctls`, `The sysctl ${name} is not a safe one.`);
  }
}

function checkVolumes({ at, spec }: PodSource, add: Add): void {
  for (const [index, volume] of (spec.volumes ?? []).entries()) {
    const type = Object.keys(volume).find((name) => name !== 'name') ?? 'emptyDir';
    if (!VOLUME_TYPES.has(type)) add(`${at}/volumes/${index}`, `A volume of type ${type} is not allowed.`);
    const grants = volume.projected?.sources?.some((source: object) => 'serviceAccountToken' in source);
    if (grants) add(`${at}/volumes/${index}`, 'A service account token is mounted, and nothing here needs one.');
  }
}

function checkIdentity(pod: PodSource, add: Add): void {
  const { at, spec } = pod;
  if (spec.automountServiceAccountToken !== false) {
    add(`${at}/automountServiceAccountToken`, 'must be false: nothing here calls the Kubernetes API.');
  }
  if (spec.enableServiceLinks !== false) {
    add(
      `${at}/enableServiceLinks`,
      'must be false, or every Service of the namespace becomes an environment variable.',
    );
  }
}

function checkConfinement({ at, container }: ContainerSource, add: Add): void {
  const own = container.securityContext ?? {};
  const where = `${at}/securityContext`;
  if (own.privileged) add(`${where}/privileged`, 'must not be true.');
  if (own.allowPrivilegeEscalation !== false) add(`${where}/allowPrivilegeEscalation`, 'must be false.');
  if (own.readOnlyRootFilesystem !== true) add(`${where}/readOnlyRootFilesystem`, 'must be true.');
  if (!['Default', undefined].includes(own.procMount)) add(`${where}/procMount`, 'must be Default.');
  if (!(own.capabilities?.drop ?? []).includes('ALL')) add(`${where}/capabilities/drop`, 'must hold ALL.');
  for (const capability of own.capabilities?.add ?? []) {
    if (capability !== 'NET_BIND_SERVICE') add(`${where}/capabilities/add`, `${capability} must not be added.`);
  }
}

function checkNode({ at, container }: ContainerSource, add: Add): void {
  for (const port of container.ports ?? []) {
    if (port.hostPort) add(`${at}/ports`, `The port ${port.hostPort} of the node must not be taken.`);
  }
  for (const probe of ['startupProbe', 'livenessProbe', 'readinessProbe']) {
    const host = container[probe]?.httpGet?.host ?? container[probe]?.tcpSocket?.host;
    if (host) add(`${at}/${probe}`, `must not name a host, and names ${host}.`);
  }
}

function checkUser(pod: PodSource, { at, container }: ContainerSource, add: Add): void {
  const whole = pod.spec.securityContext ?? {};
  const own = container.securityContext ?? {};
  const where = `${at}/securityContext`;
  if ((own.runAsNonRoot ?? whole.runAsNonRoot) !== true)
    add(`${where}/runAsNonRoot`, 'must be true here or for the pod.');
  if ((own.runAsUser ?? whole.runAsUser) === 0) add(`${where}/runAsUser`, 'must not be 0.');
}

function checkProfiles(pod: PodSource, { at, container }: ContainerSource, platform: string, add: Add): void {
  const whole = pod.spec.securityContext ?? {};
  const own = container.securityContext ?? {};
  const seccomp = (own.seccompProfile ?? whole.seccompProfile)?.type;
  const given = platform === 'openshift' && seccomp === undefined;
  if (!given && !CONFINED.has(seccomp))
    add(`${at}/securityContext/seccompProfile`, 'must be RuntimeDefault or Localhost.');
  const appArmor = (own.appArmorProfile ?? whole.appArmorProfile)?.type ?? 'RuntimeDefault';
  if (!CONFINED.has(appArmor)) add(`${at}/securityContext/appArmorProfile`, `must not be ${appArmor}.`);
  const selinux = own.seLinuxOptions ?? whole.seLinuxOptions ?? {};
  if (!SELINUX_TYPES.has(selinux.type ?? '') || selinux.user || selinux.role) {
    add(`${at}/securityContext/seLinuxOptions`, 'must leave user and role alone and choose a container type.');
  }
}

/**
 * Finds pods that are less confined than the Pod Security Standard "restricted", or that have a writable root, a service
 * account token or service links.
 *
 * @see https://kubernetes.io/docs/concepts/security/pod-security-standards/
 */
export function podSecurityFindings(
  manifests: readonly Manifest[],
  { platform = 'kubernetes' }: PodSecurityOptions = {},
): readonly Finding[] {
  const findings: Finding[] = [];
  for (const pod of podSources(manifests)) {
    const add: Add = (at, problem) => findings.push(finding(pod.manifest, at, problem));
    checkHost(pod, add);
    checkVolumes(pod, add);
    checkIdentity(pod, add);
    for (const source of containersOf(pod)) {
      checkConfinement(source, add);
      checkNode(source, add);
      checkUser(pod, source, add);
      checkProfiles(pod, source, platform, add);
    }
  }
  for (const account of manifests.filter(({ kind }) => kind === 'ServiceAccount')) {
    if (account['automountServiceAccountToken'] !== false) {
      findings.push(finding(account, '/automountServiceAccountToken', 'must be false.'));
    }
  }
  return findings;
}
