import { type TokenLifetime, tokenLifetimes } from '@scim-gateway/collate-client/model';
import { checkBot } from './bot/check.ts';
import { createBot } from './bot/create.ts';
import { toTokenTarget } from './bot/deliver-token.ts';
import { rotateToken } from './bot/rotate.ts';
import { CommandError } from './command-error.ts';
import { botUsage, type Flag, type OptionName } from './usage.ts';

/** What was typed after the action. */
interface BotArguments {
  readonly options: Readonly<Partial<Record<OptionName, string>>>;
  readonly flags: ReadonlySet<Flag>;
}

/** Makes, checks or rotates the Collate bot that the gateway acts as. */
export async function bot(action: string | undefined, { options, flags }: BotArguments): Promise<void> {
  const output = flags.has('json') ? 'json' : 'text';
  const adminTokenFile = options['admin-token-file'];
  const { name = 'scim-gateway', email } = options;
  switch (action) {
    case 'create': {
      const mode = flags.has('dry-run') ? 'dry-run' : 'run';
      const lifetime = toLifetime(options.days) ?? 'Unlimited';
      return createBot({ name, email, lifetime, adminTokenFile, target: targetOf(options), output, mode });
    }
    case 'check':
      return checkBot(output);
    case 'rotate': {
      const mode = flags.has('revoke') ? 'revoke' : 'bridge';
      const lifetime = toLifetime(options.days);
      return rotateToken({ name, lifetime, adminTokenFile, target: targetOf(options), output, mode });
    }
    default:
      process.stderr.write(botUsage);
      process.exitCode = 2;
  }
}

function targetOf(options: BotArguments['options']) {
  return toTokenTarget(options['token-file'], options['secret-manifest']);
}

function toLifetime(days: string | undefined): TokenLifetime | undefined {
  if (days === undefined) return undefined;
  const lifetime = tokenLifetimes.find((known) => known === days);
  if (lifetime !== undefined) return lifetime;
  throw new CommandError(`--days is "${days}"; it must be one of ${tokenLifetimes.join(', ')}.`);
}
