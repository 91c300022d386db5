import { type Annotations, createAnnotations } from './annotations.ts';
import { createGroupDirectory, type Groups } from './groups.ts';
import type { DirectoryOptions, DirectoryScope } from './scope.ts';
import { createUserDirectory, type Users } from './users.ts';

export type { Annotations, Groups, Users };

/** How users, groups and what SCIM remembers of them are found; each function binds a part to one session. */
export interface Directory {
  readonly annotationsOf: (scope: DirectoryScope) => Annotations | undefined;
  readonly usersOf: (scope: DirectoryScope) => Users;
  readonly groupsOf: (scope: DirectoryScope) => Groups;
}

/** Caches and indexes that all sessions share. */
export function createDirectory(options: DirectoryOptions): Directory {
  return {
    annotationsOf: createAnnotations(options),
    usersOf: createUserDirectory(options),
    groupsOf: createGroupDirectory(options),
  };
}
