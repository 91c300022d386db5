export { administrationOperations } from './administration-operations.ts';
export type {
  AddedUsers,
  AdministrationApi,
  AuthConfig,
  BotToken,
  CallContext,
  Collate,
  CollateClient,
  DocumentInput,
  DocumentsApi,
  EntityQuery,
  Include,
  JsonWebKeySet,
  Page,
  Priority,
  RemoveOptions,
  SystemApi,
  TeamField,
  TeamListQuery,
  TeamsApi,
  UserField,
  UserListQuery,
  UsersApi,
  WriteGuard,
} from './api.ts';
export { priorities } from './api.ts';
export { detectCapabilities } from './capabilities.ts';
export { createCollateClient } from './client.ts';
export type { Capabilities, StoredDocument, Team, User } from './model/index.ts';
export type {
  CallBeginning,
  CallEvent,
  CallFollower,
  CircuitStatus,
  ClientObserver,
  Load,
  RetryReason,
} from './observer.ts';
export { circuitStatuses, retryReasons } from './observer.ts';
export type { Method, Operation } from './operation.ts';
export { operations, permissionsOf } from './operations.ts';
export type { BreakerOptions, CollateClientOptions, LimitOptions, RetryOptions, TimeoutOptions } from './options.ts';
