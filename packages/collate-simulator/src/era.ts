/** Which server is simulated: 1.1 as it was measured, the released line and the main branch as their source has them. */
export type Era = '1.1' | 'released' | 'main';

/** Where the eras differ. */
export interface EraRules {
  readonly era: Era;
  readonly version: string;
  /** Names and e-mails of users are stored in lower case and found in any. */
  readonly foldsCase: boolean;
  /** A dotted name is quoted in the fully qualified name. */
  readonly quotesDottedNames: boolean;
  readonly userName: { readonly pattern: RegExp; readonly source: string; readonly max: number };
  readonly teamName: { readonly pattern: RegExp; readonly source: string; readonly max: number };
  /** Violations of a body are reported as those of query parameters are. */
  readonly violationPrefix: '' | 'query param ';
  readonly hasExternalId: boolean;
  readonly hasMembershipEndpoints: boolean;
  readonly hasDocumentStore: boolean;
  readonly hasEntityTags: boolean;
  /** PATCH may change a user's e-mail. */
  readonly patchesEmail: boolean;
  /** PATCHes of one actor within ten minutes keep the version number. */
  readonly consolidates: boolean;
  /** JSON Patch operations are sorted before they are applied. */
  readonly reordersPatch: boolean;
  /** Unknown routes, wrong methods and ids that are no UUID answer 500. */
  readonly hidesNotFound: boolean;
  /** `WWW-Authenticate: om-auth` on 401, 403, 404, 409, 412. */
  readonly challengesOnErrors: boolean;
  /** Soft-deleted users may join teams and are listed among the members. */
  readonly deletedUsersCanJoin: boolean;
  readonly listsDeletedMembers: boolean;
  /** `userCount` and `childrenCount` are 0 when not asked for, instead of absent. */
  readonly countsAreZero: boolean;
  /** Which ways of adding a user to a team of another type than Group are refused. */
  readonly refusesNonGroup: 'never' | 'put-users' | 'every-addition';
  /** A taken name with a free e-mail is stored under another name instead of refused. */
  readonly renamesTakenUsers: boolean;
  /** The answer to restoring what is not deleted. */
  readonly restoreOfLive: 404 | 500;
  readonly restoreHeader: 'entityUpdated' | 'entityRestored';
  readonly masksEmails: boolean;
  /** Any caller may create users. */
  readonly anybodyCreatesUsers: boolean;
}

const word = { pattern: /^[\p{L}\p{M}\p{Nd}\p{Pc}\-.]+$/u, source: '^(?U)[\\w\\-.]+$', max: 64 };
const teamWord = { pattern: /^[\p{L}\p{M}\p{Nd}\p{Pc}'\- .&()]+$/u, source: "^(?U)[\\w'\\- .&()]+$", max: 128 };
const anything = { pattern: /^(?!.*::)[\s\S]*$/u, source: '^((?!::).)*$', max: 256 };

const measured: EraRules = {
  era: '1.1',
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
  patchesEmail: true,
  consolidates: false,
  reordersPatch: true,
  hidesNotFound: true,
  challengesOnErrors: false,
  deletedUsersCanJoin: true,
  listsDeletedMembers: true,
  countsAreZero: false,
  refusesNonGroup: 'never',
  renamesTakenUsers: false,
  restoreOfLive: 404,
  restoreHeader: 'entityUpdated',
  masksEmails: false,
  anybodyCreatesUsers: true,
};

const released: EraRules = {
  era: 'released',
  version: '1.12.3',
  foldsCase: true,
  quotesDottedNames: true,
  userName: anything,
  teamName: anything,
  violationPrefix: 'query param ',
  hasExternalId: true,
  hasMembershipEndpoints: true,
  hasDocumentStore: true,
  hasEntityTags: true,
  patchesEmail: false,
  consolidates: true,
  reordersPatch: false,
  hidesNotFound: false,
  challengesOnErrors: true,
  deletedUsersCanJoin: false,
  listsDeletedMembers: false,
  countsAreZero: true,
  refusesNonGroup: 'put-users',
  renamesTakenUsers: false,
  restoreOfLive: 500,
  restoreHeader: 'entityRestored',
  masksEmails: true,
  anybodyCreatesUsers: false,
};

const rules: Readonly<Record<Era, EraRules>> = {
  '1.1': measured,
  released,
  main: { ...released, era: 'main', version: '2.0.0', refusesNonGroup: 'every-addition', renamesTakenUsers: true },
};

/** The rules of an era. */
export function rulesOf(era: Era): EraRules {
  return rules[era];
}
