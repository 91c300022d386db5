import { parseArgs } from 'node:util';
import { type Generation, generationNamed } from './generation.ts';
import type { BotRights } from './rights/bot-rights.ts';
import { createCollateSimulator } from './simulator.ts';

const usage = `collate-simulator: simulates a Collate server with users, teams and documents in memory

  --port N              the port to listen on (default 8585; 0: a free port)
  --host ADDRESS        the address to listen on (default 127.0.0.1)
  --token TEXT          the bearer token of the gateway's bot (default: a random one, printed)
  --admin-token TEXT    the bearer token of the administrator (default: a random one, printed)
  --bot RIGHTS          what the gateway's bot may do: full (default), default-role (as a server makes it), none (there is no
                        bot), or operations such as user:Create+ViewAll,team:ViewAll,document:ViewAll
  --era GENERATION      the server generation: 1.1, 1.12 (default, alias: released) or 2.0 (alias: main)
  --users N --groups N  the number of users and groups at the start (default 0)
  --seed N              determines the ids of the initial data (default 1)
  --latency MS          the delay before each answer (default 0)
  --race MS             the time between read and write in which updates are lost (default 3)
  --no-document-store   give the gateway's bot no right to the document store
  --strict              answer 500 to calls that a gateway must not make
  --help                print this text
`;

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '8585' },
    host: { type: 'string', default: '127.0.0.1' },
    token: { type: 'string' },
    'admin-token': { type: 'string' },
    bot: { type: 'string', default: 'full' },
    era: { type: 'string', default: '1.12' },
    users: { type: 'string', default: '0' },
    groups: { type: 'string', default: '0' },
    seed: { type: 'string', default: '1' },
    latency: { type: 'string', default: '0' },
    race: { type: 'string', default: '3' },
    'no-document-store': { type: 'boolean', default: false },
    strict: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) process.stdout.write(usage);
else await run();

async function run(): Promise<void> {
  const simulator = await createCollateSimulator({
    port: toNumber('port'),
    host: values.host,
    generation: toGeneration(values.era),
    users: toNumber('users'),
    groups: toNumber('groups'),
    seed: toNumber('seed'),
    latencyMs: toNumber('latency'),
    raceMs: toNumber('race'),
    documentStore: !values['no-document-store'],
    strict: values.strict,
    bot: toRights(values.bot),
    ...(values['admin-token'] === undefined ? {} : { adminToken: values['admin-token'] }),
    ...(values.token === undefined ? {} : { token: values.token }),
  });
  process.stdout.write(`Collate simulator (${simulator.generation}): ${simulator.url}\n`);
  if (values.token === undefined) process.stdout.write(`Collate token: ${simulator.token}\n`);
  if (values['admin-token'] === undefined)
    process.stdout.write(`Collate administrator token: ${simulator.adminToken}\n`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      void simulator[Symbol.asyncDispose]().then(() => process.exit(0));
    });
  }
}

function toNumber(name: 'port' | 'users' | 'groups' | 'seed' | 'latency' | 'race'): number {
  const number = Number(values[name]);
  if (!Number.isInteger(number) || number < 0) fail(`--${name} must be a non-negative integer, not "${values[name]}"`);
  return number;
}

function toGeneration(text: string): Generation {
  const generation = generationNamed(text);
  return generation ?? fail(`--era must be 1.1, 1.12 or 2.0, not "${text}"`);
}

function toRights(text: string): BotRights {
  if (text === 'full' || text === 'default-role' || text === 'none') return text;
  const pairs = text.split(',').map((part) => part.split(':'));
  if (pairs.some((pair) => pair.length !== 2 || pair.includes('')))
    fail(`--bot must be full, default-role, none or a list such as user:ViewAll+Create, not "${text}"`);
  return Object.fromEntries(pairs.map(([resource = '', names = '']) => [resource, names.split('+')]));
}

function fail(message: string): never {
  process.stderr.write(`${message}\n${usage}`);
  process.exit(2);
}
