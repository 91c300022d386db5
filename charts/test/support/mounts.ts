import { chmodSync, chownSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Manifest } from './helm.ts';

// biome-ignore lint/suspicious/noExplicitAny: volumes are read as rendered.
type Json = any;

/** The Secrets that a user created before the installation, by name and by key. */
export type Secrets = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** The substitute for a cluster: the names that it resolves, and its Secrets. */
export interface Surroundings {
  readonly hostnames: readonly string[];
  readonly secrets: Secrets;
}

/** A Secret or ConfigMap in a volume. */
interface Source {
  readonly what: string;
  readonly data: Readonly<Record<string, string>>;
  readonly items: readonly { readonly key: string; readonly path: string }[];
}

function sourceOf(
  { secret, configMap }: Json,
  { secrets }: Surroundings,
  manifests: readonly Manifest[],
): readonly Source[] {
  const projection = secret ?? configMap;
  if (!projection) return [];
  const name: string = projection.secretName ?? projection.name;
  const rendered = manifests.find(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === name);
  const data = secret ? secrets[name] : rendered?.['data'];
  if (!data) throw new Error(`The ${secret ? 'Secret' : 'ConfigMap'} ${name}, which a volume mounts, does not exist.`);
  return [{ what: name, data, items: projection.items ?? Object.keys(data).map((key) => ({ key, path: key })) }];
}

interface MountOptions {
  /** The folder that the volume's files are written to. */
  readonly folder: string;
  readonly around: Surroundings;
  readonly manifests: readonly Manifest[];
  readonly group: number;
}

/** Writes the files that a kubelet would mount, with its group and mode, and returns a volume of them. */
export function mount(volume: Json, { folder, around, manifests, group }: MountOptions): Json {
  const path = join(folder, volume.name);
  const give = (file: string, mode: number): void => {
    chownSync(file, 0, group);
    chmodSync(file, mode);
  };
  mkdirSync(path);
  give(path, volume.emptyDir ? 0o770 : 0o750);
  const { defaultMode = 0o644 } = volume.projected ?? volume.secret ?? volume.configMap ?? {};
  const sources: readonly Json[] = volume.projected?.sources ?? [volume];
  for (const { what, data, items } of sources.flatMap((source) => sourceOf(source, around, manifests))) {
    for (const { key, path: name } of items) {
      const text = data[key];
      if (text === undefined) throw new Error(`${what} has no key ${key}, which a volume mounts.`);
      writeFileSync(join(path, name), text);
      give(join(path, name), defaultMode);
    }
  }
  return { name: volume.name, hostPath: { path, type: 'Directory' } };
}
