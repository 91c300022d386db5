import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { CHART, type Manifest, type Values } from './helm.ts';

// biome-ignore lint/suspicious/noExplicitAny: values and manifests have any shape.
type Json = any;

const text = readFileSync(join(CHART, 'values.yaml'), 'utf8');

/** The chart's own values. */
export const chartValues: Json = parse(text);

/** The path of every value that values.yaml describes. */
export const leaves: readonly string[] = [...text.matchAll(/^## @param (\S+) /gm)].map(([, path = '']) => path);

/** The names of the values files in ci/. */
export const ciFiles: readonly string[] = readdirSync(join(CHART, 'ci'));

/** The path of a values file of ci/. */
export const ciPath = (name: string): string => join(CHART, 'ci', name);

/** The API that an HTTPRoute needs. */
export const gatewayApi = { apiVersions: ['gateway.networking.k8s.io/v1/HTTPRoute'] };

/** The fewest values that render. */
export const fewest: Values = { existingSecret: 'credentials', redis: { host: 'redis' } };

/** The value at a path, for example `redis.tls.enabled`. */
export function valueAt(values: Json, path: string): Json {
  return path.split('.').reduce((node, name) => node?.[name], values);
}

/** Values that contain one path only. */
export function only(path: string, value: unknown): Values {
  return path.split('.').reduceRight<unknown>((inner, name) => ({ [name]: inner }), value) as Values;
}

const isMap = (value: unknown): value is Values => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Merges the second values over the first, as helm merges values files. */
export function over(below: Values, above: Values): Values {
  const merged: Record<string, unknown> = { ...below };
  for (const [name, value] of Object.entries(above)) {
    const former = merged[name];
    merged[name] = isMap(former) && isMap(value) ? over(former, value) : value;
  }
  return merged;
}

/** The only object of this kind, or the one with this name. @throws Error when none or several match */
export function find(manifests: readonly Manifest[], kind: string, name?: string): Manifest {
  const [found, ...others] = manifests.filter(
    (manifest) => manifest.kind === kind && (name === undefined || manifest.metadata.name === name),
  );
  if (found === undefined || others.length > 0)
    throw new Error(`${others.length === 0 ? 'No' : 'More than one'} ${kind} ${name ?? ''} was rendered.`);
  return found;
}

/** The value at a path of an object. The steps of the path are separated by spaces. */
export function at(manifest: Manifest, path: string): Json {
  return path.split(' ').reduce((node: Json, step) => node?.[step], manifest);
}
