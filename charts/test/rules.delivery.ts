import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { CHART, render, type Values } from './support/helm.ts';
import { fewest, find, over } from './support/values.ts';

interface Rule {
  readonly alert?: string;
  readonly record?: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}
interface Group {
  readonly name: string;
  readonly rules: readonly Rule[];
}

const text = readFileSync(join(CHART, 'files/rules.yaml'), 'utf8');
const file: readonly Group[] = parse(text).groups;
const thresholds = new Map(
  [...text.matchAll(/([-+.0-9e]+) # threshold: (\w+)$/gm)].map(([, number, name = '']) => [name, Number(number)]),
);
// The memory limit determines a threshold; this limit gives the value in the file.
const held = thresholds.has('memoryBytes') ? { memoryBytes: thresholds.get('memoryBytes') } : {};

async function rendered(values: Values = {}): Promise<readonly Group[]> {
  const all = over({ enabled: true, thresholds: held }, values);
  const { manifests } = await render(over(fewest, { prometheusRules: all }));
  return find(manifests, 'PrometheusRule')['spec'].groups;
}
const alertsOf = (groups: readonly Group[]) =>
  groups.flatMap(({ rules }) => rules).filter(({ alert }) => alert !== undefined);
const [first] = alertsOf(file);
const name = first?.alert ?? '';

describe('the alert rules of the chart', () => {
  it('equal the file of rules', async () => {
    expect(JSON.stringify(file)).toMatch(/\{\{ \$(labels|value)/);
    expect(await rendered()).toEqual(file);
  });

  it.each([...thresholds.keys()])(
    'take the threshold %s wherever it stands, and change nothing else',
    async (threshold) => {
      const changed = parse(
        text.replaceAll(new RegExp(`[-+.0-9e]+( # threshold: ${threshold})$`, 'gm'), '12345$1'),
      ).groups;
      expect(changed).not.toEqual(file);
      expect(await rendered({ thresholds: { [threshold]: 12_345 } })).toEqual(changed);
    },
  );

  it.runIf(thresholds.has('memoryBytes'))('say nine tenths of the memory limit is much', async () => {
    const { manifests } = await render(
      over(fewest, { prometheusRules: { enabled: true }, resources: { limits: { memory: '1000Mi' } } }),
    );
    expect(JSON.stringify(find(manifests, 'PrometheusRule'))).toContain('943718400 # threshold: memoryBytes');
  });

  it('omit a disabled alert', async () => {
    const before = alertsOf(file).map(({ alert }) => alert);
    expect(alertsOf(await rendered({ disabled: [name] })).map(({ alert }) => alert)).toEqual(
      before.filter((alert) => alert !== name),
    );
  });

  it('omit a group whose rules are all disabled', async () => {
    const alone = file.filter(({ rules }) => rules.every(({ alert }) => alert !== undefined));
    for (const { name: group, rules } of alone.slice(0, 1)) {
      const groups = await rendered({ disabled: rules.map(({ alert }) => alert) });
      expect(groups.map((each) => each.name)).not.toContain(group);
    }
  });

  it('apply the overrides of one alert', async () => {
    const override = { for: '42m', expr: 'vector(1)', labels: { severity: 'info' }, annotations: { summary: 'Mine.' } };
    const [changed, ...others] = alertsOf(await rendered({ overrides: { [name]: override } }));
    expect(changed).toEqual({
      ...first,
      ...override,
      labels: { ...first?.labels, ...override.labels },
      annotations: { ...first?.annotations, ...override.annotations },
    });
    expect(others).toEqual(alertsOf(file).slice(1));
  });

  it('carry the labels and the runbook URL of the values', async () => {
    const alerts = alertsOf(
      await rendered({ alertLabels: { team: 'identity' }, runbookBaseUrl: 'https://wiki.example.com/scim' }),
    );
    const expected = alertsOf(file).map(({ alert = '', labels, annotations }) => ({
      alert,
      labels: { ...labels, team: 'identity' },
      runbook: annotations?.['runbook_url']?.replace(/^[^#]*/, 'https://wiki.example.com/scim'),
    }));
    expect(
      alerts.map(({ alert, labels, annotations }) => ({ alert, labels, runbook: annotations?.['runbook_url'] })),
    ).toEqual(expected);
  });

  it('end with the extra rules', async () => {
    const rules = [{ alert: 'Mine', expr: 'up == 0', annotations: { summary: '{{ $labels.job }} {{ .Values }}' } }];
    expect((await rendered({ extraRules: rules })).at(-1)).toEqual({ name: 'scim-gateway-extra', rules });
  });
});
