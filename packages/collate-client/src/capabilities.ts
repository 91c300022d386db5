import type { CallContext, CollateClient } from './api.ts';
import { type Capabilities, CollateError } from './model/index.ts';

/** The type under which the document store is asked for, to see whether there is one. */
const probedType = 'ScimGateway';

/** Where each capability came in, as major and minor version (collate-api 2.6, 3.2; collate-live 2.1). */
const since = { membershipEndpoints: [1, 6], userExternalId: [1, 8], modernNames: [1, 2], main: [2, 0] } as const;

/** Finds out what a server can do for the client's principal, by its version and by asking it. Nothing is written. */
export async function detectCapabilities(client: CollateClient, context: CallContext): Promise<Capabilities> {
  const [{ version }, documentStore] = await Promise.all([
    client.system.version(context),
    probeDocumentStore(client, context),
  ]);
  const modern = isAtLeast(version, since.modernNames);
  const names = modern ? ({ maxLength: 256, allowed: 'no-double-colon' } as const) : undefined;
  return {
    version,
    era: modern ? (isAtLeast(version, since.main) ? 'main' : 'released') : '1.1',
    membershipEndpoints: isAtLeast(version, since.membershipEndpoints),
    userExternalId: isAtLeast(version, since.userExternalId),
    documentStore,
    foldsCase: modern,
    userNames: names ?? { maxLength: 64, allowed: 'word-dot-dash' },
    teamNames: names ?? { maxLength: 128, allowed: 'word-dot-dash' },
  };
}

async function probeDocumentStore(client: CollateClient, context: CallContext): Promise<Capabilities['documentStore']> {
  try {
    await client.documents.pages(probedType, context)[Symbol.asyncIterator]().next();
    return 'available';
  } catch (error) {
    if (error instanceof CollateError && error.unknownRoute) return 'absent';
    if (error instanceof CollateError && error.kind === 'forbidden') return 'refused';
    throw error;
  }
}

/** Versions carry suffixes such as `-SNAPSHOT`; one that cannot be read counts as the newest. */
function isAtLeast(version: string, [major, minor]: readonly [number, number]): boolean {
  const [, foundMajor, foundMinor] = /^(\d+)\.(\d+)/.exec(version) ?? [];
  if (foundMajor === undefined || foundMinor === undefined) return true;
  return Number(foundMajor) > major || (Number(foundMajor) === major && Number(foundMinor) >= minor);
}
