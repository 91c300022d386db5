import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { must, run } from '../../../deploy/test/support/containers.ts';
import type { Manifest } from './helm.ts';
import { mount, type Surroundings } from './mounts.ts';

// biome-ignore lint/suspicious/noExplicitAny: specifications are read as rendered.
type Json = any;

/** A running pod. */
export interface PlayedPod extends AsyncDisposable {
  /** The output of its container so far. */
  logs(): string;
  /** The result of `podman inspect` for its container. */
  inspect(): Json;
  /** Runs a program with Node in the container, and returns its output. */
  evaluate(program: string): string;
  /** Resolves with the exit code of a pod that runs to an end. */
  ended(patienceMs?: number): Promise<number>;
}

const PROBES: readonly string[] = ['startupProbe', 'livenessProbe', 'readinessProbe'];

/** On the host's network, podman ignores hostAliases and has no cluster DNS, so /etc/hosts contains the names. */
function resolveNames(spec: Json, folder: string, { hostnames }: Surroundings): void {
  const path = join(folder, 'hosts');
  writeFileSync(path, `127.0.0.1 localhost ${hostnames.join(' ')}\n`);
  spec.volumes.push({ name: 'hosts', hostPath: { path, type: 'File' } });
  for (const { volumeMounts } of spec.containers)
    volumeMounts.push({ name: 'hosts', mountPath: '/etc/hosts', readOnly: true });
}

/** The rendered pod without features that podman lacks: volumes become folders, ports are the host's, and the test runs the probes. */
function playable(manifest: Manifest, folder: string, around: Surroundings, manifests: readonly Manifest[]): Manifest {
  const copy: Json = structuredClone(manifest);
  const spec = copy.kind === 'Pod' ? copy.spec : copy.spec.template.spec;
  // Several pods would need the same port of the host.
  if (copy.kind !== 'Pod') copy.spec.replicas = 1;
  const group = spec.securityContext?.fsGroup ?? 0;
  spec.volumes = spec.volumes.map((volume: Json) => mount(volume, { folder, around, manifests, group }));
  spec.hostNetwork = true;
  resolveNames(spec, folder, around);
  for (const container of spec.containers) for (const field of [...PROBES, 'ports']) delete container[field];
  return copy;
}

/** Runs one pod of a Deployment, or a Pod, by `podman play kube`, beside the ConfigMaps of the same render. */
export function playPod(manifest: Manifest, manifests: readonly Manifest[], around: Surroundings): PlayedPod {
  const folder = mkdtempSync(join(tmpdir(), 'scim-gateway-pod-'));
  chmodSync(folder, 0o755);
  const pod = playable(manifest, folder, around, manifests);
  const documents = [...manifests.filter(({ kind }) => kind === 'ConfigMap'), pod];
  const input = documents.map((document) => JSON.stringify(document)).join('\n---\n');
  const name = manifest.kind === 'Pod' ? manifest.metadata.name : `${manifest.metadata.name}-pod-0`;
  const down = (): void => {
    must('podman', ['pod', 'rm', '--force', '--ignore', '--time=0', name]);
    rmSync(folder, { recursive: true });
  };
  const { code, stdout, stderr } = run('podman', ['play', 'kube', '-'], input);
  const spec: Json = manifest.kind === 'Pod' ? manifest['spec'] : manifest['spec'].template.spec;
  const container = `${name}-${spec.containers[0].name}`;
  const logs = (): string => {
    const written = run('podman', ['logs', container]);
    return `${written.stdout}${written.stderr}`;
  };
  if (code !== 0) {
    const said = `${stdout}${stderr}${logs()}`;
    down();
    throw new Error(`podman play kube ended with ${code}: ${said}`);
  }
  const inspect = (): Json => JSON.parse(must('podman', ['inspect', '--type=container', container]))[0];
  return {
    logs,
    inspect,
    evaluate: (program) => must('podman', ['exec', container, '/nodejs/bin/node', '-e', program]),
    ended: (patienceMs = 30_000) => untilEnded(inspect, logs, patienceMs),
    [Symbol.asyncDispose]: async () => down(),
  };
}

async function untilEnded(inspect: () => Json, logs: () => string, patienceMs: number): Promise<number> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const { Status, ExitCode } = inspect().State;
    if (['exited', 'stopped'].includes(Status)) return ExitCode;
    if (performance.now() > deadline)
      throw new Error(`The pod has not finished: it is ${Status}. Its output:\n${logs()}`);
    await wait(100);
  }
}
