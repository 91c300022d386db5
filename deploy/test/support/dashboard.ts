import { readFileSync } from 'node:fs';

/** The parts of a panel that tests read. */
export interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly datasource?: { readonly uid: string };
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly links?: readonly { readonly url: string }[];
  readonly fieldConfig?: { readonly defaults: { readonly unit?: string } };
  readonly targets?: readonly {
    readonly refId: string;
    readonly expr: string;
    readonly datasource: { readonly uid: string };
  }[];
}

export interface Dashboard {
  readonly uid: string;
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly { readonly name: string; readonly definition?: string }[] };
  readonly annotations: { readonly list: readonly { readonly expr: string }[] };
}

/** The committed dashboard. */
export const dashboardFile = new URL('../../grafana/dashboards/scim-gateway.json', import.meta.url);

export const readDashboard = (): Dashboard => JSON.parse(readFileSync(dashboardFile, 'utf8')) as Dashboard;

/** Every query of the panels and annotations, with its place. */
export function queriesOf({
  panels,
  annotations,
}: Dashboard): readonly { readonly where: string; readonly query: string }[] {
  return [
    ...panels.flatMap(({ title, targets = [] }) =>
      targets.map(({ refId, expr }) => ({ where: `${title}, ${refId}`, query: expr })),
    ),
    ...annotations.list.map(({ expr }) => ({ where: 'annotation', query: expr })),
  ];
}

/** A query as Grafana sends it when everything is selected. */
export function substitute(query: string, interval = '1m'): string {
  return query.replaceAll('$__rate_interval', interval).replaceAll(/\$(namespace|job|tenant)\b/g, '.*');
}
