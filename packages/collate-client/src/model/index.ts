export { clearMember, type PointerPath, removeItems, replaceList, setMember, toPointer } from '../json-patch.ts';
export type { Capabilities, NameRule } from './capabilities.ts';
export { CollateError, type CollateErrorDetails, type CollateErrorKind } from './collate-error.ts';
export type { CreateTeam, CreateUser, EntityReference, StoredDocument, Team, User } from './entity.ts';
export { parseTeamId, parseUserId, type TeamId, type UserId } from './ids.ts';
export type { JsonPatch, JsonPatchOperation } from './json-patch.ts';
