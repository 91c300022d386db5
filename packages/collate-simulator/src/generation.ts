/** The server generations: 1.1 and 1.12 as measured on live servers, 2.0 as in its source. */
export const generations = ['1.1', '1.12', '2.0'] as const;
export type Generation = (typeof generations)[number];

const aliases: Readonly<Record<string, Generation>> = { released: '1.12', main: '2.0' };

/** The generation with this name or alias (`released` is 1.12, `main` is 2.0), or undefined. */
export function generationNamed(text: string): Generation | undefined {
  return generations.find((generation) => generation === text) ?? aliases[text];
}

/** The differences between the server generations. */
export interface GenerationRules {
  readonly generation: Generation;
  readonly version: string;
  /** The server stores names and e-mails of users in lower case, and finds them in any case. */
  readonly foldsCase: boolean;
  /** The fully qualified name quotes a name that contains a dot. */
  readonly quotesDottedNames: boolean;
  readonly userName: { readonly pattern: RegExp; readonly source: string; readonly max: number };
  readonly teamName: { readonly pattern: RegExp; readonly source: string; readonly max: number };
  /** The prefix of each violation of a body; later generations use that of query parameters. */
  readonly violationPrefix: '' | 'query param ';
  readonly hasExternalId: boolean;
  readonly hasMembershipEndpoints: boolean;
  readonly hasDocumentStore: boolean;
  readonly hasEntityTags: boolean;
  /** `If-Match` accepts the strong tags of `ETag`, too. */
  readonly acceptsStrongTags: boolean;
  /** PATCH may change a user's e-mail. */
  readonly patchesEmail: boolean;
  /** The fields that a bot's PUT does not overwrite. */
  readonly keptByBots: readonly string[];
  /** The filter `isJoinable` of teams works on PostgreSQL. */
  readonly filtersJoinable: boolean;
  /** A path with NUL or a malformed escape is refused; later generations never answer it. */
  readonly refusesBadPaths: boolean;
  /** PATCHes within ten minutes after a write of the same author keep the version number. */
  readonly consolidates: boolean;
  /** The server sorts the operations of a JSON Patch before it applies them. */
  readonly reordersPatch: boolean;
  /** Unknown routes, wrong methods and malformed UUIDs answer 500. */
  readonly hidesNotFound: boolean;
  /** `WWW-Authenticate: om-auth` on 401, 403, 404, 409, 412. */
  readonly challengesOnErrors: boolean;
  /** Soft-deleted users are listed among the members of a team, and soft-deleted teams among the children. */
  readonly listsDeletedMembers: boolean;
  /** A PATCH of a team's members deletes and inserts all of them; later generations write only the differences. */
  readonly rewritesTeamMembers: boolean;
  /** Deleting or restoring a user rewrites its memberships, without those of deleted teams. */
  readonly rewritesMembershipsOfDeleted: boolean;
  /** The bulk endpoints of membership accept `dryRun`. */
  readonly acceptsDryRun: boolean;
  /** `userCount` and `childrenCount` are 0 instead of absent when `fields` does not name them. */
  readonly countsAreZero: boolean;
  /** Answers contain the properties of personas, domains and owners, and references a display name. */
  readonly showsAllProperties: boolean;
  /** The ways of adding a user to a team that the server refuses when the team is not a Group. */
  readonly refusesNonGroup: 'never' | 'put-users' | 'every-addition';
  /** The server stores a user with a taken name and a free e-mail under another name instead of refusing it. */
  readonly renamesTakenUsers: boolean;
  /** The status of restoring an entity that is not deleted or does not exist. */
  readonly failedRestore: 404 | 500;
  readonly restoreHeader: 'entityUpdated' | 'entityRestored';
  readonly masksEmails: boolean;
  /** Every caller may create users, without the Create permission. */
  readonly userCreationIsOpen: boolean;
  /** New bots get DefaultBotRole. */
  readonly givesDefaultBotRole: boolean;
  /** DefaultBotPolicy denies `EditDisplayName` on everything. */
  readonly deniesDisplayNamesToBots: boolean;
}

const word = { pattern: /^[\p{L}\p{M}\p{Nd}\p{Pc}\-.]+$/u, source: '^(?U)[\\w\\-.]+$', max: 64 };
const teamWord = { pattern: /^[\p{L}\p{M}\p{Nd}\p{Pc}'\- .&()]+$/u, source: "^(?U)[\\w'\\- .&()]+$", max: 128 };
const anything = { pattern: /^((?!::).)*$/u, source: '^((?!::).)*$', max: 256 };

const measured: GenerationRules = {
  generation: '1.1',
  version: '1.1.0-SNAPSHOT',
  foldsCase: false,
  quotesDottedNames: false,
  userName: word,
  teamName: teamWord,
  violationPrefix: '',
  hasExternalId: false,
  hasMembershipEndpoints: false,
  hasDocumentStore: false,
  hasEntityTags: false,
  acceptsStrongTags: false,
  patchesEmail: true,
  refusesBadPaths: true,
  filtersJoinable: true,
  keptByBots: ['displayName', 'description'],
  consolidates: false,
  reordersPatch: true,
  hidesNotFound: true,
  challengesOnErrors: false,
  listsDeletedMembers: true,
  rewritesTeamMembers: true,
  rewritesMembershipsOfDeleted: false,
  acceptsDryRun: false,
  countsAreZero: false,
  showsAllProperties: false,
  refusesNonGroup: 'never',
  renamesTakenUsers: false,
  failedRestore: 404,
  restoreHeader: 'entityUpdated',
  masksEmails: false,
  userCreationIsOpen: true,
  givesDefaultBotRole: false,
  deniesDisplayNamesToBots: false,
};

const modern: GenerationRules = {
  generation: '1.12',
  version: '1.12.6',
  foldsCase: true,
  quotesDottedNames: true,
  userName: anything,
  teamName: anything,
  violationPrefix: 'query param ',
  hasExternalId: true,
  hasMembershipEndpoints: true,
  hasDocumentStore: true,
  hasEntityTags: true,
  acceptsStrongTags: true,
  patchesEmail: false,
  refusesBadPaths: false,
  filtersJoinable: false,
  keptByBots: ['description'],
  consolidates: true,
  reordersPatch: false,
  hidesNotFound: false,
  challengesOnErrors: true,
  listsDeletedMembers: false,
  rewritesTeamMembers: false,
  rewritesMembershipsOfDeleted: true,
  acceptsDryRun: false,
  countsAreZero: true,
  showsAllProperties: true,
  refusesNonGroup: 'put-users',
  renamesTakenUsers: false,
  failedRestore: 500,
  restoreHeader: 'entityRestored',
  masksEmails: true,
  userCreationIsOpen: false,
  givesDefaultBotRole: true,
  deniesDisplayNamesToBots: true,
};

const rules: Readonly<Record<Generation, GenerationRules>> = {
  '1.1': measured,
  '1.12': modern,
  '2.0': {
    ...modern,
    generation: '2.0',
    version: '2.0.0',
    refusesNonGroup: 'every-addition',
    renamesTakenUsers: true,
    acceptsDryRun: true,
    keptByBots: ['displayName', 'description'],
    acceptsStrongTags: false,
  },
};

/** The rules of a server generation. */
export function rulesOf(generation: Generation): GenerationRules {
  return rules[generation];
}
