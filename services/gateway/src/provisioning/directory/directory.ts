import { type Annotations, createAnnotations } from './annotations.ts';
import { createGroupDirectory, type Groups } from './groups.ts';
import type { CollateScope, DirectoryOptions } from './scope.ts';
import { createUserDirectory, type Users } from './users.ts';

export type { CollateScope };

/** How one session finds users, groups and what SCIM remembers of them. */
export interface Directory {
  readonly users: Users;
  readonly groups: Groups;
  /** Undefined if Collate has no document store: then nothing can be remembered. */
  readonly annotations: Annotations | undefined;
}

/** Caches and indexes that all sessions share; the function binds them to one session. */
export function createDirectory(options: DirectoryOptions): (scope: CollateScope) => Directory {
  const annotationsOf = createAnnotations(options);
  const usersOf = createUserDirectory(options);
  const groupsOf = createGroupDirectory(options);
  return (reads) => {
    const annotations = annotationsOf(reads);
    const scope = { ...reads, annotations };
    return { users: usersOf(scope), groups: groupsOf(scope), annotations };
  };
}
