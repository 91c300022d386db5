import type { Finding } from './finding.ts';
import type { Manifest } from './helm.ts';
import { nullFindings } from './nulls.ts';
import { type PodSecurityOptions, podSecurityFindings } from './pod-security.ts';
import { relationFindings } from './relations.ts';
import { schemaFindings } from './schemas.ts';
import { unknownFieldFindings } from './unknown-fields.ts';

/** Values and fields that the schemas of the API server do not allow, for each object by itself. */
export async function apiServerFindings(manifests: readonly Manifest[]): Promise<readonly Finding[]> {
  const schema = await Promise.all(manifests.map(schemaFindings));
  return [...schema.flat(), ...unknownFieldFindings(manifests)];
}

/**
 * Every defect of a render: values and fields that the schemas of Kubernetes and its operators refuse, nulls, objects
 * that do not fit together, and pods less confined than the standard "restricted".
 */
export async function manifestFindings(
  manifests: readonly Manifest[],
  options: PodSecurityOptions = {},
): Promise<readonly Finding[]> {
  return [
    ...(await apiServerFindings(manifests)),
    ...manifests.flatMap(nullFindings),
    ...relationFindings(manifests),
    ...podSecurityFindings(manifests, options),
  ];
}
