export { replaceList, setMember } from '../json-patch.ts';
export {
  type Bot,
  type CreateBotUser,
  type Policy,
  type PolicyRule,
  type Role,
  type StoredRule,
  type TokenLifetime,
  tokenLifetimes,
} from './access.ts';
export type { Capabilities, NameRule } from './capabilities.ts';
export {
  CollateError,
  type CollateErrorDetails,
  type CollateErrorKind,
  collateErrorKinds,
  type RefusableField,
  refusableFields,
} from './collate-error.ts';
export { CursorGuard } from './cursor-guard.ts';
export { type Duty, duties, permissionsFor } from './duties.ts';
export type { CreateTeam, CreateUser, EntityReference, StoredDocument, Team, User } from './entity.ts';
export { parseTeamId, parseUserId, type TeamId, type UserId } from './ids.ts';
export type { JsonPatch, JsonPatchOperation } from './json-patch.ts';
export {
  type Access,
  accesses,
  defaultBotRole,
  describeRefusal,
  type Permission,
  type Right,
  Rights,
  type RightsResource,
  rightsResources,
  wayOutOf,
} from './rights.ts';
