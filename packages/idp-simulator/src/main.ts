import { parseArgs } from 'node:util';
import { playSession } from './play.ts';
import { formatReport } from './report.ts';
import type { Provider } from './session.ts';

const usage = `idp: plays an identity provider's session against a SCIM server

  --provider entra|okta  the provider to simulate
  --url URL              the SCIM base URL, such as http://localhost:8080/scim/v2
  --token TEXT           the provider's bearer token
  --variant NAME         entra: unflagged, flagged; okta: aiw, oin; default: all
  --optional             play optional steps as well
  --latency              fail answers that are slower than a step allows
  --json                 print the report as JSON
  --help                 print this text

The server must not contain the users alice, bob, carol and runscope300, or their groups. Exit code 1: an assertion failed.
`;

const { values } = parseArgs({
  options: {
    provider: { type: 'string' },
    url: { type: 'string' },
    token: { type: 'string' },
    variant: { type: 'string', default: 'all' },
    optional: { type: 'boolean', default: false },
    latency: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) process.stdout.write(usage);
else await run();

async function run(): Promise<void> {
  const { url, token, variant, optional, latency } = values;
  const provider = toProvider(values.provider);
  if (url === undefined || token === undefined) return fail('--url and --token are required');
  const report = await playSession({ provider, baseUrl: url, token, variant, optional, checkLatency: latency });
  process.stdout.write(`${values.json ? JSON.stringify(report, null, 2) : formatReport(report)}\n`);
  process.exitCode = report.failed.length === 0 ? 0 : 1;
}

function toProvider(text: string | undefined): Provider {
  if (text === 'entra' || text === 'okta') return text;
  return fail('--provider must be entra or okta');
}

function fail(message: string): never {
  process.stderr.write(`${message}\n\n${usage}`);
  process.exit(2);
}
