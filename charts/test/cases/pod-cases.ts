import { casesOf, on, type ValueCase } from './value-case.ts';

const deployment = { object: 'Deployment/gw-scim-gateway' };
const pod = { ...deployment, at: 'spec template spec' };
const container = { ...deployment, at: 'spec template spec containers 0' };
const redis = { redis: { mode: 'development', host: '', development: { password: 'word' } } };
const redisPod = { object: 'Deployment/gw-scim-gateway-redis', at: 'spec template spec', within: redis };
const digest = `sha256:${'a'.repeat(64)}`;
const volume = { name: 'more', emptyDir: { sizeLimit: '1Mi' } };
const metric = {
  type: 'Resource',
  resource: { name: 'memory', target: { type: 'Utilization', averageUtilization: 80 } },
};
const constraint = { maxSkew: 2, topologyKey: 'rack', whenUnsatisfiable: 'DoNotSchedule' };
const affinity = { podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [] } };
const resources = { requests: { cpu: '1', memory: '1Gi' }, limits: { memory: '1Gi' } };

const probes = ['startupProbe', 'livenessProbe', 'readinessProbe'].flatMap((probe) =>
  casesOf({ ...container, at: `${container.at} ${probe}` }, [
    [`${probe}.enabled`, false, '', undefined],
    [`${probe}.periodSeconds`, 7, 'periodSeconds'],
    [`${probe}.timeoutSeconds`, 4, 'timeoutSeconds'],
    [`${probe}.failureThreshold`, 9, 'failureThreshold'],
  ]),
);

/** Values about pods and their number. */
export const podCases: readonly ValueCase[] = [
  ...probes,
  ...casesOf(container, [
    ['global.imageRegistry', 'mirror.example.com', 'image', 'mirror.example.com/scim-gateway:0.1.0'],
    ['image.registry', 'registry.example.com', 'image', 'registry.example.com/scim-gateway:0.1.0'],
    ['image.repository', 'identity/scim', 'image', 'identity/scim:0.1.0'],
    ['image.tag', '1.2.3', 'image', 'scim-gateway:1.2.3'],
    ['image.digest', digest, 'image', `scim-gateway@${digest}`],
    ['image.pullPolicy', 'Always', 'imagePullPolicy'],
    ['containerPorts.http', 8081, 'ports 0 containerPort'],
    ['containerPorts.management', 9091, 'ports 1 containerPort'],
    ['resources', resources, 'resources'],
    ['extraEnvs', [{ name: 'RELEASE', value: '{{ .Release.Name }}' }], 'env', [{ name: 'RELEASE', value: 'gw' }]],
    ['envFrom', [{ secretRef: { name: 'more' } }], 'envFrom 1', { secretRef: { name: 'more' } }],
    [
      'extraVolumeMounts',
      [{ name: 'more', mountPath: '/more' }],
      'volumeMounts 2',
      { name: 'more', mountPath: '/more' },
    ],
    ['securityContext.readOnlyRootFilesystem', false, 'securityContext readOnlyRootFilesystem'],
  ]),
  ...casesOf(pod, [
    ['global.imagePullSecrets', ['a'], 'imagePullSecrets', [{ name: 'a' }]],
    ['imagePullSecrets', ['a', { name: 'b' }], 'imagePullSecrets', [{ name: 'a' }, { name: 'b' }]],
    ['terminationGracePeriodSeconds', 90, 'terminationGracePeriodSeconds'],
    ['podSecurityContext.runAsUser', 10_001, 'securityContext runAsUser'],
    ['podSecurityContext.fsGroup', 10_001, 'securityContext fsGroup'],
    ['openshift.enabled', true, 'securityContext', { runAsNonRoot: true }],
    ['serviceAccount.create', false, 'serviceAccountName', 'default'],
    ['serviceAccount.name', 'identity', 'serviceAccountName'],
    ['serviceAccount.automount', true, 'automountServiceAccountToken'],
    ['topologySpread.enabled', false, 'topologySpreadConstraints', undefined],
    ['topologySpread.topologyKeys', ['rack'], 'topologySpreadConstraints 0 topologyKey', 'rack'],
    ['topologySpread.maxSkew', 2, 'topologySpreadConstraints 0 maxSkew'],
    ['topologySpread.whenUnsatisfiable', 'DoNotSchedule', 'topologySpreadConstraints 1 whenUnsatisfiable'],
    ['topologySpreadConstraints', [constraint], 'topologySpreadConstraints'],
    ['nodeSelector', { disk: 'ssd' }, 'nodeSelector'],
    ['tolerations', [{ operator: 'Exists' }], 'tolerations'],
    ['affinity', affinity, 'affinity'],
    ['priorityClassName', 'high', 'priorityClassName'],
    ['schedulerName', 'other', 'schedulerName'],
    ['runtimeClassName', 'gvisor', 'runtimeClassName'],
    ['hostAliases', [{ ip: '10.0.0.1', hostnames: ['a'] }], 'hostAliases'],
    ['dnsPolicy', 'Default', 'dnsPolicy'],
    ['dnsConfig', { options: [{ name: 'ndots', value: '1' }] }, 'dnsConfig'],
    ['tmpSizeLimit', '1Gi', 'volumes 0 emptyDir sizeLimit'],
    ['extraVolumes', [volume], 'volumes 2', volume],
    [
      'extraInitContainers',
      [{ name: 'a', image: '{{ .Release.Name }}' }],
      'initContainers',
      [{ name: 'a', image: 'gw' }],
    ],
    ['sidecars', [{ name: 'a', image: '{{ .Release.Name }}' }], 'containers 1', { name: 'a', image: 'gw' }],
  ]),
  ...casesOf(deployment, [
    ['replicaCount', 3, 'spec replicas'],
    ['hpa.enabled', true, 'spec replicas', undefined],
    ['strategy.type', 'Recreate', 'spec strategy', { type: 'Recreate' }],
    ['strategy.rollingUpdate.maxUnavailable', '25%', 'spec strategy rollingUpdate maxUnavailable'],
    ['strategy.rollingUpdate.maxSurge', 2, 'spec strategy rollingUpdate maxSurge'],
    ['revisionHistoryLimit', 1, 'spec revisionHistoryLimit'],
    ['minReadySeconds', 5, 'spec minReadySeconds'],
    ['progressDeadlineSeconds', 120, 'spec progressDeadlineSeconds'],
    ['podLabels', { app: 'scim' }, 'spec template metadata labels app', 'scim'],
    ['commonLabels', { team: 'identity' }, 'spec template metadata labels team', 'identity'],
    ['commonLabels', { team: 'identity' }, 'metadata labels team', 'identity'],
    ['commonAnnotations', { owner: 'identity' }, 'metadata annotations owner', 'identity'],
    ['podAnnotations', { a: 'b' }, 'spec template metadata annotations a', 'b'],
    ['deploymentAnnotations', { a: 'b' }, 'metadata annotations a', 'b'],
  ]),
  ...casesOf({ ...deployment, within: { replicaCount: 1 } }, [
    ['redis.mode', 'none', 'spec strategy', { type: 'Recreate' }],
  ]),
  ...casesOf({ object: 'Deployment' }, [
    ['nameOverride', 'identity', 'metadata name', 'gw-identity'],
    ['nameOverride', 'identity', 'metadata labels app.kubernetes.io/name', 'identity'],
    ['fullnameOverride', 'scim', 'metadata name'],
  ]),
  ...casesOf({ object: 'ConfigMap/more' }, [
    [
      'extraManifests',
      [{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'more' }, data: { a: '{{ .Release.Name }}' } }],
      'data a',
      'gw',
    ],
    [
      'extraManifests',
      ['apiVersion: v1\nkind: ConfigMap\nmetadata: { name: more }\ndata: { a: "{{ .Release.Name }}" }'],
      'data a',
      'gw',
    ],
    [
      'extraManifests',
      'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: more }\ndata: { a: "{{ .Release.Name }}" }',
      'data a',
      'gw',
    ],
  ]),
  ...casesOf({ object: 'ServiceAccount' }, [
    ['serviceAccount.create', false, '', undefined],
    ['serviceAccount.automount', true, 'automountServiceAccountToken'],
    ['serviceAccount.annotations', { role: 'a' }, 'metadata annotations', { role: 'a' }],
  ]),
  ...casesOf({ object: 'PodDisruptionBudget' }, [
    ['podDisruptionBudget.enabled', false, '', undefined],
    ['podDisruptionBudget.config.maxUnavailable', '30%', 'spec maxUnavailable'],
    ['podDisruptionBudget.config.minAvailable', 1, 'spec minAvailable'],
    ['replicaCount', 1, '', undefined],
  ]),
  ...casesOf({ object: 'PodDisruptionBudget', within: on('hpa.enabled') }, [['hpa.minReplicas', 1, '', undefined]]),
  ...casesOf({ object: 'HorizontalPodAutoscaler' }, [
    ['hpa.enabled', true, 'spec scaleTargetRef name', 'gw-scim-gateway'],
  ]),
  ...casesOf({ object: 'HorizontalPodAutoscaler', within: on('hpa.enabled') }, [
    ['hpa.minReplicas', 3, 'spec minReplicas'],
    ['hpa.maxReplicas', 9, 'spec maxReplicas'],
    ['hpa.metrics', [metric], 'spec metrics'],
    ['hpa.behavior.scaleDown.stabilizationWindowSeconds', 60, 'spec behavior scaleDown stabilizationWindowSeconds'],
    ['hpa.behavior', { scaleUp: { selectPolicy: 'Min' } }, 'spec behavior scaleUp selectPolicy', 'Min'],
  ]),
  ...casesOf(redisPod, [
    ['redis.development.image.registry', 'r.example.com', 'containers 0 image', 'r.example.com/valkey/valkey:8.1.4'],
    ['global.imageRegistry', 'r.example.com', 'containers 0 image', 'r.example.com/valkey/valkey:8.1.4'],
    ['redis.development.image.repository', 'redis', 'containers 0 image', 'docker.io/redis:8.1.4'],
    ['redis.development.image.tag', '9', 'containers 0 image', 'docker.io/valkey/valkey:9'],
    ['redis.development.image.digest', digest, 'containers 0 image', `docker.io/valkey/valkey@${digest}`],
    ['redis.development.image.pullPolicy', 'Always', 'containers 0 imagePullPolicy'],
    ['redis.development.maxMemory', '64mb', 'containers 0 args 9'],
    ['redis.development.resources', resources, 'containers 0 resources'],
    ['imagePullSecrets', ['a'], 'imagePullSecrets', [{ name: 'a' }]],
    ['openshift.enabled', true, 'securityContext', { runAsNonRoot: true }],
    ['nodeSelector', { disk: 'ssd' }, 'nodeSelector'],
  ]),
  ...casesOf({ object: 'Secret/gw-scim-gateway-redis', at: 'data', within: redis }, [
    ['redis.development.password', 'other', 'redis-password', Buffer.from('other').toString('base64')],
  ]),
  ...casesOf({ object: 'Pod' }, [
    ['tests.enabled', false, '', undefined],
    ['tests.nodePath', '/usr/local/bin/node', 'spec containers 0 command 0'],
    ['tests.resources', resources, 'spec containers 0 resources'],
    ['tests.token.secretRef', 'own', 'spec volumes 1 secret secretName'],
    ['imagePullSecrets', ['a'], 'spec imagePullSecrets', [{ name: 'a' }]],
    ['image.digest', digest, 'spec containers 0 image', `scim-gateway@${digest}`],
    ['image.pullPolicy', 'Always', 'spec containers 0 imagePullPolicy'],
    ['service.ports.http', 80, 'spec containers 0 env 0 value', 'http://gw-scim-gateway:80/scim/v2'],
    ['existingSecretKeys.scimToken', 'bearer', 'spec volumes 1 secret items 0 key'],
    ['openshift.enabled', true, 'spec securityContext', { runAsNonRoot: true }],
  ]),
  ...casesOf({ object: 'Pod', within: on('tests.token.secretRef', 'own') }, [
    ['tests.token.secretKey', 'mine', 'spec volumes 1 secret items 0 key'],
  ]),
];
