import { parseArgs } from 'node:util';
import { request } from 'undici';
import { playSession } from './play.ts';
import type { Provider } from './session.ts';

const usage = `idp-traffic: plays the providers' sessions against a SCIM server in turn, until a signal ends it

  --url URL              the SCIM base URL, such as http://localhost:8080/scim/v2
  --token TEXT           the providers' bearer token
  --simulator URL        the Collate simulator behind it, which is set back before each session
  --pause MS             between two sessions (default 2000)
  --trouble N            every Nth session meets a Collate that fails (default 5; 0: none)
  --help
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

/** What a Collate does that has a bad moment: errors, then slowness. */
const trouble = [
  { match: '*', when: 'before', status: 503, times: 40 },
  { match: '*', when: 'before', delay: 300, times: 40 },
];

if (values.help) process.stdout.write(usage);
else await run();

async function run(): Promise<void> {
  const { url, token, simulator } = values;
  if (url === undefined || token === undefined || simulator === undefined) {
    return fail('--url, --token and --simulator are needed');
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

/** Plays one session and says how it went; servers that are not there yet, or have gone, are tried again in the next round. */
async function play({ url, token, simulator, provider, isTroubled }: Round): Promise<string> {
  const name = `${provider}${isTroubled ? ', in front of a Collate that fails' : ''}`;
  try {
    await control(simulator, 'DELETE', 'faults');
    await control(simulator, 'POST', 'reset');
    if (isTroubled) await control(simulator, 'PUT', 'faults', trouble);
    const { passed, failed } = await playSession({ provider, baseUrl: url, token });
    const first = failed[0] === undefined ? '' : `, first ${failed[0].id}: ${failed[0].actual.slice(0, 120)}`;
    return `${name}: ${passed} assertions passed, ${failed.length} failed${first}`;
  } catch (error) {
    return `${name}: the session broke off: ${error instanceof Error ? error.message : String(error)}`;
  }
}

async function control(simulator: string, method: 'PUT' | 'POST' | 'DELETE', name: string, body?: unknown) {
  const url = `${simulator}/_simulator/${name}`;
  const answer = await request(url, { method, body: body === undefined ? null : JSON.stringify(body) });
  await answer.body.dump();
  if (answer.statusCode !== 200) throw new Error(`${method} ${url} was answered ${answer.statusCode}`);
}

function toNumber(name: 'pause' | 'trouble'): number {
  const number = Number(values[name]);
  if (!Number.isInteger(number) || number < 0) fail(`--${name} must be a whole number, not "${values[name]}"`);
  return number;
}

function fail(message: string): never {
  process.stderr.write(`${message}\n\n${usage}`);
  process.exit(2);
}
