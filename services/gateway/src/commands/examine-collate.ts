import { type Capabilities, type Collate, detectCapabilities, type User } from '@scim-gateway/collate-client';
import { attempt, explain, type Finding } from './finding.ts';

/** Collate's answer, who we are to it, and what it can do for us. */
export async function* examineCollate(
  collate: Collate,
  { hasToken }: { readonly hasToken: boolean },
): AsyncIterable<Finding> {
  yield await attempt('Collate answers', async () => `version ${(await collate.system.version()).version}`);
  if (!hasToken) {
    yield { verdict: 'note', text: 'COLLATE_TOKEN is not set: only a bot whose own token is sent can act.' };
    return;
  }
  const self = await findSelf(collate);
  if ('verdict' in self) {
    yield self;
    return;
  }
  yield { verdict: 'ok', text: `The credential is accepted: as ${self.name}.` };
  yield* examineSelf(self);
  yield await attempt('Users can be read', async () => `${await collate.users.count({ isBot: false })} people`);
  yield await attempt('Teams can be read', async () => `${await collate.teams.count()} teams`);
  yield* examineCapabilities(collate);
}

async function findSelf(collate: Collate): Promise<User | Finding> {
  try {
    return await collate.system.loggedInUser();
  } catch (error) {
    return { verdict: 'problem', text: `The credential is accepted: no, ${explain(error)}.` };
  }
}

function* examineSelf({ isBot, isAdmin }: User): Iterable<Finding> {
  if (!isBot) {
    const text =
      'COLLATE_TOKEN is the token of a person: Collate hides e-mails from people, and it ends with the account.';
    yield { verdict: 'problem', text: `${text} Use a bot.` };
  }
  if (isAdmin)
    yield { verdict: 'note', text: 'The credential is an administrator; a bot with a role of its own is enough.' };
}

async function* examineCapabilities(collate: Collate): AsyncIterable<Finding> {
  try {
    yield* describe(await detectCapabilities(collate));
  } catch (error) {
    yield { verdict: 'problem', text: `What Collate can do is not known: ${explain(error)}.` };
  }
}

const withoutStore = 'what Collate has no field for is not remembered, and changes of userName and e-mail are refused';

function* describe({ documentStore, membershipEndpoints, userExternalId }: Capabilities): Iterable<Finding> {
  yield documentStore === 'available'
    ? { verdict: 'ok', text: 'The document store is available.' }
    : { verdict: 'note', text: `The document store is ${documentStore}: ${withoutStore}.` };
  yield membershipEndpoints
    ? { verdict: 'ok', text: 'Members change by endpoints of their own.' }
    : { verdict: 'note', text: 'This server has no endpoints for members: each change of one costs several calls.' };
  yield userExternalId
    ? { verdict: 'ok', text: 'Users have an externalId.' }
    : { verdict: 'note', text: 'Users have no externalId here; it is kept in the document store.' };
}
