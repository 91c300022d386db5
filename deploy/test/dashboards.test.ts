import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { text } from '../grafana/build-dashboard.mjs';
import { dashboardFile, queriesOf, readDashboard } from './support/dashboard.ts';
import { anchorsOf, readDocument } from './support/documents.ts';

const dashboard = readDashboard();
const panels = dashboard.panels.filter(({ type }) => type !== 'row');
const where = (list: readonly { readonly title: string }[]) => list.map(({ title }) => title);

describe('the dashboard', () => {
  it('equals the output of deploy/grafana/build-dashboard.mjs', () => {
    expect(readFileSync(dashboardFile, 'utf8')).toBe(text);
  });

  it('has ten rows and the variables that its queries use', () => {
    expect(dashboard.panels.filter(({ type }) => type === 'row')).toHaveLength(10);
    expect(dashboard.templating.list.map(({ name }) => name)).toEqual(['datasource', 'namespace', 'job', 'tenant']);
    const used = new Set(JSON.stringify(dashboard).match(/\$\{?(?!_)[a-z]\w*/g));
    expect([...used].toSorted()).toEqual(['$job', '$namespace', '$tenant', '${datasource']);
  });

  it('has a description, a unit and a link to the runbook in each panel', () => {
    const anchors = anchorsOf(readDocument('runbook.md'));
    const lacking = panels.filter(({ title, description, fieldConfig }) => {
      const entry = / Runbook: (\w+)\.$/.exec(description ?? '')?.[1] ?? '';
      return (
        title === '' ||
        (description ?? '').length < 10 ||
        fieldConfig?.defaults.unit === undefined ||
        !anchors.includes(entry.toLowerCase())
      );
    });
    expect(where(lacking)).toEqual([]);
  });

  it('has panels with unique ids and titles that do not overlap', () => {
    expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length);
    expect(new Set(where(panels)).size).toBe(panels.length);
    const cells = dashboard.panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, index) => `${x + (index % w)} ${y + Math.floor(index / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    expect(panels.filter(({ gridPos: { x, w } }) => x + w > 24)).toEqual([]);
  });

  it('queries the selected data source, restricted by the variables', () => {
    const targets = panels.flatMap(({ targets: ofPanel = [] }) => ofPanel);
    // biome-ignore lint/suspicious/noTemplateCurlyInString: Grafana substitutes it
    expect(targets.filter(({ datasource }) => datasource.uid !== '${datasource}')).toEqual([]);
    const unbound = queriesOf(dashboard).filter(({ query }) => !query.includes('namespace=~"$namespace", job=~"$job"'));
    expect(unbound).toEqual([]);
  });

  it("uses the data source's scrape interval in every rate", () => {
    const fixed = queriesOf(dashboard).filter(({ query }) =>
      /\b(?:rate|irate)\([^[]*\[(?!\$__rate_interval\])/.test(query),
    );
    expect(fixed).toEqual([]);
    expect(queriesOf(dashboard).filter(({ query }) => query.includes('$__rate_interval')).length).toBeGreaterThan(40);
  });
});
