import { randomUUID } from 'node:crypto';
import { httpFailure } from '../http/api-error.ts';
import { type Context, ok, type Reply } from '../http/context.ts';
import type { Route } from '../http/router.ts';
import type { ChangeEvent } from '../state/events.ts';
import { isObject, type Json } from '../state/row.ts';

/** The change events, which every caller with a token may read. */
export const eventRoutes: readonly Route[] = [{ method: 'GET', path: 'events', handler: listEvents }];

/** The event types that each query parameter selects. */
const parameterOf: Readonly<Record<string, string>> = {
  entityCreated: 'entityCreated',
  entityUpdated: 'entityUpdated',
  entitySoftDeleted: 'entityDeleted',
  entityDeleted: 'entityDeleted',
  entityRestored: 'entityRestored',
};

/** Lists the oldest events first and all of them: the server ignores `limit`. */
function listEvents({ query, state }: Context): Reply {
  const timestamp = query.get('timestamp') ?? '';
  if (!/^\d*$/.test(timestamp)) throw httpFailure(state.rules, 404, 'Not Found');
  const data = state.events.since(Number(timestamp), ({ eventType, entityType }) => {
    const types = query.get(parameterOf[eventType] ?? '')?.split(',') ?? [];
    return types.includes(entityType) || types.includes('*');
  });
  return ok({ data, paging: { total: data.length } });
}

/**
 * Records the event of an answered call that wrote a user or a team, as the server does: from the status, the change header and
 * the entity of the answer. A refused call and one without a change leave no event.
 */
export function recordWrite(context: Context, route: Route, { status, headers, body }: Reply): void {
  const collection = /^(users|teams)(\/|$)/.exec(route.path)?.[1];
  const eventType = status === 201 ? 'entityCreated' : headers?.['x-openmetadata-change'];
  if (collection === undefined || eventType === undefined || parameterOf[eventType] === undefined) return;
  if (!isObject(body)) return;
  const { version, changeDescription } = body;
  context.state.events.record({
    ...changeEvent(context, { eventType, entityType: collection === 'users' ? 'user' : 'team', entity: body }),
    // The server never sets this number: it keeps the default even when the version before the write was a later one.
    previousVersion: 0.1,
    currentVersion: version,
    ...(changeDescription === undefined ? {} : { changeDescription }),
    entity: JSON.stringify(body),
  });
}

interface Change {
  readonly eventType: string;
  readonly entityType: 'user' | 'team';
  readonly entity: Json;
}

/** The members of an event that do not depend on the change; only later generations give it an id and a full name. */
export function changeEvent({ state, actor }: Context, { eventType, entityType, entity }: Change): ChangeEvent {
  const { id: entityId, fullyQualifiedName: entityFullyQualifiedName } = entity;
  const later = state.rules.generation === '1.1' ? {} : { id: randomUUID(), entityFullyQualifiedName };
  return { ...later, eventType, entityType, entityId, userName: actor.name, timestamp: state.clock() };
}
