import closeWithGrace from 'close-with-grace';
import { compose } from '../composition/gateway.ts';
import { loadConfig } from '../config/load.ts';

/** What may happen after the grace period before the process is ended without asking. */
const lastResortMs = 5_000;

/** Runs the gateway until a signal ends it: unready first, then a wait for the load balancer, then what is under way is finished. */
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
  // These lines are for people and scripts; everything else goes to standard error.
  process.stdout.write(`SCIM base URL: ${gateway.baseUrl}\nManagement: ${gateway.managementUrl}\n`);
  if (gateway.generatedToken !== undefined) process.stdout.write(`Token: ${gateway.generatedToken}\n`);
}

function report(error: unknown): void {
  const name = error instanceof Error ? error.name : 'Error';
  const stack =
    error instanceof Error ? (error.stack ?? '').split('\n').filter((line) => line.startsWith('    at ')) : [];
  process.stderr.write(`${JSON.stringify({ level: 'fatal', msg: 'the gateway ends', error: name, stack })}\n`);
}
