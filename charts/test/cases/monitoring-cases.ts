import { casesOf, on, type Row, type ValueCase } from './value-case.ts';

const monitor = { object: 'ServiceMonitor', within: on('serviceMonitor.enabled') };
const rules = { object: 'PrometheusRule', within: on('prometheusRules.enabled') };
const dashboard = { object: 'ConfigMap/gw-scim-gateway-dashboard', within: on('grafanaDashboard.enabled') };
const operated = { object: 'GrafanaDashboard', within: on('grafanaDashboard.operator.enabled') };
const relabeling = { action: 'drop', sourceLabels: ['a'], regex: 'b' };

const endpoint: readonly Row[] = [
  ['serviceMonitor.interval', '1m', 'interval'],
  ['serviceMonitor.scrapeTimeout', '5s', 'scrapeTimeout'],
  ['serviceMonitor.honorLabels', true, 'honorLabels'],
  ['serviceMonitor.scheme', 'https', 'scheme'],
  ['serviceMonitor.tlsConfig', { serverName: 'a' }, 'tlsConfig'],
  ['serviceMonitor.authorization', { credentials: { name: 'a', key: 'b' } }, 'authorization'],
  ['serviceMonitor.proxyUrl', 'http://proxy:1', 'proxyUrl'],
  ['serviceMonitor.relabelings', [relabeling], 'relabelings'],
  ['serviceMonitor.metricRelabelings', [relabeling], 'metricRelabelings'],
];

/** Values about Prometheus and Grafana. */
export const monitoringCases: readonly ValueCase[] = [
  ...casesOf({ object: 'ServiceMonitor' }, [
    ['serviceMonitor.enabled', true, 'spec selector matchLabels scim-gateway/listener', 'management'],
  ]),
  ...casesOf({ ...monitor, at: 'spec endpoints 0' }, endpoint),
  ...casesOf(monitor, [
    ['serviceMonitor.namespace', 'monitoring', 'metadata namespace'],
    ['serviceMonitor.labels', { release: 'p' }, 'metadata labels release', 'p'],
    ['serviceMonitor.annotations', { a: 'b' }, 'metadata annotations', { a: 'b' }],
    ['serviceMonitor.jobLabel', 'job', 'spec jobLabel'],
    ['serviceMonitor.sampleLimit', 1_000_000, 'spec sampleLimit'],
    ['serviceMonitor.targetLabels', ['a'], 'spec targetLabels'],
    ['serviceMonitor.podTargetLabels', ['a'], 'spec podTargetLabels'],
  ]),
  ...casesOf({ object: 'PrometheusRule' }, [['prometheusRules.enabled', true, 'metadata name', 'gw-scim-gateway']]),
  ...casesOf(rules, [
    ['prometheusRules.namespace', 'monitoring', 'metadata namespace'],
    ['prometheusRules.labels', { release: 'p' }, 'metadata labels release', 'p'],
    ['prometheusRules.annotations', { a: 'b' }, 'metadata annotations', { a: 'b' }],
  ]),
  ...casesOf({ object: 'ConfigMap/gw-scim-gateway-dashboard' }, [
    ['grafanaDashboard.enabled', true, 'metadata labels grafana_dashboard', '1'],
  ]),
  ...casesOf(dashboard, [
    ['grafanaDashboard.namespace', 'monitoring', 'metadata namespace'],
    ['grafanaDashboard.label', 'mine', 'metadata labels mine', '1'],
    ['grafanaDashboard.labelValue', 'yes', 'metadata labels grafana_dashboard', 'yes'],
    ['grafanaDashboard.folder', 'Identity', 'metadata annotations', { grafana_folder: 'Identity' }],
    ['grafanaDashboard.annotations', { a: 'b' }, 'metadata annotations', { a: 'b' }],
  ]),
  ...casesOf({ ...dashboard, within: { grafanaDashboard: { enabled: true, folder: 'F' } } }, [
    ['grafanaDashboard.folderAnnotation', 'k8s-sidecar-target', 'metadata annotations', { 'k8s-sidecar-target': 'F' }],
  ]),
  ...casesOf({ object: 'GrafanaDashboard' }, [
    ['grafanaDashboard.operator.enabled', true, 'metadata name', 'gw-scim-gateway-dashboard'],
  ]),
  ...casesOf(operated, [
    [
      'grafanaDashboard.operator.instanceSelector.matchLabels.dashboards',
      'g',
      'spec instanceSelector matchLabels dashboards',
    ],
    [
      'grafanaDashboard.operator.instanceSelector',
      { matchLabels: { a: 'b' } },
      'spec instanceSelector matchLabels a',
      'b',
    ],
    ['grafanaDashboard.operator.resyncPeriod', '1h', 'spec resyncPeriod'],
    ['grafanaDashboard.operator.allowCrossNamespaceImport', true, 'spec allowCrossNamespaceImport'],
    ['grafanaDashboard.folder', 'Identity', 'spec folder'],
  ]),
];

/** Values of rules, which have their own test. */
export const ruleValues: readonly string[] = [
  'prometheusRules.alertLabels',
  'prometheusRules.runbookBaseUrl',
  'prometheusRules.thresholds',
  'prometheusRules.disabled',
  'prometheusRules.overrides',
  'prometheusRules.extraRules',
];
