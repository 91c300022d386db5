import type { Collate } from './api.ts';
import { type Capabilities, CollateError } from './model/index.ts';

/** The type of document that the store is asked for. */
const probedType = 'ScimGateway';

/**
 * Versions from which on something is certain. What came in between is taken for absent, since leaving a feature unused
 * only costs calls, while using one that is not there fails every time.
 */
const since = {
  modern: [1, 2],
  main: [2, 0],
  membershipEndpoints: [1, 6],
  freeNames: [1, 6],
  externalId: [1, 9],
} as const;

/** Finds out what a server can do for the client's principal, by its version and by asking it. Nothing is written. */
export async function detectCapabilities(collate: Collate): Promise<Capabilities> {
  const [{ version: text }, documentStore] = await Promise.all([collate.system.version(), probeDocumentStore(collate)]);
  const version = parseVersion(text);
  const freeNames = isAtLeast(version, since.freeNames);
  return {
    version: text,
    era: toEra(version),
    membershipEndpoints: isAtLeast(version, since.membershipEndpoints),
    userExternalId: isAtLeast(version, since.externalId),
    documentStore,
    foldsCase: await foldsCase(version, collate),
    userNames: freeNames ? { maxLength: 256, allowed: 'no-double-colon' } : { maxLength: 64, allowed: 'word-dot-dash' },
    teamNames: freeNames
      ? { maxLength: 256, allowed: 'no-double-colon' }
      : { maxLength: 128, allowed: 'word-dot-dash' },
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

/** Known of old and of new servers; those in between are asked for our own name in capitals. */
async function foldsCase(version: Version | undefined, collate: Collate): Promise<boolean> {
  if (isAtLeast(version, since.membershipEndpoints)) return true;
  if (version !== undefined && !isAtLeast(version, since.modern)) return false;
  const { id, name } = await collate.system.loggedInUser();
  const found = await collate.users.find(name.toUpperCase());
  return found?.id === id && name.toUpperCase() !== name;
}

type Version = readonly [major: number, minor: number];

/** Versions carry suffixes such as `-SNAPSHOT`. */
function parseVersion(text: string): Version | undefined {
  const [, major, minor] = /^(\d+)\.(\d+)/.exec(text) ?? [];
  return major === undefined || minor === undefined ? undefined : [Number(major), Number(minor)];
}

function isAtLeast(version: Version | undefined, [major, minor]: Version): boolean {
  return version !== undefined && (version[0] > major || (version[0] === major && version[1] >= minor));
}

function toEra(version: Version | undefined): Capabilities['era'] {
  if (isAtLeast(version, since.main)) return 'main';
  return version === undefined || isAtLeast(version, since.modern) ? 'released' : '1.1';
}
