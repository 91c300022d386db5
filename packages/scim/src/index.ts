export type { AttributePath } from './attribute-path.ts';
export { type BulkOperation, type BulkRequest, type MalformedOperation, parseBulkRequest } from './bulk/request.ts';
export { type BulkResult, toBulkResponse } from './bulk/response.ts';
export { type BulkPerformer, type Performed, runBulk } from './bulk/run.ts';
export {
  type AuthenticationScheme,
  type ServiceProviderFeatures,
  toResourceTypeDocument,
  toSchemaDocument,
  toServiceProviderConfig,
} from './discovery.ts';
export {
  conflict,
  type ErrorBody,
  type ErrorOptions,
  expiredCursor,
  forbidden,
  internal,
  invalidCursor,
  invalidFilter,
  invalidSyntax,
  invalidValue,
  methodNotAllowed,
  mutability,
  notAcceptable,
  notFound,
  notImplemented,
  payloadTooLarge,
  preconditionFailed,
  ScimError,
  type ScimType,
  scimTypes,
  toErrorBody,
  tooMany,
  tooManyRequests,
  unauthorized,
  unavailable,
  uniqueness,
  unsupportedMediaType,
  uriTooLong,
} from './error.ts';
export { type CompareOperator, type CompareValue, type Filter, mentionsAttribute } from './filter/ast.ts';
export { evaluateFilter } from './filter/evaluate.ts';
export { defaultFilterLimits, type FilterLimits } from './filter/limits.ts';
export { parseFilter } from './filter/parse.ts';
export { printFilter } from './filter/print.ts';
export { foldText } from './fold.ts';
export { equalJson, isObject, type JsonObject, type JsonValue, type Resource } from './json.ts';
export { applyPatch } from './patch/apply.ts';
export type { PatchOperation } from './patch/operation.ts';
export { parsePatch } from './patch/parse.ts';
export { patchOperationsOf, type SentOperation } from './patch/sent.ts';
export { type PatchTarget, parsePath } from './path.ts';
export { matchesVersion } from './resource/etag.ts';
export { type PageRequest, parsePageRequest, toListResponse } from './resource/page.ts';
export { isProjected, type Projection, parseProjection, projectResource } from './resource/project.ts';
export { compareSortKeys, parseSort, type Sort, type SortKey, toSortKey } from './resource/sort.ts';
export type { AttributeDefinition, ResourceType, SchemaDefinition } from './schema/definition.ts';
export { groupResourceType } from './schema/group.ts';
export { parseAttributePath } from './schema/resolve.ts';
export { type Characteristics, restrictResourceType } from './schema/restrict.ts';
export { userResourceType } from './schema/user.ts';
export { parseResource } from './schema/validate.ts';
export { widenResourceType } from './schema/widen.ts';
export { type QuirkId, quirkIds, type Tolerance } from './tolerance.ts';
export { messageUrn, schemaUrn } from './urn.ts';
