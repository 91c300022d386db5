#!/usr/bin/env node
import { parseArgs } from 'node:util';
import { usage, usages } from './commands/usage.ts';
import { ConfigError } from './config/load.ts';
import { redactError } from './observability/redact.ts';

try {
  await run();
} catch (error) {
  process.stderr.write(`${explain(error)}\n`);
  process.exitCode = 1;
}

/** Commands are loaded when they are called: a question about the configuration needs no web server. */
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
      return (await import('./commands/serve.ts')).serve();
    case 'doctor':
      return (await import('./commands/doctor.ts')).doctor();
    case 'config':
      return (await import('./commands/config.ts')).config(action);
    case 'metrics':
      return (await import('./commands/metrics.ts')).metrics();
    case 'openapi':
      return (await import('./commands/openapi.ts')).openapi(values.write);
    case 'token': {
      const { name, provider, profile, scopes, expires } = values;
      return (await import('./commands/token.ts')).token(action, { name, provider, profile, scopes, expires });
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
