import closeWithGrace from 'close-with-grace';
import { compose } from '../composition/gateway.ts';
import { loadConfig } from '../config/load.ts';

/** The time for everything after the grace period. Then close-with-grace exits the process. */
const lastResortMs = 5_000;

/**
 * Runs the gateway until a signal stops it. The gateway reports "not ready", waits until the load balancer has noticed
 * (`DRAIN_DELAY_MS`), then finishes the requests in flight (`SHUTDOWN_GRACE_MS`).
 */
export async function serve(): Promise<void> {
  const config = loadConfig();
  const gateway = await compose(config);
  const { drainDelayMs, graceMs } = config.shutdown;
  closeWithGrace({ delay: drainDelayMs + graceMs + lastResortMs, logger: { error: report } }, async ({ err }) => {
    if (err !== undefined) report(err);
    gateway.drain();
    await new Promise((resolve) => setTimeout(resolve, drainDelayMs));
    await gateway[Symbol.asyncDispose]();
  });
  // Operators and scripts read these lines; everything else goes to standard error.
  process.stdout.write(`SCIM base URL: ${gateway.baseUrl}\nManagement: ${gateway.managementUrl}\n`);
  if (gateway.generatedToken !== undefined) process.stdout.write(`Token: ${gateway.generatedToken}\n`);
}

function report(error: unknown): void {
  const name = error instanceof Error ? error.name : 'Error';
  const stack =
    error instanceof Error ? (error.stack ?? '').split('\n').filter((line) => line.startsWith('    at ')) : [];
  process.stderr.write(
    `${JSON.stringify({ level: 'fatal', msg: 'the gateway stops because of an unexpected error', error: name, stack })}\n`,
  );
}
