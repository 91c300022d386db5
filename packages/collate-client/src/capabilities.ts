import type { Collate } from './api.ts';
import {
  type Capabilities,
  CollateError,
  type CollateErrorKind,
  permissionsFor,
  type Right,
  Rights,
  type RightsResource,
  rightsResources,
} from './model/index.ts';

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
  const [{ version: text }, documentStore, rights] = await Promise.all([
    collate.system.version(),
    probeDocumentStore(collate),
    readRights(collate),
  ]);
  const version = parseVersion(text);
  const freeNames = isAtLeast(version, since.freeNames);
  const membershipEndpoints = isAtLeast(version, since.membershipEndpoints);
  const writesDocuments = rights.firstRefusalOf(permissionsFor('documents', { membershipEndpoints })) === undefined;
  return {
    version: text,
    membershipEndpoints,
    userExternalId: isAtLeast(version, since.externalId),
    documentStore: documentStore === 'available' && !writesDocuments ? 'refused' : documentStore,
    displayNames: { users: mayRename('user', rights), teams: mayRename('team', rights) },
    rights,
    foldsCase: await foldsCase(version, collate),
    userNames: freeNames ? { maxLength: 256, allowed: 'no-double-colon' } : { maxLength: 64, allowed: 'word-dot-dash' },
  };
}

function mayRename(resource: RightsResource, rights: Rights): boolean {
  return rights.refusalOf({ resource, operation: 'EditDisplayName' }) === undefined;
}

/** What the principal may do, as far as the server reports it. */
async function readRights(collate: Collate): Promise<Rights> {
  const rights = await Promise.all(rightsResources.map((resource) => readRightsOn(resource, collate)));
  return new Rights(rights.flat());
}

/** Outages, and refusals of the credential: everything else means that the server does not report rights. */
const troubles: ReadonlySet<CollateErrorKind> = new Set([
  'unreachable',
  'timeout',
  'aborted',
  'circuit-open',
  'unavailable',
  'rate-limited',
  'unauthorized',
]);

/** Servers without the endpoint report no rights, and those without a document store know no documents. */
async function readRightsOn(resource: RightsResource, collate: Collate): Promise<readonly Right[]> {
  try {
    return await collate.system.rights(resource);
  } catch (error) {
    if (error instanceof CollateError && !troubles.has(error.kind)) return [];
    throw error;
  }
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
