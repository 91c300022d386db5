import { createHash } from 'node:crypto';
import type { Manifest } from '../helm.ts';
import { resourceOf, type Store } from './store.ts';

// biome-ignore lint/suspicious/noExplicitAny: specifications have any shape.
type Json = any;

/** The fate of the pods on the cluster's nodes. */
export interface Nodes {
  /** Do the pods of this workload become ready? */
  readonly isReady: (workload: Manifest) => boolean;
  /** The final phase of a pod that runs to completion, for example that of helm's test. */
  readonly endOf: (pod: Manifest) => 'Succeeded' | 'Failed';
}

const condition = (type: string, holds: boolean, reason: string): Json => ({
  type,
  status: holds ? 'True' : 'False',
  reason,
  message: reason,
  lastUpdateTime: new Date().toISOString(),
  lastTransitionTime: new Date().toISOString(),
});

/** The fields that the API server sets. */
export function withDefaults(object: Manifest): Manifest {
  const spec: Json = object['spec'];
  switch (object.kind) {
    case 'Deployment':
    case 'StatefulSet':
      return { ...object, spec: { replicas: 1, ...spec } };
    case 'Service':
      return { ...object, spec: { type: 'ClusterIP', clusterIP: '10.96.0.10', ...spec } };
    case 'Pod':
      return { ...object, status: object['status'] ?? { phase: 'Pending' } };
    case 'Secret':
      return withEncodedData(object);
    default:
      return object;
  }
}

function withEncodedData({ stringData, ...object }: Manifest): Manifest {
  const encoded = Object.entries(stringData ?? {}).map(([key, value]) => [
    key,
    Buffer.from(String(value)).toString('base64'),
  ]);
  return encoded.length === 0 ? object : { ...object, data: { ...object['data'], ...Object.fromEntries(encoded) } };
}

function templateHash(workload: Manifest): string {
  return createHash('sha256').update(JSON.stringify(workload['spec'].template)).digest('hex').slice(0, 10);
}

function replicaSetOf(deployment: Manifest, ready: boolean): Manifest {
  const hash = templateHash(deployment);
  const { replicas, selector, template } = deployment['spec'];
  const labels = { ...template.metadata?.labels, 'pod-template-hash': hash };
  const { name, namespace = '', uid } = deployment.metadata;
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: `${name}-${hash}`,
      namespace,
      labels,
      ownerReferences: [
        { apiVersion: 'apps/v1', kind: 'Deployment', name, uid, controller: true, blockOwnerDeletion: true },
      ],
    },
    spec: {
      replicas,
      selector: { matchLabels: { ...selector.matchLabels, 'pod-template-hash': hash } },
      template: { ...template, metadata: { ...template.metadata, labels } },
    },
    status: {
      replicas,
      readyReplicas: ready ? replicas : 0,
      availableReplicas: ready ? replicas : 0,
      observedGeneration: 1,
    },
  };
}

function deploymentStatus(deployment: Manifest, ready: boolean): Json {
  const { replicas } = deployment['spec'];
  const available = ready ? replicas : 0;
  return {
    observedGeneration: deployment.metadata['generation'],
    replicas,
    updatedReplicas: replicas,
    readyReplicas: available,
    availableReplicas: available,
    unavailableReplicas: replicas - available,
    conditions: [
      condition('Progressing', true, ready ? 'NewReplicaSetAvailable' : 'ReplicaSetUpdated'),
      condition('Available', ready, ready ? 'MinimumReplicasAvailable' : 'MinimumReplicasUnavailable'),
    ],
  };
}

function statefulSetStatus(workload: Manifest, ready: boolean): Json {
  const { replicas } = workload['spec'];
  const revision = `${workload.metadata.name}-${templateHash(workload)}`;
  return {
    observedGeneration: workload.metadata['generation'],
    replicas,
    updatedReplicas: replicas,
    currentReplicas: replicas,
    readyReplicas: ready ? replicas : 0,
    availableReplicas: ready ? replicas : 0,
    currentRevision: revision,
    updateRevision: revision,
  };
}

function podStatus(phase: string): Json {
  const ready = condition('Ready', false, phase === 'Succeeded' ? 'PodCompleted' : 'PodFailed');
  return { phase, conditions: [ready], containerStatuses: [] };
}

const POD_RUNS_MS = 50;

/** Updates the cluster after a write, as the controllers and nodes of Kubernetes would. */
export function react(store: Store, nodes: Nodes, object: Manifest): void {
  switch (object.kind) {
    case 'Deployment': {
      const ready = nodes.isReady(object);
      store.put(replicaSetOf(object, ready));
      store.put({ ...object, status: deploymentStatus(object, ready) });
      break;
    }
    case 'Service':
      if (object['spec'].type === 'LoadBalancer') {
        store.put({ ...object, status: { loadBalancer: { ingress: [{ ip: '203.0.113.10' }] } } });
      }
      break;
    case 'StatefulSet':
      store.put({ ...object, status: statefulSetStatus(object, nodes.isReady(object)) });
      break;
    case 'Pod': {
      const end = (): void => {
        const still = store.get(resourceOf(object), object.metadata.namespace ?? '', object.metadata.name);
        if (still?.metadata['uid'] === object.metadata['uid'])
          store.put({ ...object, status: podStatus(nodes.endOf(object)) });
      };
      setTimeout(end, POD_RUNS_MS).unref();
      break;
    }
    default:
      break;
  }
}
