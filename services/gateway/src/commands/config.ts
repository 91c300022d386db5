import { watchTokensFile } from '../composition/credentials.ts';
import type { Config } from '../config/config.ts';
import { toMarkdown } from '../config/document.ts';
import { loadConfig } from '../config/load.ts';
import { configUsage } from './usage.ts';

/**
 * Prints, checks or documents the configuration.
 *
 * @throws ConfigError when the environment is no valid configuration.
 */
export function config(action: string | undefined): void {
  switch (action) {
    case undefined:
      process.stdout.write(`${JSON.stringify(loadConfig(), maskSecret, 2)}\n`);
      return;
    case 'check':
      checkTokensFile(loadConfig());
      process.stdout.write('The configuration is complete.\n');
      return;
    case 'docs':
      process.stdout.write(toMarkdown());
      return;
    default:
      process.stderr.write(configUsage);
      process.exitCode = 2;
  }
}

function checkTokensFile({ credentials }: Config): void {
  if (credentials.tokensFile !== undefined) watchTokensFile(credentials.tokensFile, { clock: Date.now });
}

/** Masks the value of a secret; the path of a secret in a file is shown. */
function maskSecret(_name: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('kind' in value) || value.kind !== 'value') return value;
  return { kind: 'value', value: '***' };
}
