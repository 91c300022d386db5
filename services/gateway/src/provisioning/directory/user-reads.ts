import type { Page } from '@scim-gateway/collate-client';
import type { User } from '@scim-gateway/collate-client/model';
import { parseUserId } from '@scim-gateway/collate-client/model';
import type { UserState } from '../../translation/user.ts';
import { firstPage } from './first-page.ts';
import { type DirectoryScope, largestPage } from './scope.ts';

/** Which users a page shows. */
export interface UserPageQuery {
  readonly after?: string;
  readonly limit: number;
  readonly include: 'all' | 'deleted' | 'non-deleted';
  readonly fields?: readonly 'teams'[];
}

/** The present state of one user in Collate; undefined for a bot. */
export async function readUser(
  text: string,
  fields: readonly ('teams' | 'owns')[],
  { collate, annotations }: DirectoryScope,
): Promise<UserState | undefined> {
  const id = parseUserId(text);
  if (id === undefined) return undefined;
  const [user, annotation] = await Promise.all([
    collate.users.findById(id, { include: 'all', fields }),
    annotations?.ofUser(id),
  ]);
  return user === undefined || user.isBot ? undefined : { user, annotation };
}

/** Every user but bots, page by page, in Collate's order. */
export async function* scanUsers(
  scope: DirectoryScope,
  include: UserPageQuery['include'],
): AsyncGenerator<readonly UserState[]> {
  for await (const page of pagesOf({ include, fields: [], limit: largestPage }, scope)) {
    const { items } = await withAnnotations(page, scope);
    yield items.filter((state) => state !== undefined);
  }
}

/** One page of users in Collate's order. */
export async function readUserPage(query: UserPageQuery, scope: DirectoryScope): Promise<Page<UserState | undefined>> {
  return withAnnotations(await firstPage(pagesOf(query, scope)), scope);
}

function pagesOf(query: UserPageQuery, { collate }: DirectoryScope): AsyncIterable<Page<User>> {
  return collate.users.pages({ ...query, isBot: false });
}

/** Some servers list bots although they are asked not to. */
async function withAnnotations(
  page: Page<User>,
  { annotations }: DirectoryScope,
): Promise<Page<UserState | undefined>> {
  const ids = page.items.flatMap((user) => (user.isBot ? [] : [user.id]));
  const found = await annotations?.ofUsers(ids);
  const items = page.items.map((user) => (user.isBot ? undefined : { user, annotation: found?.get(user.id) }));
  return { ...page, items };
}
