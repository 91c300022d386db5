import { type CollateClient, detectCapabilities } from '@scim-gateway/collate-client';
import type { TokenLifetime, UserId } from '@scim-gateway/collate-client/model';
import { CommandError } from '../command-error.ts';
import { examineRights } from '../examine-rights.ts';
import { explain, type Finding, printFindings } from '../finding.ts';
import { type Administrator, asAdministrator } from './administrator.ts';
import { planBot, type Step } from './create-steps.ts';
import { deliverToken, type TokenTarget } from './deliver-token.ts';
import { defaultEmail, type Recipe, toRule } from './recipe.ts';

/** What the operator asks "bot create" for. */
export interface CreateOptions {
  readonly name: string;
  readonly email: string | undefined;
  readonly lifetime: TokenLifetime;
  readonly adminTokenFile: string | undefined;
  readonly target: TokenTarget;
  readonly output: 'text' | 'json';
  readonly mode: 'run' | 'dry-run';
}

/** Makes the bot with the least rights that the gateway needs. What is there already stays, its token too. */
export function createBot(options: CreateOptions): Promise<void> {
  return asAdministrator(options.adminTokenFile, async (administrator) => {
    const recipe = await toRecipe(options, administrator);
    const steps = await planBot(recipe, administrator.collate);
    if (options.mode === 'dry-run') printPlan(steps, options);
    else await make(recipe, steps, { options, administrator });
  });
}

async function toRecipe({ name, email, lifetime }: CreateOptions, { collate, self }: Administrator): Promise<Recipe> {
  const rule = toRule(await detectCapabilities(collate));
  return { name, email: email ?? defaultEmail(name, self), lifetime, rule };
}

function printPlan(steps: readonly Step[], { output }: CreateOptions): void {
  if (output === 'json') {
    process.stdout.write(`${JSON.stringify({ dryRun: true, calls: steps.map(({ call }) => call) })}\n`);
    return;
  }
  const lines = steps.length === 0 ? ['Nothing to change.'] : steps.map(({ call }) => call);
  process.stdout.write(lines.map((line) => `${line}\n`).join(''));
}

interface Work {
  readonly options: CreateOptions;
  readonly administrator: Administrator;
}

async function make(recipe: Recipe, steps: readonly Step[], { options, administrator }: Work): Promise<void> {
  for (const step of steps) {
    await step.run();
    process.stderr.write(`${step.done}\n`);
  }
  if (steps.length === 0) process.stderr.write('Nothing to change: policy, role and bot are as they should be.\n');
  const token = await readOrMakeToken(recipe, administrator);
  const findings = await verify(token, administrator.client);
  const delivered = deliverToken(token, options.target);
  if (options.output === 'json') {
    const shown = options.target.kind === 'output' ? { token } : {};
    process.stdout.write(`${JSON.stringify({ bot: recipe.name, done: toDone(steps), findings, ...shown })}\n`);
  } else {
    process.stdout.write(delivered);
  }
  process.stderr.write(printFindings(findings));
  if (findings.some(({ verdict }) => verdict === 'problem')) process.exitCode = 1;
}

function toDone(steps: readonly Step[]): readonly string[] {
  return steps.map(({ done }) => done);
}

/** A bot without a token, such as one whose token was revoked, gets one. A token is never replaced here. */
async function readOrMakeToken({ name, lifetime }: Recipe, { collate }: Administrator): Promise<string> {
  const user = await collate.users.find(name);
  if (user === undefined) throw new CommandError(`The bot's user "${name}" has disappeared. Run the command again.`);
  const known = await collate.administration.readToken(user.id);
  return known?.token ?? (await makeToken(user.id, lifetime, collate));
}

async function makeToken(id: UserId, lifetime: TokenLifetime, collate: Administrator['collate']): Promise<string> {
  await collate.administration.generateToken(id, lifetime);
  process.stderr.write('generated a token, because the bot had none\n');
  const made = await collate.administration.readToken(id);
  if (made === undefined)
    throw new CommandError('Collate generated a token and does not show it. Look at the bot in Collate.');
  return made.token;
}

/** Asks Collate with the bot's own token what the bot may do. */
async function verify(token: string, client: CollateClient): Promise<readonly Finding[]> {
  try {
    return [...examineRights(await detectCapabilities(client.as(() => token).bind()))];
  } catch (error) {
    // The bot exists all the same; the finding reports that its rights are unknown.
    return [{ verdict: 'problem', text: `Cannot check the bot's rights with its token: ${explain(error)}.` }];
  }
}
