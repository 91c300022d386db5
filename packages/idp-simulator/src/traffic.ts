import { parseArgs } from 'node:util';
import { request } from 'undici';
import { playSession } from './play.ts';
import type { Provider } from './session.ts';

const usage = `idp-traffic: alternates the providers' sessions against a SCIM server until a signal ends it

  --url URL              the SCIM base URL, such as http://localhost:8080/scim/v2
  --token TEXT           the providers' bearer token
  --simulator URL        the Collate simulator behind the server; it is reset before each session
  --pause MS             the time between two sessions (default 2000)
  --trouble N            inject faults into Collate in every Nth session (default 5; 0: none)
  --help                 print this text
`;

const { values } = parseArgs({
  options: {
    url: { type: 'string' },
    token: { type: 'string' },
    simulator: { type: 'string' },
    pause: { type: 'string', default: '2000' },
    trouble: { type: 'string', default: '5' },
    help: { type: 'boolean', default: false },
  },
});

/** The faults of a troubled session: errors, then slow answers. */
const trouble = [
  { match: '*', when: 'before', status: 503, times: 40 },
  { match: '*', when: 'before', delay: 300, times: 40 },
];

if (values.help) process.stdout.write(usage);
else await run();

async function run(): Promise<void> {
  const { url, token, simulator } = values;
  if (url === undefined || token === undefined || simulator === undefined) {
    return fail('--url, --token and --simulator are required');
  }
  const pause = toNumber('pause');
  const every = toNumber('trouble');
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(0));
  for (let round = 1; ; round += 1) {
    const provider: Provider = round % 2 === 0 ? 'okta' : 'entra';
    const isTroubled = every > 0 && round % every === 0;
    process.stdout.write(`${await play({ url, token, simulator, provider, isTroubled })}\n`);
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

interface Round {
  readonly url: string;
  readonly token: string;
  readonly simulator: string;
  readonly provider: Provider;
  readonly isTroubled: boolean;
}

/** Plays one session. @returns its outcome as text; an unreachable server is an outcome, and the next round tries again. */
async function play({ url, token, simulator, provider, isTroubled }: Round): Promise<string> {
  const name = `${provider}${isTroubled ? ', with faults in Collate' : ''}`;
  try {
    await control(simulator, 'DELETE', 'faults');
    await control(simulator, 'POST', 'reset');
    if (isTroubled) await control(simulator, 'PUT', 'faults', trouble);
    const { passed, failed } = await playSession({ provider, baseUrl: url, token });
    const first = failed[0] === undefined ? '' : `, first ${failed[0].id}: ${failed[0].actual.slice(0, 120)}`;
    return `${name}: ${passed} assertions passed, ${failed.length} failed${first}`;
  } catch (error) {
    return `${name}: the session failed: ${error instanceof Error ? error.message : String(error)}`;
  }
}

async function control(simulator: string, method: 'PUT' | 'POST' | 'DELETE', name: string, body?: unknown) {
  const url = `${simulator}/_simulator/${name}`;
  const answer = await request(url, { method, body: body === undefined ? null : JSON.stringify(body) });
  await answer.body.dump();
  if (answer.statusCode !== 200) throw new Error(`${method} ${url} answered ${answer.statusCode}`);
}

function toNumber(name: 'pause' | 'trouble'): number {
  const number = Number(values[name]);
  if (!Number.isInteger(number) || number < 0) fail(`--${name} must be a non-negative integer, not "${values[name]}"`);
  return number;
}

function fail(message: string): never {
  process.stderr.write(`${message}\n\n${usage}`);
  process.exit(2);
}
