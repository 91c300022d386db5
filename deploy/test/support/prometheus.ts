import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { freePort } from './gateway-container.ts';
import { rulesFile } from './rules.ts';

/** A sample or a series, as Prometheus returns it. */
export interface Sample {
  readonly metric: Readonly<Record<string, string>>;
  readonly value?: readonly [number, string];
  readonly values?: readonly (readonly [number, string])[];
}

/** A real Prometheus that scrapes and evaluates the rules every second. */
export interface TestPrometheus extends AsyncDisposable {
  query(expression: string): Promise<readonly Sample[]>;
  queryRange(expression: string, seconds: number): Promise<readonly Sample[]>;
  /** Every rule with its health. */
  rules(): Promise<readonly { readonly name: string; readonly health: string; readonly lastError?: string }[]>;
  /** The names and severities of firing alerts. */
  firing(): Promise<readonly string[]>;
}

/** The rules with seconds in place of minutes in every `for`. */
function shorten(rules: string): string {
  return rules
    .replaceAll('interval: 30s', 'interval: 1s')
    .replaceAll(/for: \d+[mh]$/gm, 'for: 2s')
    .replaceAll(/:(?:1m|5m|30s)\]/g, ':1s]');
}

/** Starts Prometheus. It scrapes the management listeners with the job of the rules. */
export async function startPrometheus(targets: readonly string[]): Promise<TestPrometheus> {
  const folder = mkdtempSync(join(tmpdir(), 'prometheus-'));
  const port = await freePort();
  writeFileSync(join(folder, 'rules.yaml'), shorten(readFileSync(rulesFile, 'utf8')));
  writeFileSync(join(folder, 'prometheus.yml'), toConfiguration(targets));
  const child = spawn(
    'prometheus',
    [
      `--config.file=${folder}/prometheus.yml`,
      `--storage.tsdb.path=${folder}/data`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--log.level=error',
    ],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  const url = `http://127.0.0.1:${port}`;
  await untilReady(`${url}/-/ready`);
  const ask = async (path: string, parameters: Readonly<Record<string, string>> = {}) => {
    const response = await fetch(`${url}/api/v1/${path}?${new URLSearchParams(parameters)}`);
    const answer = await response.json();
    if (answer.status !== 'success') throw new Error(`${parameters['query'] ?? path}: ${answer.error}`);
    return answer.data;
  };
  return {
    query: async (query) => (await ask('query', { query })).result,
    queryRange: async (query, seconds) => {
      const end = Date.now() / 1000;
      return (await ask('query_range', { query, start: String(end - seconds), end: String(end), step: '1' })).result;
    },
    rules: async () => (await ask('rules')).groups.flatMap((group: { rules: readonly unknown[] }) => group.rules),
    firing: async () => {
      const samples: readonly Sample[] = (await ask('query', { query: 'ALERTS{alertstate="firing"}' })).result;
      return [...new Set(samples.map(({ metric }) => `${metric['alertname']} (${metric['severity']})`))].toSorted();
    },
    [Symbol.asyncDispose]: async () => {
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      await exited;
      rmSync(folder, { recursive: true });
    },
  };
}

function toConfiguration(targets: readonly string[]): string {
  return `global: { scrape_interval: 1s, evaluation_interval: 1s }
rule_files: [rules.yaml]
scrape_configs:
  - job_name: scim-gateway
    static_configs:
      - targets: [${targets.map((target) => `'${target}'`).join(', ')}]
`;
}

async function untilReady(url: string): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const isReady = await fetch(url).then(
      (response) => response.ok,
      () => false,
    );
    if (isReady) return;
    await wait(50);
  }
  throw new Error(`Prometheus was not ready at ${url} within ten seconds`);
}
