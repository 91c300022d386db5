import { describe, expect, it } from 'vitest';
import { sentences } from './support/finding.ts';
import type { Manifest } from './support/helm.ts';
import { podSecurityFindings } from './support/pod-security.ts';

// biome-ignore lint/suspicious/noExplicitAny: the broken pods have any shape.
type Json = any;

const container = {
  name: 'gateway',
  image: 'scim-gateway',
  securityContext: {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'] },
  },
};
const spec = {
  automountServiceAccountToken: false,
  enableServiceLinks: false,
  securityContext: { runAsNonRoot: true, runAsUser: 65532, seccompProfile: { type: 'RuntimeDefault' } },
  containers: [container],
};
const pod = (changes: Json = {}): Manifest => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'gw' },
  spec: { ...spec, ...changes },
});
const confined = (changes: Json): Manifest => pod({ containers: [{ ...container, ...changes }] });
const secured = (changes: Json): Manifest =>
  confined({ securityContext: { ...container.securityContext, ...changes } });
const whole = (changes: Json): Manifest => pod({ securityContext: { ...spec.securityContext, ...changes } });
const of = (...manifests: readonly Manifest[]): readonly string[] => sentences(podSecurityFindings(manifests));

describe('the pod security check', () => {
  it('finds nothing in a restricted pod', () => {
    expect(of(pod())).toEqual([]);
  });

  it.each<[string, Manifest, string]>([
    ['the network of the node', pod({ hostNetwork: true }), '/spec/hostNetwork'],
    ['the processes of the node', pod({ hostPID: true }), '/spec/hostPID'],
    ['the IPC of the node', pod({ hostIPC: true }), '/spec/hostIPC'],
    ['an unsafe sysctl', whole({ sysctls: [{ name: 'kernel.msgmax', value: '1' }] }), '/spec/securityContext/sysctls'],
    ['a folder of the node', pod({ volumes: [{ name: 'x', hostPath: { path: '/' } }] }), '/spec/volumes/0'],
    [
      'a projected service account token',
      pod({ volumes: [{ name: 'x', projected: { sources: [{ serviceAccountToken: { path: 't' } }] } }] }),
      '/spec/volumes/0',
    ],
    [
      'a mounted service account token',
      pod({ automountServiceAccountToken: undefined }),
      '/spec/automountServiceAccountToken',
    ],
    ['service links', pod({ enableServiceLinks: undefined }), '/spec/enableServiceLinks'],
    ['a privileged container', secured({ privileged: true }), '/securityContext/privileged'],
    [
      'privilege escalation',
      secured({ allowPrivilegeEscalation: undefined }),
      '/securityContext/allowPrivilegeEscalation',
    ],
    ['a writable root', secured({ readOnlyRootFilesystem: undefined }), '/securityContext/readOnlyRootFilesystem'],
    ['an unmasked /proc', secured({ procMount: 'Unmasked' }), '/securityContext/procMount'],
    ['kept capabilities', secured({ capabilities: { drop: ['NET_RAW'] } }), '/securityContext/capabilities/drop'],
    [
      'added capabilities',
      secured({ capabilities: { drop: ['ALL'], add: ['SYS_TIME'] } }),
      '/securityContext/capabilities/add',
    ],
    ['a port of the node', confined({ ports: [{ containerPort: 80, hostPort: 80 }] }), '/ports'],
    [
      'a probe of another host',
      confined({ livenessProbe: { httpGet: { host: '10.0.0.1', port: 1 } } }),
      '/livenessProbe',
    ],
    ['a root user allowed', whole({ runAsNonRoot: undefined }), '/securityContext/runAsNonRoot'],
    ['a container that allows root again', secured({ runAsNonRoot: false }), '/securityContext/runAsNonRoot'],
    ['the user 0', whole({ runAsUser: 0 }), '/securityContext/runAsUser'],
    ['no seccomp profile', whole({ seccompProfile: undefined }), '/securityContext/seccompProfile'],
    [
      'an unconfined seccomp profile',
      secured({ seccompProfile: { type: 'Unconfined' } }),
      '/securityContext/seccompProfile',
    ],
    [
      'an unconfined AppArmor profile',
      whole({ appArmorProfile: { type: 'Unconfined' } }),
      '/securityContext/appArmorProfile',
    ],
    ['a SELinux user', whole({ seLinuxOptions: { user: 'root' } }), '/securityContext/seLinuxOptions'],
  ])('finds %s', (_, manifest, at) => {
    const found = of(manifest);
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(at);
  });

  it('checks the pods of workloads, and their init containers', () => {
    const { securityContext: _, ...bare } = container;
    const deployment: Manifest = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'gw' },
      spec: { template: { spec: { ...spec, initContainers: [bare] } } },
    };
    const found = of(deployment);
    expect(found).toHaveLength(3);
    expect(found.every((one) => one.startsWith('Deployment/gw /spec/template/spec/initContainers/0/'))).toBe(true);
  });

  it('finds a service account whose token is mounted', () => {
    expect(of({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'gw' } })).toHaveLength(1);
  });

  it('leaves the seccomp profile to OpenShift, but not an unconfined one', () => {
    const openshift = (manifest: Manifest): number => podSecurityFindings([manifest], { platform: 'openshift' }).length;
    expect(openshift(whole({ seccompProfile: undefined }))).toBe(0);
    expect(openshift(whole({ seccompProfile: { type: 'Unconfined' } }))).toBe(1);
  });
});
