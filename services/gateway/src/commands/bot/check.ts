import { type Collate, createCollateClient, detectCapabilities } from '@scim-gateway/collate-client';
import { defaultBotRole } from '@scim-gateway/collate-client/model';
import { loadConfig } from '../../config/load.ts';
import { createSecret } from '../../secrets/secret.ts';
import { CommandError } from '../command-error.ts';
import { examineRights } from '../examine-rights.ts';
import { explain, type Finding, reportFindings } from '../finding.ts';

/** Reports what the bot whose token is COLLATE_TOKEN may do, and whether DefaultBotRole is back. Changes nothing. */
export async function checkBot(output: 'text' | 'json'): Promise<void> {
  const { url, token } = loadConfig().collate;
  if (token === undefined)
    throw new CommandError(
      'COLLATE_TOKEN is not set. Set it, or COLLATE_TOKEN_FILE, to the token of the bot to check.',
    );
  const secret = createSecret(token, { clock: Date.now });
  await using client = createCollateClient({ baseUrl: url, token: secret, retries: { attempts: 1 } });
  const findings: Finding[] = [];
  try {
    for await (const finding of examine(client.bind())) findings.push(finding);
  } catch (error) {
    // The finding reports the failure.
    findings.push({ verdict: 'problem', text: `Cannot check the bot: ${explain(error)}.` });
  }
  reportFindings(findings, output);
}

async function* examine(collate: Collate): AsyncIterable<Finding> {
  const { id, name } = await collate.system.loggedInUser();
  const roles = (await collate.users.findById(id, { fields: ['roles'] }))?.roles ?? [];
  const names = roles.map((role) => role.name ?? role.id);
  yield { verdict: 'ok', text: `The token belongs to ${name}, with the roles ${names.join(', ') || 'none'}.` };
  if (names.includes(defaultBotRole)) {
    const text = `${defaultBotRole} is on the bot: saving the bot in Collate puts it back. On servers since 1.8 it denies display names.`;
    yield { verdict: 'note', text: `${text} "scim-gateway bot create" takes it off.` };
  }
  yield* examineRights(await detectCapabilities(collate));
}
