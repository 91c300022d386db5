// Writes dashboards/scim-gateway.json from rows.mjs: node deploy/grafana/build-dashboard.mjs
import { readFileSync, writeFileSync } from 'node:fs';
import { rows } from './rows.mjs';

/** The address of the repository, by `npm run set-repository`; while it is empty, panels have no link to the runbook. */
const { repository } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
const runbook = `${repository}/blob/main/docs/runbook.md`;
// biome-ignore lint/suspicious/noTemplateCurlyInString: Grafana substitutes it
const datasource = { type: 'prometheus', uid: '${datasource}' };
/** The width of Grafana's grid; the width of a panel is a part of it. */
const gridWidth = 24;

const thresholds = (steps) => ({
  mode: 'absolute',
  steps: [{ color: 'green', value: null }, ...steps.map(([value, color]) => ({ color, value }))],
});

/** The settings of each kind of panel, in addition to those of all panels. */
const kinds = {
  timeseries: () => ({
    fieldConfig: { custom: { fillOpacity: 8, lineWidth: 1, showPoints: 'never', spanNulls: false } },
    options: {
      legend: { displayMode: 'list', placement: 'bottom', showLegend: true },
      tooltip: { mode: 'multi', sort: 'desc' },
    },
  }),
  stat: ({ steps = [] }) => ({
    fieldConfig: { thresholds: thresholds(steps) },
    options: {
      colorMode: 'value',
      graphMode: 'none',
      reduceOptions: { calcs: ['lastNotNull'], fields: '', values: false },
      textMode: 'value_and_name',
    },
  }),
  table: ({ steps = [] }) => ({
    fieldConfig: { thresholds: thresholds(steps) },
    options: { showHeader: true },
    transformations: [
      { id: 'merge', options: {} },
      { id: 'organize', options: { excludeByName: { Time: true } } },
    ],
  }),
  heatmap: () => ({
    fieldConfig: {},
    options: {
      calculate: false,
      color: { mode: 'scheme', scheme: 'Oranges', steps: 64 },
      yAxis: { unit: 's' },
      tooltip: { mode: 'single', show: true },
    },
  }),
  'state-timeline': ({ steps = [] }) => ({
    fieldConfig: { thresholds: thresholds(steps), custom: { fillOpacity: 70, lineWidth: 0 } },
    options: {
      mergeValues: true,
      showValue: 'never',
      legend: { displayMode: 'list', placement: 'bottom', showLegend: true },
    },
  }),
};

function toTarget(kind, [expr, legend = ''], index) {
  const isInstant = kind === 'table' || kind === 'stat';
  return {
    refId: String.fromCharCode('A'.charCodeAt(0) + index),
    datasource,
    editorMode: 'code',
    expr,
    legendFormat: legend,
    instant: isInstant,
    range: !isInstant,
    format: { table: 'table', heatmap: 'heatmap' }[kind] ?? 'time_series',
    exemplar: expr.includes('http_request_duration_seconds_bucket') && kind === 'timeseries',
  };
}

function toPanel(panel, id, place) {
  const { title, kind = 'timeseries', unit, description, alert, queries, max } = panel;
  const { fieldConfig, options, ...more } = kinds[kind](panel);
  return {
    id,
    type: kind,
    title,
    description: `${description} Runbook: ${alert}.`,
    datasource,
    gridPos: place,
    links: repository === '' ? [] : [{ title: 'Runbook', url: `${runbook}#${alert.toLowerCase()}`, targetBlank: true }],
    fieldConfig: {
      defaults: { unit, min: kind === 'stat' ? undefined : 0, max, ...fieldConfig },
      overrides: [],
    },
    options,
    ...more,
    targets: queries.map((query, index) => toTarget(kind, query, index)),
  };
}

/** Places the rows from top to bottom, and the panels of a row from left to right, all with the row's height. */
function layOut() {
  const panels = [];
  let y = 0;
  for (const { title, height, panels: ofRow } of rows) {
    panels.push({
      id: panels.length + 1,
      type: 'row',
      title,
      collapsed: false,
      gridPos: { x: 0, y, w: gridWidth, h: 1 },
      panels: [],
    });
    y += 1;
    let x = 0;
    for (const panel of ofRow) {
      if (x + panel.width > gridWidth) {
        x = 0;
        y += height;
      }
      panels.push(toPanel(panel, panels.length + 1, { x, y, w: panel.width, h: height }));
      x += panel.width;
    }
    y += height;
  }
  return panels;
}

function variable(name, label, query) {
  return {
    name,
    label,
    type: 'query',
    datasource,
    query: { query, refId: name },
    definition: query,
    refresh: 2,
    sort: 1,
    multi: true,
    includeAll: true,
    // Also matches series without the label, for example without a namespace outside Kubernetes.
    allValue: '.*',
    current: { text: ['All'], value: ['$__all'] },
  };
}

export const dashboard = {
  uid: 'scim-gateway',
  title: 'SCIM Gateway',
  description:
    'How identity providers are served, how Collate and Redis answer, and how much of the error budgets is left.',
  tags: ['scim', 'collate'],
  schemaVersion: 39,
  version: 1,
  editable: false,
  graphTooltip: 1,
  refresh: '30s',
  time: { from: 'now-6h', to: 'now' },
  timezone: 'browser',
  links: repository === '' ? [] : [{ title: 'Runbook', type: 'link', url: runbook, targetBlank: true, icon: 'doc' }],
  annotations: {
    list: [
      {
        name: 'New version',
        datasource,
        enable: true,
        iconColor: 'blue',
        expr: 'count by (version) (scim_gateway_build_info{namespace=~"$namespace", job=~"$job"}) unless count by (version) (scim_gateway_build_info{namespace=~"$namespace", job=~"$job"} offset 5m)',
        titleFormat: 'Version {{version}}',
        step: '60s',
      },
    ],
  },
  templating: {
    list: [
      { name: 'datasource', label: 'Data source', type: 'datasource', query: 'prometheus', current: {}, refresh: 1 },
      variable('namespace', 'Namespace', 'label_values(scim_gateway_build_info, namespace)'),
      variable('job', 'Job', 'label_values(scim_gateway_build_info{namespace=~"$namespace"}, job)'),
      variable(
        'tenant',
        'Tenant',
        'label_values(scim_gateway_http_requests_total{namespace=~"$namespace", job=~"$job"}, tenant)',
      ),
    ],
  },
  panels: layOut(),
};

/** The text of the dashboard's file. */
export const text = `${JSON.stringify(dashboard, undefined, 2)}\n`;

if (process.argv[1] === import.meta.filename) {
  writeFileSync(new URL('dashboards/scim-gateway.json', import.meta.url), text);
}
