import { evaluateFilter, type Filter, mentionsAttribute, type Resource, userResourceType } from '@scim-gateway/scim';
import { planUserQuery } from '../../translation/query.ts';
import { isTombstone, type UserState } from '../../translation/user.ts';
import { parseListFilter, reportFilter } from '../lists/filter.ts';
import type { List } from '../lists/pager.ts';
import type { ListQuery, ResourceList } from '../service.ts';
import type { Session } from '../session.ts';
import { withVersion } from '../version.ts';
import { showUser, showUserWithGroups } from './view.ts';

/** @see https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2 */
export async function listUsers(query: ListQuery, session: Session): Promise<ResourceList> {
  const filter = parseListFilter(query, userResourceType, session);
  const list = await toList(filter, query, session);
  const { items, ...window } = await session.pager.read(list, query, session);
  return { ...window, resources: items.map(withVersion) };
}

/** The users that a filter lets pass, as resources. */
async function toList(filter: Filter | undefined, query: ListQuery, session: Session): Promise<List<Resource>> {
  const plan = planUserQuery(filter);
  if (filter !== undefined) reportFilter(plan, session);
  const asksGroups = query.projection.attributes?.some((path) => path.attribute.name === 'groups') === true;
  const sortsGroups = query.sort?.path.attribute.name === 'groups';
  const needsGroups = asksGroups || sortsGroups || (filter !== undefined && mentionsAttribute(filter, 'groups'));
  const needsVersion = filter !== undefined && mentionsAttribute(filter, 'meta');
  const admit = async (state: UserState | undefined): Promise<Resource | undefined> => {
    if (state === undefined || isTombstone(state)) return undefined;
    const plain = needsGroups ? await showUserWithGroups(state, session) : showUser(state, session);
    const resource = needsVersion ? withVersion(plain) : plain;
    return plan.residue === undefined || evaluateFilter(plan.residue, resource) ? resource : undefined;
  };
  const list = { type: 'users', filter, toResource: (resource: Resource) => resource } as const;
  if (plan.lookup !== undefined) {
    const found = await Promise.all((await findUsers(plan.lookup, needsGroups, session)).map(admit));
    return { ...list, source: found.filter((resource) => resource !== undefined) };
  }
  const include = plan.active === undefined ? 'all' : plan.active ? 'non-deleted' : 'deleted';
  const countHidden = async () => (plan.active === true ? 0 : session.users.countTombstones());
  return {
    ...list,
    source: {
      page: async (window) => {
        const fields = needsGroups ? (['teams'] as const) : [];
        const page = await session.users.page({ ...window, include, fields });
        return { ...page, candidates: await Promise.all(page.candidates.map(admit)) };
      },
      idOf: (resource) => String(resource['id']),
      scanLimit: session.settings.scanLimit,
      ...(plan.residue === undefined ? { countHidden } : {}),
    },
  };
}

async function findUsers(
  lookup: Parameters<Session['users']['find']>[0],
  needsGroups: boolean,
  session: Session,
): Promise<readonly UserState[]> {
  const found = await session.users.find(lookup);
  if (!needsGroups) return found;
  const states = await Promise.all(found.map(({ user }) => session.users.get(user.id, ['teams'])));
  return states.filter((state) => state !== undefined);
}
