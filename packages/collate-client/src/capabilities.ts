import type { Collate } from './api.ts';
import { type Capabilities, CollateError } from './model/index.ts';

/** The entity type of the documents that the probe lists. */
const probedType = 'ScimGateway';

/**
 * The versions that certainly have a feature. A version between a known old and a known new one counts as lacking it:
 * an unused feature only costs calls, but a call to a missing one fails every time.
 */
const since = {
  modern: [1, 2],
  membershipEndpoints: [1, 6],
  freeNames: [1, 6],
  externalId: [1, 9],
} as const;

/**
 * Detects what a server can do for the bound principal, by its version and by read-only calls.
 *
 * @throws CollateError when the server does not answer one of these calls.
 * @example
 * ```ts
 * const { documentStore } = await detectCapabilities(client.bind());
 * ```
 */
export async function detectCapabilities(collate: Collate): Promise<Capabilities> {
  const [{ version: text }, documentStore] = await Promise.all([collate.system.version(), probeDocumentStore(collate)]);
  const version = parseVersion(text);
  const freeNames = isAtLeast(version, since.freeNames);
  return {
    version: text,
    membershipEndpoints: isAtLeast(version, since.membershipEndpoints),
    userExternalId: isAtLeast(version, since.externalId),
    documentStore,
    foldsCase: await foldsCase(version, collate),
    userNames: freeNames ? { maxLength: 256, allowed: 'no-double-colon' } : { maxLength: 64, allowed: 'word-dot-dash' },
  };
}

async function probeDocumentStore(collate: Collate): Promise<Capabilities['documentStore']> {
  try {
    await collate.documents.pages(probedType, { limit: 1 })[Symbol.asyncIterator]().next();
    return 'available';
  } catch (error) {
    if (error instanceof CollateError && error.unknownRoute) return 'absent';
    if (error instanceof CollateError && error.kind === 'forbidden') return 'refused';
    throw error;
  }
}

/**
 * Old servers do not fold case, and new ones do. Others are tested: do they find the principal by its name in capitals?
 */
async function foldsCase(version: Version | undefined, collate: Collate): Promise<boolean> {
  if (isAtLeast(version, since.membershipEndpoints)) return true;
  if (version !== undefined && !isAtLeast(version, since.modern)) return false;
  const { id, name } = await collate.system.loggedInUser();
  const found = await collate.users.find(name.toUpperCase());
  return found?.id === id && name.toUpperCase() !== name;
}

type Version = readonly [major: number, minor: number];

/** Ignores suffixes such as `-SNAPSHOT`. */
function parseVersion(text: string): Version | undefined {
  const [, major, minor] = /^(\d+)\.(\d+)/.exec(text) ?? [];
  return major === undefined || minor === undefined ? undefined : [Number(major), Number(minor)];
}

function isAtLeast(version: Version | undefined, [major, minor]: Version): boolean {
  return version !== undefined && (version[0] > major || (version[0] === major && version[1] >= minor));
}
