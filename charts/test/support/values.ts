import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { CHART, type Manifest, type Values } from './helm.ts';

// biome-ignore lint/suspicious/noExplicitAny: values and manifests are of any shape.
type Json = any;

const text = readFileSync(join(CHART, 'values.yaml'), 'utf8');

/** The chart's own values. */
export const chartValues: Json = parse(text);

/** The path of every value that values.yaml describes. */
export const leaves: readonly string[] = [...text.matchAll(/^## @param (\S+) /gm)].map(([, path = '']) => path);

/** The names of the values files in ci/. */
export const ciFiles: readonly string[] = readdirSync(join(CHART, 'ci'));

/** Where a values file of ci/ lies. */
export const ciPath = (name: string): string => join(CHART, 'ci', name);

/** The API that an HTTPRoute needs. */
export const gatewayApi = { apiVersions: ['gateway.networking.k8s.io/v1/HTTPRoute'] };

/** The fewest values that render. */
export const fewest: Values = { existingSecret: 'credentials', redis: { host: 'redis' } };

/** What stands at a path such as `redis.tls.enabled`. */
export function valueAt(values: Json, path: string): Json {
  return path.split('.').reduce((node, name) => node?.[name], values);
}

/** Values with nothing but one path. */
export function only(path: string, value: unknown): Values {
  return path.split('.').reduceRight<unknown>((inner, name) => ({ [name]: inner }), value) as Values;
}

const isMap = (value: unknown): value is Values => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The second over the first, as helm lays values files over one another. */
export function over(below: Values, above: Values): Values {
  const merged: Record<string, unknown> = { ...below };
  for (const [name, value] of Object.entries(above)) {
    const former = merged[name];
    merged[name] = isMap(former) && isMap(value) ? over(former, value) : value;
  }
  return merged;
}

/** The one object of this kind, and of this name where there are more. */
export function find(manifests: readonly Manifest[], kind: string, name?: string): Manifest {
  const [found, ...others] = manifests.filter(
    (manifest) => manifest.kind === kind && (name === undefined || manifest.metadata.name === name),
  );
  if (found === undefined || others.length > 0)
    throw new Error(`${others.length === 0 ? 'No' : 'More than one'} ${kind} ${name ?? ''} was rendered.`);
  return found;
}

/** What stands at a path of an object, its steps parted by blanks. */
export function at(manifest: Manifest, path: string): Json {
  return path.split(' ').reduce((node: Json, step) => node?.[step], manifest);
}
