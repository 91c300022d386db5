#!/usr/bin/env node
import { type Arguments, readArguments } from './commands/arguments.ts';
import { CommandError } from './commands/command-error.ts';
import { ConfigError } from './config/load.ts';
import { redactError } from './observability/redact.ts';

try {
  await run(readArguments(process.argv.slice(2)));
} catch (error) {
  process.stderr.write(`${explain(error)}\n`);
  process.exitCode = 1;
}

async function run(asked: Arguments): Promise<void> {
  switch (asked.kind) {
    case 'help':
      process.stdout.write(asked.text);
      return;
    case 'refused':
      process.stderr.write(asked.text);
      process.exitCode = 2;
      return;
    case 'run':
      await runCommand(asked);
  }
}

/** Imports a command when it is called, so that `config` and `metrics` load no web server. */
async function runCommand({ command, action, options, flags }: Extract<Arguments, { kind: 'run' }>): Promise<void> {
  switch (command) {
    case 'serve':
      return (await import('./commands/serve.ts')).serve();
    case 'doctor':
      return (await import('./commands/doctor.ts')).doctor(flags.has('json') ? 'json' : 'text');
    case 'config':
      return (await import('./commands/config.ts')).config(action);
    case 'metrics':
      return (await import('./commands/metrics.ts')).metrics();
    case 'openapi':
      return (await import('./commands/openapi.ts')).openapi(options.write);
    case 'token':
      return (await import('./commands/token.ts')).token(action, options);
    case 'bot':
      return (await import('./commands/bot.ts')).bot(action, { options, flags });
    default:
      throw new TypeError(`the command ${command} has a usage but no code`);
  }
}

/** Why the command failed. For a bug it names the places in the code; the error's own message may contain personal data. */
function explain(error: unknown): string {
  if (error instanceof ConfigError || error instanceof CommandError) return error.message;
  if (!(error instanceof Error)) return 'The gateway cannot run: a value that is not an error was thrown.';
  if ('syscall' in error) return `The gateway cannot run: ${error.message}.`;
  return `The gateway cannot run because of a bug: ${JSON.stringify(redactError(error))}`;
}
