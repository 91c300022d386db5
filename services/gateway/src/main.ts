#!/usr/bin/env node
import { parseArgs } from 'node:util';
import { config } from './commands/config.ts';
import { doctor } from './commands/doctor.ts';
import { openapi } from './commands/openapi.ts';
import { serve } from './commands/serve.ts';
import { token } from './commands/token.ts';
import { ConfigError } from './config/load.ts';

const usage = `scim-gateway COMMAND

  serve                 run the gateway (settings by environment, docs/configuration.md)
  doctor                examine a deployment without changing anything
  config [check|docs]   print, check or document the configuration
  openapi [--write F]   print the OpenAPI document, or write it to a file
  token new --name N --provider P [--profile tolerant|strict] [--expires DATE]
                        make a token and the line for SCIM_TOKENS_FILE
  --help
`;

try {
  await run();
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}

async function run(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      help: { type: 'boolean', default: false },
      write: { type: 'string' },
      name: { type: 'string' },
      provider: { type: 'string' },
      profile: { type: 'string' },
      expires: { type: 'string' },
    },
  });
  const [command, action] = positionals;
  if (values.help) {
    process.stdout.write(usage);
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
      const { name, provider, profile, expires } = values;
      return token(action, { name, provider, profile, expires });
    }
    default:
      process.stderr.write(usage);
      process.exitCode = 2;
  }
}
