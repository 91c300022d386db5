#!/usr/bin/env node
import { parseArgs } from 'node:util';
import { config, configUsage } from './commands/config.ts';
import { doctor, doctorUsage } from './commands/doctor.ts';
import { openapi, openapiUsage } from './commands/openapi.ts';
import { serve, serveUsage } from './commands/serve.ts';
import { token, tokenUsage } from './commands/token.ts';
import { ConfigError } from './config/load.ts';
import { redactError } from './observability/redact.ts';

const usage = `scim-gateway COMMAND [--help]

  serve                 run the gateway
  doctor                examine a deployment without changing anything
  config [check|docs]   print, check or document the configuration
  openapi [--write F]   print the OpenAPI document, or write it to a file
  token new             make a token for an identity provider

Settings come from the environment; "scim-gateway config docs" lists them.
`;

const usages = new Map([
  ['serve', serveUsage],
  ['doctor', doctorUsage],
  ['config', configUsage],
  ['openapi', openapiUsage],
  ['token', tokenUsage],
]);

try {
  await run();
} catch (error) {
  process.stderr.write(`${explain(error)}\n`);
  process.exitCode = 1;
}

async function run(): Promise<void> {
  const parsed = readArguments();
  if (parsed === undefined) return fail(usage);
  const { values, positionals } = parsed;
  const [command = '', action] = positionals;
  if (values.help) {
    process.stdout.write(usages.get(command) ?? usage);
    return;
  }
  switch (command) {
    case 'serve':
      return serve();
    case 'doctor':
      return doctor();
    case 'config':
      return config(action);
    case 'openapi':
      return openapi(values.write);
    case 'token': {
      const { name, provider, profile, scopes, expires } = values;
      return token(action, { name, provider, profile, scopes, expires });
    }
    default:
      return fail(usage);
  }
}

function readArguments() {
  try {
    const text = { type: 'string' } as const;
    const options = { write: text, name: text, provider: text, profile: text, scopes: text, expires: text };
    const help = { type: 'boolean', short: 'h', default: false } as const;
    return parseArgs({ allowPositionals: true, options: { ...options, help } });
  } catch (error) {
    // Node's words say which option it does not know.
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n`);
    return undefined;
  }
}

function fail(text: string): void {
  process.stderr.write(text);
  process.exitCode = 2;
}

/** Why nothing runs; a mistake of ours comes with the places in the code, whatever it is about stays unsaid. */
function explain(error: unknown): string {
  if (error instanceof ConfigError) return error.message;
  if (!(error instanceof Error)) return 'The gateway cannot run: something that is no error was thrown.';
  if ('syscall' in error) return `The gateway cannot run: ${error.message}.`;
  return `The gateway cannot run, by a mistake of its own: ${JSON.stringify(redactError(error))}`;
}
