import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '@scim-gateway/cache/testing/redis-server';

const install = fileURLToPath(new URL('../../../../scripts/debian-packages.sh', import.meta.url));

/** Installs Debian's packages of Prometheus and promtool unless PATH contains them. */
export function installPrometheus(): void {
  spawnSync('bash', [install, 'prometheus', 'promtool'], { stdio: 'inherit', env: { ...process.env, CI: 'true' } });
}

/** The objections of `promtool check metrics` to an exposition; empty when it accepts it. */
export function lintMetrics(text: string): string {
  const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], { input: text, encoding: 'utf8' });
  const objections = `${stdout}${stderr}`.trim();
  return status === 0 ? objections : `${objections}\nexit code ${status}`;
}

/** A Prometheus that scrapes one target each second. */
export class TestPrometheus implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #folder: string;
  readonly #url: string;

  private constructor(child: ChildProcess, folder: string, url: string) {
    this.#child = child;
    this.#folder = folder;
    this.#url = url;
  }

  static async start(target: string): Promise<TestPrometheus> {
    const folder = mkdtempSync(join(tmpdir(), 'prometheus-'));
    const file = join(folder, 'prometheus.yml');
    writeFileSync(
      file,
      `global: {scrape_interval: 1s}\nscrape_configs: [{job_name: scim-gateway, static_configs: [{targets: ['${target}']}]}]\n`,
    );
    const address = `127.0.0.1:${await freePort()}`;
    const child = spawn(
      'prometheus',
      [
        `--config.file=${file}`,
        `--storage.tsdb.path=${join(folder, 'data')}`,
        `--web.listen-address=${address}`,
        '--enable-feature=exemplar-storage',
      ],
      { stdio: 'ignore' },
    );
    return new TestPrometheus(child, folder, `http://${address}`);
  }

  /** The data of an API answer; undefined while Prometheus is not ready. */
  // biome-ignore lint/suspicious/noExplicitAny: a test inspects an untyped answer
  async ask(path: string, query: Readonly<Record<string, string>> = {}): Promise<any> {
    try {
      const answer = await fetch(`${this.#url}/api/v1/${path}?${new URLSearchParams(query)}`);
      return answer.ok ? JSON.parse(await answer.text()).data : undefined;
    } catch {
      // Prometheus does not listen yet; callers poll.
      return undefined;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await ended;
    rmSync(this.#folder, { recursive: true });
  }
}
