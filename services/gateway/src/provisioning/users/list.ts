import { evaluateFilter, type Filter, mentionsAttribute, type Resource, userResourceType } from '@scim-gateway/scim';
import { planUserQuery, type UserLookup, type UserQueryPlan } from '../../translation/query.ts';
import { isTombstone, type UserState } from '../../translation/user.ts';
import { type ListSource, parseListFilter, reportFilter } from '../lists/list.ts';
import type { ListQuery, ResourceList } from '../service.ts';
import type { Session } from '../session.ts';
import { withVersion } from '../version.ts';
import { showUser, showUserWithGroups } from './view.ts';

/** @see https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2 */
export async function listUsers(query: ListQuery, session: Session): Promise<ResourceList> {
  const filter = parseListFilter(query, userResourceType, session);
  const plan = planUserQuery(filter);
  if (filter !== undefined) reportFilter(plan, session);
  const selection = { plan, needs: findNeeds(filter, query) };
  const source =
    plan.lookup === undefined ? toSource(selection, session) : await readFound(plan.lookup, selection, session);
  const list = { type: 'users', filter, source, toResource: (user: Resource) => user } as const;
  const { items, ...window } = await session.pager.read(list, query, session);
  return { ...window, resources: items.map(withVersion) };
}

/** Which users a list shows, and what of each must be read for that. */
interface Selection {
  readonly plan: UserQueryPlan;
  readonly needs: { readonly groups: boolean; readonly version: boolean };
}

/** Groups cost a call for each user: they are read only where the request names them. */
function findNeeds(filter: Filter | undefined, { projection, sort }: ListQuery): Selection['needs'] {
  const mentions = (name: string) => filter !== undefined && mentionsAttribute(filter, name);
  const projects = projection.attributes?.some((path) => path.attribute.name === 'groups') === true;
  const sorts = sort?.path.attribute.name === 'groups';
  return { groups: projects || sorts || mentions('groups'), version: mentions('meta') };
}

/** The users that a look-up finds and the rest of the filter admits. */
async function readFound(lookup: UserLookup, selection: Selection, session: Session): Promise<readonly Resource[]> {
  const found = await session.users.find(lookup);
  const shown = await Promise.all(
    found.map(async (state) => {
      const whole = selection.needs.groups ? await session.users.get(state.user.id, ['teams']) : state;
      return await admit(whole, selection, session);
    }),
  );
  return shown.filter((resource) => resource !== undefined);
}

/** All users that the filter admits, page by page. */
function toSource(selection: Selection, session: Session): ListSource<Resource> {
  const { plan, needs } = selection;
  const include = plan.active === undefined ? 'all' : plan.active ? 'non-deleted' : 'deleted';
  const fields = needs.groups ? (['teams'] as const) : [];
  const countHidden = async () => (plan.active === true ? 0 : session.users.countTombstones());
  return {
    page: async (window) => {
      const page = await session.users.page({ ...window, include, fields });
      const items = await Promise.all(page.items.map((state) => admit(state, selection, session)));
      return { ...page, items };
    },
    idOf: (resource) => String(resource['id']),
    scanLimit: session.settings.scanLimit,
    ...(plan.residue === undefined ? { countHidden } : {}),
  };
}

/** The user as a resource; undefined for a deleted user, and for one that the filter rejects. */
async function admit(
  state: UserState | undefined,
  { plan: { residue }, needs }: Selection,
  session: Session,
): Promise<Resource | undefined> {
  if (state === undefined || isTombstone(state)) return undefined;
  const plain = needs.groups ? await showUserWithGroups(state, session) : showUser(state, session);
  const resource = needs.version ? withVersion(plain) : plain;
  return residue === undefined || evaluateFilter(residue, resource) ? resource : undefined;
}
