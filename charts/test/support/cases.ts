import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { CHART, type RenderOptions, type Values } from './helm.ts';
import type { PodSecurityOptions } from './pod-security.ts';

/** One way to install the chart. */
export interface Case {
  readonly name: string;
  readonly values: Values;
  readonly options: RenderOptions & PodSecurityOptions;
}

/** The required values: the Secret, and the host of Redis. */
export const MINIMAL_VALUES: Values = {
  existingSecret: 'scim-gateway-credentials',
  redis: { host: 'redis.data.svc.cluster.local' },
};

/** The APIs of operators that the chart makes objects for. */
export const OPERATOR_APIS: readonly string[] = [
  'monitoring.coreos.com/v1/ServiceMonitor',
  'monitoring.coreos.com/v1/PrometheusRule',
  'gateway.networking.k8s.io/v1/HTTPRoute',
  'external-secrets.io/v1/ExternalSecret',
  'grafana.integreatly.org/v1beta1/GrafanaDashboard',
];

const FOLDER = join(CHART, 'ci');

const ciCases: readonly Case[] = readdirSync(FOLDER)
  .filter((file) => file.endsWith('-values.yaml'))
  .map((file) => ({
    name: basename(file, '-values.yaml'),
    values: {},
    options: {
      files: [join(FOLDER, file)],
      apiVersions: OPERATOR_APIS,
      platform: file.startsWith('openshift') ? 'openshift' : 'kubernetes',
    },
  }));

/** The chart's defaults with the required values. */
export const DEFAULT_CASE: Case = { name: 'defaults', values: MINIMAL_VALUES, options: {} };

/** The defaults, and every file in the chart's `ci` folder. */
export const CASES: readonly Case[] = [DEFAULT_CASE, ...ciCases];
