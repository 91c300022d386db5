import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

/** Installs what the chart's tests import, before any of them is loaded. */
export function setup(): void {
  const script = join(import.meta.dirname, '..', '..', '..', 'scripts', 'install-chart-tests.sh');
  execFileSync('bash', [script], { stdio: 'inherit' });
}
