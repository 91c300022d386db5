import { createCollateClient, detectCapabilities } from '@scim-gateway/collate-client';
import { CollateError } from '@scim-gateway/collate-client/model';
import { loadConfig } from '../config/load.ts';
import { createSecret } from '../config/secret.ts';

interface Finding {
  readonly verdict: 'ok' | 'note' | 'problem';
  readonly text: string;
}

const signs = { ok: '✓', note: '!', problem: '✗' } as const;

/** Examines a deployment without changing anything: the configuration, Collate, what it can do and what our credential may. */
export async function doctor(): Promise<void> {
  const findings = await examine();
  for (const { verdict, text } of findings) process.stdout.write(`${signs[verdict]} ${text}\n`);
  if (findings.some(({ verdict }) => verdict === 'problem')) process.exitCode = 1;
}

async function examine(): Promise<readonly Finding[]> {
  const config = loadConfig();
  const { token } = config.collate;
  const client = createCollateClient({
    baseUrl: config.collate.url,
    token: token === undefined ? () => '' : createSecret(token, { clock: Date.now }),
    retries: { attempts: 1 },
  });
  try {
    const findings: Finding[] = [{ verdict: 'ok', text: 'The configuration is complete.' }];
    findings.push(await attempt('Collate answers', async () => `version ${(await client.system.version({})).version}`));
    if (token === undefined)
      return [
        ...findings,
        { verdict: 'note', text: 'COLLATE_TOKEN is not set: only a bot whose own token is sent can act.' },
      ];
    findings.push(
      await attempt('The credential is accepted', async () => `as ${(await client.system.loggedInUser({})).name}`),
    );
    findings.push(await attempt('Users can be read', async () => `${await client.users.count({}, {})} accounts`));
    findings.push(await attempt('Teams can be read', async () => `${await client.teams.count({}, {})} teams`));
    return [...findings, ...(await examineCapabilities(client))];
  } finally {
    await client[Symbol.asyncDispose]();
  }
}

async function examineCapabilities(client: Parameters<typeof detectCapabilities>[0]): Promise<readonly Finding[]> {
  try {
    const { documentStore, membershipEndpoints, userExternalId } = await detectCapabilities(client, {});
    const stores = documentStore === 'available';
    return [
      {
        verdict: stores ? 'ok' : 'note',
        text: `The document store is ${documentStore}${stores ? '' : ': what Collate has no field for is not remembered, changes of userName and e-mail are refused'}.`,
      },
      {
        verdict: membershipEndpoints ? 'ok' : 'note',
        text: membershipEndpoints
          ? 'Members change by their own endpoints.'
          : 'This server has no membership endpoints: each member costs three calls.',
      },
      { verdict: userExternalId ? 'ok' : 'note', text: `Users ${userExternalId ? 'have' : 'have no'} externalId.` },
    ];
  } catch (error) {
    return [{ verdict: 'problem', text: `What Collate can do is not known: ${explain(error)}.` }];
  }
}

async function attempt(what: string, look: () => Promise<string>): Promise<Finding> {
  try {
    return { verdict: 'ok', text: `${what}: ${await look()}.` };
  } catch (error) {
    return { verdict: 'problem', text: `${what}: no, ${explain(error)}.` };
  }
}

function explain(error: unknown): string {
  if (!(error instanceof CollateError)) return error instanceof Error ? error.name : 'an unknown failure';
  const status = error.status === undefined ? '' : ` (status ${error.status})`;
  return `${error.kind}${status}`;
}
