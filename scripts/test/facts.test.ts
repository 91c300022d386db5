import { describe, expect, it } from 'vitest';
import { topics } from '../../services/gateway/src/config/variables.ts';
import { listFiles, readText } from './support/repository.ts';

const variables = Object.assign({}, ...Object.values(topics));

/** The default of a setting, as a number. */
function defaultOf(name: string): number {
  return Number(variables[name]?.default);
}

/** What the pattern's groups match in a file, as numbers; fails where it matches nothing. */
function numbersIn(path: string, pattern: RegExp): readonly number[] {
  const match = pattern.exec(readText(path).replaceAll(/\s+/g, ' '));
  expect(match, `${path} has ${pattern}`).not.toBeNull();
  return (match ?? []).slice(1).map(Number);
}

/** A constant of the sources below a folder, wherever it is declared. */
function constantIn(folder: string, name: string): number {
  const pattern = new RegExp(`\\b${name} = ([\\d_ *]+);`);
  const found = listFiles()
    .filter((path) => path.startsWith(folder) && path.endsWith('.ts'))
    .flatMap((path) => pattern.exec(readText(path))?.[1] ?? []);
  expect(found, `${name} in ${folder}`).toHaveLength(1);
  return (found[0] ?? '')
    .split('*')
    .map((factor) => Number(factor.replaceAll('_', '')))
    .reduce((product, factor) => product * factor, 1);
}

describe('defaults in documents', () => {
  const marginSeconds = constantIn('packages/cache/src/', 'leaseMarginMs') / 1000;
  const leaseSeconds = defaultOf('COLLATE_WRITE_TIMEOUT_MS') / 1000 + marginSeconds;

  it.each([
    ['docs/redis.md', /`COLLATE_WRITE_TIMEOUT_MS` plus (\d+) s \((\d+) s by default\)/, [marginSeconds, leaseSeconds]],
    ['docs/operations.md', /`COLLATE_WRITE_TIMEOUT_MS` and (\d+) s/, [marginSeconds]],
    ['docs/operations.md', /wait (\d+) s, so that no write/, [leaseSeconds]],
    ['docs/runbook.md', /\(up to (\d+) s after the return of Redis\)/, [leaseSeconds]],
    ['docs/adr/0007-one-writer-through-leases.md', /longest call plus (\d+) seconds/, [marginSeconds]],
    ['docs/adr/0007-one-writer-through-leases.md', /its keys for at most (\d+) seconds/, [leaseSeconds]],
    [
      'docs/adr/0007-one-writer-through-leases.md',
      /within a request's (\d+) seconds/,
      [defaultOf('REQUEST_DEADLINE_MS') / 1000],
    ],
  ])('%s agrees with the settings: %s', (path, pattern, expected) => {
    expect(numbersIn(path, pattern)).toEqual(expected);
  });

  it('docs/operations.md agrees with how long the client tries both tokens of a bot', () => {
    expect(readText('docs/operations.md').replaceAll(/\s+/g, ' ')).toContain('tries both tokens for three minutes');
    expect(constantIn('packages/collate-client/src/', 'rotationWindowMs')).toBe(3 * 60_000);
  });
});

describe('ports in documents', () => {
  const portsIn = (path: string) => [...readText(path).matchAll(/localhost:(\d+)/g)].map(([, port]) => Number(port));

  it('in README.md are those of the settings', () => {
    const ports = new Set(portsIn('README.md'));
    expect([...ports].toSorted()).toEqual([defaultOf('PORT'), defaultOf('MANAGEMENT_PORT')].toSorted());
  });

  it('in docs/image.md are those that the composition publishes', () => {
    const published = [...readText('deploy/compose.yaml').matchAll(/"127\.0\.0\.1:(\d+):/g)].map(([, port]) =>
      Number(port),
    );
    expect([...new Set(portsIn('docs/image.md'))].toSorted()).toEqual(published.toSorted());
  });

  it('in docs/runbook.md are that of the management listener', () => {
    expect(new Set(portsIn('docs/runbook.md'))).toEqual(new Set([defaultOf('MANAGEMENT_PORT')]));
  });
});

describe('numbers of the alert rules and the chart in documents', () => {
  const rules = readText('deploy/prometheus/rules/scim-gateway.yaml');
  const thresholdOf = (name: string) => Number(new RegExp(`([\\d.]+) # threshold: ${name}\\n`).exec(rules)?.[1]);
  const objectives: readonly (readonly [level: string, budget: string])[] = [
    ['availability', 'availabilityErrorBudget'],
    ['availability-gateway', 'gatewayErrorBudget'],
    ['latency', 'latencyErrorBudget'],
    ['deprovisioning', 'deprovisioningErrorBudget'],
  ];

  it.each(objectives)('the objective of %s is what its error budget leaves', (level, budget) => {
    const [objective = 0] = numbersIn(
      'docs/operations.md',
      new RegExp(`\\| \`${level}\` \\| [^|]+ \\| ([\\d.]+) % \\|`),
    );
    expect(objective).toBeCloseTo(100 * (1 - thresholdOf(budget)), 6);
  });

  it.each([
    ['docs/operations.md', /budget burns ([\d.]+) times too fast over an hour/],
    ['docs/runbook.md', /\(([\d.]+) times too fast over an hour\)/],
  ])('%s has the burn rate that pages', (path, pattern) => {
    const [rate] = numbersIn(path, pattern);
    expect(rules).toContain(`scim_gateway:slo_burn_rate:1h{slo=~"availability.*"} > ${rate}\n`);
  });

  it('docs/runbook.md has the memory threshold, and its share of the chart default', () => {
    const limit = Number(
      /^ {4}memory: (\d+)Mi$/m.exec(
        readText('charts/scim-gateway/values.yaml')
          .split(/^resources:$/m)[1]
          ?.split('limits:')[1] ?? '',
      )?.[1],
    );
    const bytes = thresholdOf('memoryBytes');
    const share = Math.round((100 * bytes) / (limit * 2 ** 20));
    const stated = numbersIn('docs/runbook.md', /more than (\d+) MB, (\d+) % of the usual limit of (\d+) MiB/);
    expect(stated).toEqual([bytes / 1e6, share, limit]);
  });
});

describe('docs/architecture.md', () => {
  const page = readText('docs/architecture.md');

  it('names each room of the gateway and of provisioning', () => {
    const base = 'services/gateway/src/';
    const folders = new Set(
      listFiles()
        .filter((path) => path.startsWith(base))
        .map((path) => path.slice(base.length).split('/').slice(0, -1))
        .flatMap(([room = '', part]) =>
          part !== undefined && /^(?:provisioning|http)$/.test(room) ? [`${room}/${part}/`] : [`${room}/`],
        )
        .filter((folder) => folder !== '/'),
    );
    expect(folders.size).toBeGreaterThan(12);
    expect([...folders].filter((folder) => !page.includes(`\`${folder}`))).toEqual([]);
  });

  it('names each dependency of a package', () => {
    const missing = [...page.matchAll(/^\| `([\w/-]+)` \| ([^|]+) \|/gm)].flatMap(([, folder = '', allowed = '']) => {
      const path = `${folder}/package.json`;
      if (!listFiles().includes(path)) return [];
      const names = Object.keys(JSON.parse(readText(path)).dependencies ?? {});
      return names
        .filter((name) => !/^@(?:scim-gateway|fastify)\//.test(name) && !allowed.toLowerCase().includes(name))
        .map((name) => `${folder}: ${name}`);
    });
    expect(missing).toEqual([]);
  });
});
