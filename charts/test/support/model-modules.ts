import type { Manifest } from './helm.ts';

const PACKAGES: ReadonlyMap<string, string> = new Map([
  ['monitoring.coreos.com', '@kubernetes-models/prometheus-operator'],
  ['gateway.networking.k8s.io', '@kubernetes-models/gateway-api'],
  ['external-secrets.io', '@kubernetes-models/external-secrets'],
  ['grafana.integreatly.org', '@kubernetes-models/grafana-operator'],
]);

/** The module that models this object's kind; it exports the class `Kind` and the interface `IKind`. */
export function modelModule({ apiVersion, kind }: Pick<Manifest, 'apiVersion' | 'kind'>): string {
  const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
  return `${PACKAGES.get(group) ?? 'kubernetes-models'}/${apiVersion}/${kind}`;
}
