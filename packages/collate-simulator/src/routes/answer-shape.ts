import type { GenerationRules } from '../generation.ts';
import type { Reply } from '../http/context.ts';
import type { Route } from '../http/router.ts';
import { isObject, type Json } from '../state/row.ts';
import { entityTag, withoutNewDescriptions } from '../state/view.ts';

/** What an answer shows of an entity: how the call read or wrote it. */
type Occasion = 'read' | 'created' | 'replaced' | 'patched' | 'marked' | 'erased';

interface Shape {
  readonly add: Json;
  readonly drop?: readonly string[];
}

const noChange: Json = { fieldsAdded: [], fieldsUpdated: [], fieldsDeleted: [] };

/** The properties that later generations add besides those that were read or written. */
const shapes: Readonly<Record<'users' | 'teams', Readonly<Record<Occasion, Shape>>>> = {
  users: {
    read: { add: {} },
    created: { add: { inheritedPersonas: [], domains: [] } },
    replaced: { add: { domains: [] } },
    patched: { add: { personas: [], domains: [], changeDescription: noChange } },
    marked: { add: { personas: [], domains: [] } },
    erased: { add: { personas: [], domains: [], inheritedPersonas: [] } },
  },
  teams: {
    read: { add: {} },
    created: { add: { domains: [] }, drop: ['childrenCount', 'userCount'] },
    replaced: { add: { owners: [], domains: [] }, drop: ['childrenCount'] },
    patched: { add: { owners: [], domains: [], changeDescription: noChange }, drop: ['childrenCount'] },
    marked: { add: { owners: [], domains: [] } },
    erased: { add: { owners: [], domains: [] } },
  },
};

/** The answer of a route of users or teams with the properties and the entity tag of the server generation. */
export function inShape(rules: GenerationRules, route: Route, reply: Reply): Reply {
  const type = /^(users|teams)(\/|$)/.exec(route.path)?.[1];
  if (!rules.showsAllProperties || !isObject(reply.body) || (type !== 'users' && type !== 'teams')) return reply;
  const occasion = occasionOf(route, reply);
  const { body } = reply;
  if (Array.isArray(body['data'])) {
    return route.path === type
      ? { ...reply, body: { ...body, data: body['data'].map((item) => shape(item, type, 'read')) } }
      : reply;
  }
  if (occasion === undefined || body['updatedAt'] === undefined) return reply;
  const shaped = shape(body, type, occasion);
  const hasTag = occasion === 'patched' || occasion === 'read';
  return { ...reply, body: shaped, ...(hasTag ? { headers: { ...reply.headers, etag: entityTag(shaped) } } : {}) };
}

function occasionOf({ method, path }: Route, { status, headers }: Reply): Occasion | undefined {
  if (method === 'GET') return path.endsWith('{version}') ? undefined : 'read';
  if (method === 'PATCH') return 'patched';
  if (method === 'DELETE' && /users\/\{userId\}$/.test(path)) return undefined;
  if (method === 'DELETE') return headers?.['x-openmetadata-change'] === 'entityDeleted' ? 'erased' : 'marked';
  if (path.endsWith('/restore')) return 'marked';
  if (!/^(users|teams)$/.test(path)) return undefined;
  return status === 201 ? 'created' : 'replaced';
}

const relations = ['teams', 'roles', 'defaultRoles', 'policies'];

/** The relations that the server adds to a creation by itself. */
function defaultsOf(entity: Json): Json {
  return Object.fromEntries(
    ['teams', 'roles'].map((field) => {
      const list = entity[field];
      return [
        field,
        Array.isArray(list) ? list.filter(({ name }) => /^(Organization|DefaultBotRole)$/.test(name)) : [],
      ];
    }),
  );
}

function shape(entity: Json, type: 'users' | 'teams', occasion: Occasion): Json {
  const { add, drop = [] } = shapes[type][occasion];
  const kept = Object.fromEntries(Object.entries(entity).filter(([name]) => !drop.includes(name)));
  const shaped = { ...add, ...kept };
  const change = shaped['changeDescription'];
  const shown = occasion === 'created' ? withoutNewDescriptions(shaped, defaultsOf(shaped), relations) : shaped;
  const users = entity['users'];
  return {
    ...(type === 'users' ? { isBot: false, allowImpersonation: false, personaPreferences: [] } : {}),
    ...shown,
    ...(change === undefined ? {} : { incrementalChangeDescription: change }),
    ...(type === 'users' && occasion !== 'read' && 'inheritedRoles' in shaped ? { inheritedPersonas: [] } : {}),
    ...(type === 'teams' && occasion === 'replaced' ? { userCount: Array.isArray(users) ? users.length : 0 } : {}),
  };
}
