import { type Locks, orAborted } from '@scim-gateway/cache';
import type { CallContext, Capabilities, CollateClient, StopSignal, WriteGuard } from '@scim-gateway/collate-client';
import { detectCapabilities } from '@scim-gateway/collate-client';
import type { NamingConditions } from '../../translation/names.ts';
import type { ProvisioningObserver } from '../events.ts';
import type { RequestContext } from '../service.ts';
import type { ProvisioningSettings } from '../settings.ts';
import { createHolds } from './locks.ts';

/** A Collate server as one principal sees it: what it can do, and who we are to it. */
export interface Upstream {
  readonly client: CollateClient;
  readonly capabilities: Capabilities;
  /** The Collate name of the principal that acts. */
  readonly actor: string;
  /** Whether the provider's own Collate bot acts, and not the gateway's. */
  readonly actsAsItself: boolean;
  readonly naming: NamingConditions;
  /** Keeps what one principal may see apart from what another may, in every cache. */
  readonly cacheScope: string;
  /** Whether what this principal wrote counts as written by us. */
  trusts(name: string): boolean;
}

/** One request's view of Collate. */
export interface Session {
  readonly upstream: Upstream;
  readonly context: RequestContext;
  readonly call: CallContext & { readonly signal: StopSignal; readonly guard: WriteGuard };
  /** Takes turns: everything that writes one user, or one group as a whole, holds its key meanwhile. */
  hold(keys: readonly string[]): Promise<Disposable>;
}

/** Opens sessions; what a server can do is asked once per principal and again after a while. */
export interface Upstreams {
  open(context: RequestContext): Promise<Session>;
}

/** The session for work that others wait for as well: it only reads, and goes on when this request ends. */
export function withoutDeadline(session: Session): Session {
  const { guard } = session.call;
  // Deactivations wait for it too.
  return { ...session, call: { guard, signal: neverAborted, priority: 'urgent' } };
}

const neverAborted: StopSignal = {
  aborted: false,
  reason: undefined,
  addEventListener: () => undefined,
  removeEventListener: () => undefined,
};

/** How long a server's capabilities are believed; an upgrade or a changed right is noticed after that. */
const believedForMs = 5 * 60_000;

interface Known {
  readonly upstream: Promise<Upstream>;
  /** The upstream itself, once it is there. */
  present?: Upstream;
  readonly until: number;
}

/** Sessions over one client, acting as the gateway's bot or as the bot whose token a request brought. */
export function createUpstreams(options: {
  readonly client: CollateClient;
  readonly queue: Locks;
  readonly settings: Pick<ProvisioningSettings, 'trustedBots'>;
  readonly observer: ProvisioningObserver;
  readonly clock: () => number;
}): Upstreams {
  const known = new Map<string, Known>();
  const find = (context: RequestContext): Known => {
    const scope = context.principal.collateToken === undefined ? 'gateway' : `as/${context.principal.credential}`;
    const existing = known.get(scope);
    if (existing !== undefined && existing.until > options.clock()) return existing;
    const found: Known = { upstream: examine(scope, context, options), until: options.clock() + believedForMs };
    known.set(scope, found);
    found.upstream.then(
      (upstream) => {
        found.present = upstream;
      },
      () => known.delete(scope),
    );
    return found;
  };
  return {
    open: async (context) => {
      const found = find(context);
      const upstream = found.present ?? (await orAborted(found.upstream, context.signal));
      const { hold, guard } = createHolds(options.queue, context);
      return { upstream, context, call: toCall(context, guard), hold };
    },
  };
}

function toCall(context: RequestContext, guard: WriteGuard): Session['call'] {
  const { signal, deadline, priority = 'normal' } = context;
  return {
    signal,
    guard,
    priority,
    ...(deadline === undefined ? {} : { deadline }),
  };
}

async function examine(
  cacheScope: string,
  context: RequestContext,
  options: Parameters<typeof createUpstreams>[0],
): Promise<Upstream> {
  const token = context.principal.collateToken;
  const client = token === undefined ? options.client : options.client.as(token);
  // Every request of this principal waits for it, deactivations too.
  const call = { priority: 'urgent' } as const;
  const [capabilities, self, authConfig] = await Promise.all([
    detectCapabilities(client.bind(call)),
    client.system.loggedInUser(call),
    client.system.authConfig(call),
  ]);
  options.observer.onDocumentStore?.(capabilities.documentStore);
  const trusted = new Set([self.name, ...options.settings.trustedBots]);
  return {
    client,
    capabilities,
    actor: self.name,
    actsAsItself: token !== undefined,
    naming: {
      principalClaims: authConfig.jwtPrincipalClaims,
      foldsCase: capabilities.foldsCase,
      maxUserNameLength: capabilities.userNames.maxLength,
      wordsOnly: capabilities.userNames.allowed === 'word-dot-dash',
    },
    cacheScope,
    trusts: (name) => trusted.has(name),
  };
}
