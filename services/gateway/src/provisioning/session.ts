import type { Locks } from '@scim-gateway/cache';
import { neverAborted, type StopSignal } from '@scim-gateway/cancellation';
import type { CallContext, Collate, WriteGuard } from '@scim-gateway/collate-client';
import type { Presentation } from '../translation/user.ts';
import type { FindUpstream, Upstream } from './collate/access.ts';
import { createRequestLocks, type LockKey, type RequestLocks } from './collate/locks.ts';
import type { CollateScope, Directory } from './directory/directory.ts';
import type { ProvisioningEvents } from './events.ts';
import type { Pager } from './lists/pager.ts';
import type { RequestContext } from './service.ts';
import type { ProvisioningSettings } from './settings.ts';

/** Exclusive rights to acquire together. */
export type LockKeys = readonly LockKey[];

/** One request at work. A use case takes (input, session). */
export interface Session extends Directory {
  readonly context: RequestContext;
  /** The server's capabilities, and the acting principal's name there. */
  readonly upstream: Upstream;
  /** Collate's API, bound to this request's signal, deadline, priority and write guard. */
  readonly collate: Collate;
  /** Aborted when the answer is due, or earlier when the client disconnects. */
  readonly signal: StopSignal;
  readonly pager: Pager;
  readonly settings: ProvisioningSettings;
  readonly presentation: Presentation;
  readonly events: ProvisioningEvents;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** Acquires the locks, runs the work, and releases them when it has ended, however it ends. */
  locked<T>(keys: LockKeys, work: () => Promise<T>): Promise<T>;
  /** The same session for reads that other requests wait for too: it outlives this request. */
  withoutDeadline(): Session;
}

type SessionCall = CallContext & { readonly signal: StopSignal; readonly guard: WriteGuard };

/** Opens the session of a request. */
export type OpenSession = (context: RequestContext) => Promise<Session>;

/** What all sessions share. */
export interface SessionTools extends Pick<Session, 'pager' | 'settings' | 'presentation' | 'events' | 'clock'> {
  readonly locks: Locks;
  readonly directory: (scope: CollateScope) => Directory;
}

export function createSessions(findUpstream: FindUpstream, tools: SessionTools): OpenSession {
  return async (context) => {
    const upstream = await findUpstream(context);
    const locks = createRequestLocks(tools.locks, context.signal);
    return bindSession({ context, upstream, locks, call: toCall(context, locks.guard) }, tools);
  };
}

interface SessionScope extends Pick<Session, 'context' | 'upstream'> {
  readonly locks: RequestLocks;
  readonly call: SessionCall;
}

function bindSession(scope: SessionScope, tools: SessionTools): Session {
  const { context, upstream, locks, call } = scope;
  const { directory, pager, settings, presentation, events, clock } = tools;
  const reads: CollateScope & Pick<Session, 'withoutDeadline'> = {
    upstream,
    collate: upstream.client.bind(call),
    signal: call.signal,
    events,
    // Urgent, because deactivations may wait for these reads.
    withoutDeadline: () =>
      bindSession({ ...scope, call: { guard: locks.guard, signal: neverAborted, priority: 'urgent' } }, tools),
  };
  return { ...reads, ...directory(reads), context, pager, settings, presentation, clock, locked: locks.locked };
}

function toCall({ signal, deadline, priority = 'normal' }: RequestContext, guard: WriteGuard): SessionCall {
  return { signal, guard, priority, ...(deadline === undefined ? {} : { deadline }) };
}
