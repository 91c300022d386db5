import { describe, expect, it } from 'vitest';
import { commands } from '../../services/gateway/src/commands/usage.ts';
import { readDashboard } from './support/dashboard.ts';
import { anchorsOf, readDocument } from './support/documents.ts';
import { expressionOf, readRules } from './support/rules.ts';

const rules = readRules();
const alerts = rules.filter(({ kind }) => kind === 'alert');
const names = [...new Set(alerts.map(({ name }) => name))];
const runbook = readDocument('runbook.md');
const operations = readDocument('operations.md');
const pages = [
  ['runbook.md', runbook],
  ['operations.md', operations],
] as const;

/** The entries of the runbook, by alert. */
const entries = new Map(
  runbook
    .split(/^## /m)
    .slice(1)
    .map((entry) => [entry.slice(0, entry.indexOf('\n')), entry]),
);

describe('the alerts', () => {
  it('each have a severity, a summary and a description that names the gateway', () => {
    const lacking = alerts.filter(
      ({ text }) =>
        !/labels: \{ severity: (?:page|ticket|info) \}/.test(text) ||
        !/ {10}summary: \S/.test(text) ||
        !/ {10}description: >-\n {12}[\s\S]*\{\{ \$labels\.namespace \}\}\/\{\{ \$labels\.job \}\}/.test(text),
    );
    expect(lacking.map(({ name }) => name)).toEqual([]);
  });

  it('each link to their own entry of the runbook', () => {
    const wrong = alerts.filter(
      ({ name, text }) => !new RegExp(`runbook_url: \\S*docs/runbook\\.md#${name.toLowerCase()}\\n`).test(text),
    );
    expect(wrong.map(({ name }) => name)).toEqual([]);
    expect(anchorsOf(runbook)).toEqual(expect.arrayContaining(names.map((name) => name.toLowerCase())));
  });

  it('use only labels that their expressions keep', () => {
    const used = alerts.flatMap((rule) => {
      const kept = new Set(['job', 'namespace', ...(expressionOf(rule).match(/(?<=by \([^)]*)\w+/g) ?? [])]);
      // Without a sum, the labels of the scraped series stay; burn rates have the label slo.
      if (!/\bby \(/.test(expressionOf(rule))) kept.add('instance').add('slo');
      return [...rule.text.matchAll(/\$labels\.(\w+)/g)].map(([, label = '']) => ({
        name: rule.name,
        label,
        known: kept.has(label),
      }));
    });
    expect(used.filter(({ known }) => !known)).toEqual([]);
  });
});

describe('docs/runbook.md', () => {
  it('has exactly one entry for each alert', () => {
    expect([...entries.keys()].toSorted()).toEqual(names.toSorted());
  });

  it.each(['Meaning', 'Impact', 'Confirm', 'Likely causes', 'Fix', 'Verify', 'Escalate', 'False alarms'])(
    'has the part %s in each entry',
    (part) => {
      const lacking = [...entries].filter(([, entry]) => !new RegExp(`^\\*\\*${part}[.*]`, 'm').test(entry));
      expect(lacking.map(([name]) => name)).toEqual([]);
    },
  );

  it('has the severities of the rules', () => {
    const wrong = names.filter((name) => {
      const severities = alerts
        .filter((alert) => alert.name === name)
        .map(({ text }) => /severity: (\w+)/.exec(text)?.[1] ?? '');
      const stated = /\*\*Meaning\*\* \((.+?)\)/.exec(entries.get(name) ?? '')?.[1] ?? '';
      return !severities.every((severity) => stated.includes(severity));
    });
    expect(wrong).toEqual([]);
  });

  it('names only panels that exist', () => {
    const known = new Set<string>();
    let row = '';
    for (const { type, title } of readDashboard().panels) {
      if (type === 'row') row = title;
      else known.add(`${row} / ${title}`);
    }
    const named = [...runbook.matchAll(/\*([^*\n]+ \/ [^*\n]+)\*/g)].flatMap(([, list = '']) => list.split('; '));
    expect(named.length).toBeGreaterThan(names.length);
    expect(named.filter((each) => !known.has(each) && each !== 'row / panel')).toEqual([]);
  });
});

describe.each(pages)('docs/%s', (_name, page) => {
  it('names only options of commands that exist', () => {
    const named = [...page.matchAll(/`scim-gateway ([^`]+)`/g)].map(([, command = '']) => command.split(' '));
    expect(named.length).toBeGreaterThan(0);
    for (const [command = '', ...rest] of named) {
      const text = commands.get(command)?.text;
      for (const word of rest.filter((each) => /^(?:--)?[a-z]+$/.test(each) && !/entra/.test(each)))
        expect(text, word).toMatch(new RegExp(`(?<![\\w-])${word}\\b`));
    }
  });
});

describe('docs/operations.md', () => {
  it('lists the named thresholds with the numbers of the rules', () => {
    const inRules = new Set(
      rules.flatMap(({ text }) =>
        [...text.matchAll(/([\d.]+) # threshold: (\w+)/g)].map(([, number, name]) => `${name} ${number}`),
      ),
    );
    const rows = operations.split('\n').filter((line) => /^\| `\w+`.*\| [\d., ]+ \|/.test(line));
    const listed = rows.flatMap((row) => {
      const [, left = '', right = ''] = row.split('|');
      const numbers = right.trim().split(', ');
      return [...left.matchAll(/`(\w+)`/g)].map(([, name], index) => `${name} ${numbers[index]}`);
    });
    expect(listed.toSorted()).toEqual([...inRules].toSorted());
  });
});
