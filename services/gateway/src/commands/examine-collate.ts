import { type Capabilities, type Collate, detectCapabilities, type User } from '@scim-gateway/collate-client';
import { examineRights } from './examine-rights.ts';
import { explain, type Finding } from './finding.ts';

/** Whether Collate answers, who the gateway is to it, and which capabilities it has. */
export async function* examineCollate(
  collate: Collate,
  { hasToken }: { readonly hasToken: boolean },
): AsyncIterable<Finding> {
  yield await attempt('Cannot reach Collate', async () => {
    const { version } = await collate.system.version();
    return `Collate answers, version ${version}.`;
  });
  if (!hasToken) {
    yield { verdict: 'note', text: 'COLLATE_TOKEN is not set: only bots that send their own token can act.' };
    return;
  }
  const self = await findSelf(collate);
  if ('verdict' in self) {
    yield self;
    return;
  }
  yield { verdict: 'ok', text: `Collate accepts the credential of ${self.name}.` };
  yield* examineSelf(self);
  yield* examineReading(collate);
  yield* examineCapabilities(collate);
}

/** Reports the sentence that `examine` resolves to, or the failure with its explanation. */
async function attempt(failure: string, examine: () => Promise<string>): Promise<Finding> {
  try {
    return { verdict: 'ok', text: await examine() };
  } catch (error) {
    // The finding reports the failure; the examination goes on.
    return { verdict: 'problem', text: `${failure}: ${explain(error)}.` };
  }
}

async function findSelf(collate: Collate): Promise<User | Finding> {
  try {
    return await collate.system.loggedInUser();
  } catch (error) {
    // The finding reports the failure; the examination goes on.
    return { verdict: 'problem', text: `Cannot log in to Collate: ${explain(error)}.` };
  }
}

function* examineSelf({ isBot, isAdmin }: User): Iterable<Finding> {
  if (!isBot) {
    const text =
      "COLLATE_TOKEN is the token of a user, not of a bot: Collate hides e-mails from it, and it ends with the user's account.";
    yield { verdict: 'problem', text: `${text} Use a bot.` };
  }
  if (isAdmin)
    yield {
      verdict: 'note',
      text: 'The credential is an administrator; a bot with a role of its own is enough ("scim-gateway bot create").',
    };
}

async function* examineReading(collate: Collate): AsyncIterable<Finding> {
  yield await attempt('Cannot read users', async () => {
    return `Can read users: ${await collate.users.count({ isBot: false })}.`;
  });
  yield await attempt('Cannot read teams', async () => `Can read teams: ${await collate.teams.count()}.`);
}

async function* examineCapabilities(collate: Collate): AsyncIterable<Finding> {
  try {
    const capabilities = await detectCapabilities(collate);
    yield* examineRights(capabilities);
    yield* describe(capabilities);
  } catch (error) {
    // The finding reports the failure; the examination goes on.
    yield { verdict: 'problem', text: `Cannot detect the capabilities of Collate: ${explain(error)}.` };
  }
}

const withoutStore =
  'attributes that Collate has no field for are not stored, and changes of userName and e-mail are refused';

function* describe({ documentStore, membershipEndpoints, userExternalId }: Capabilities): Iterable<Finding> {
  yield documentStore === 'available'
    ? { verdict: 'ok', text: 'The document store is available.' }
    : { verdict: 'note', text: `The document store is ${documentStore}: ${withoutStore}.` };
  yield membershipEndpoints
    ? { verdict: 'ok', text: 'Collate has endpoints for the members of a team.' }
    : { verdict: 'note', text: 'Collate has no endpoints for the members of a team: each change costs several calls.' };
  yield userExternalId
    ? { verdict: 'ok', text: 'Collate stores externalId with users.' }
    : { verdict: 'note', text: 'Collate does not store externalId with users; the document store keeps it.' };
}
