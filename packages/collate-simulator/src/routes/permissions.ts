import { type Context, ok, type Reply } from '../http/context.ts';
import type { Route } from '../http/router.ts';
import { knownCaller } from '../rights/authorize.ts';
import { allPermissions, permissionsOn } from '../rights/permissions.ts';
import type { Row } from '../state/row.ts';
import { uuidParam } from './ids.ts';

/** The endpoints of what the caller may do. They need no permission of their own. */
export const permissionRoutes: readonly Route[] = [
  { method: 'GET', path: 'permissions', handler: listPermissions },
  {
    method: 'GET',
    path: 'permissions/{resource}',
    handler: (context) => ok(permissionsOn(context, resource(context))),
  },
  {
    method: 'GET',
    path: 'permissions/{resource}/{id}',
    handler: (context) => onEntity(context, find(context, uuidParam(context))),
  },
  {
    method: 'GET',
    path: 'permissions/{resource}/name/{name}',
    handler: (context) => onEntity(context, find(context, context.params['name'] ?? '')),
  },
];

function listPermissions(context: Context): Reply {
  knownCaller(context);
  return ok({ data: allPermissions(context) });
}

function onEntity(context: Context, row: Row | undefined): Reply {
  return ok(permissionsOn(context, resource(context), { row }));
}

function resource({ params }: Context): string {
  return params['resource'] ?? '';
}

/** The user or team with an id or a name. */
function find(context: Context, key: string): Row | undefined {
  const { users, teams } = context.state;
  const table = resource(context) === 'user' ? users : teams;
  return table.byId(key) ?? table.byName(key);
}
