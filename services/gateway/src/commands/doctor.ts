import { createCollateClient } from '@scim-gateway/collate-client';
import type { Config } from '../config/config.ts';
import { loadConfig } from '../config/load.ts';
import { createSecret } from '../secrets/secret.ts';
import { examineCollate } from './examine-collate.ts';
import { examineCredentials } from './examine-credentials.ts';
import { examineRedis } from './examine-redis.ts';
import { type Finding, reportFindings } from './finding.ts';

/** Examines a deployment and prints the findings; a problem makes the exit code 1. */
export async function doctor(output: 'text' | 'json'): Promise<void> {
  const config = loadConfig();
  const findings: Finding[] = [{ verdict: 'ok', text: 'The configuration is complete.' }];
  for await (const finding of examine(config)) findings.push(finding);
  reportFindings(findings, output);
}

async function* examine(config: Config): AsyncIterable<Finding> {
  yield* examineCredentials(config);
  yield* examineServer(config);
  yield* examineRedis(config);
}

async function* examineServer({ collate: { url, token } }: Config): AsyncIterable<Finding> {
  await using client = createCollateClient({
    baseUrl: url,
    token: token === undefined ? undefined : createSecret(token, { clock: Date.now }),
    retries: { attempts: 1 },
  });
  yield* examineCollate(client.bind(), { hasToken: token !== undefined });
}
