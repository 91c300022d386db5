import { orAborted } from '@scim-gateway/cancellation';
import { type Capabilities, type CollateClient, detectCapabilities, permissionsOf } from '@scim-gateway/collate-client';
import type { CollateError, Right } from '@scim-gateway/collate-client/model';
import type { NamingConditions } from '../../translation/names.ts';
import type { RequestContext } from '../service.ts';

/** The Collate server as one principal sees it: its capabilities, and the principal's own name there. */
export interface Upstream {
  readonly client: CollateClient;
  readonly capabilities: Capabilities;
  /** The Collate name of the acting principal. */
  readonly actor: string;
  /** Whether the provider's own Collate bot acts instead of the gateway's. */
  readonly actsAsItself: boolean;
  readonly naming: NamingConditions;
  /** Prefix of every cache key: what one principal may see never shows through to another. */
  readonly cacheScope: string;
  /** Whether a write by this Collate user counts as ours. */
  trusts(name: string): boolean;
}

/** Capabilities are asked for again after this time, so that an upgrade or a changed right is noticed. */
const capabilitiesTtlMs = 5 * 60_000;

/** After rights were asked for in vain, a refusal does not ask for them again for this time. */
const refusalTtlMs = 10_000;

interface Known {
  readonly upstream: Promise<Upstream>;
  /** The resolved upstream: saves each request the wait for a promise. */
  present?: Upstream;
  readonly askedAt: number;
  /** Set when the rights did not explain the refusal after which they were asked for. */
  isUnexplained?: boolean;
}

/** Finds the upstream of a request's principal; asks the server once, and again after a while. */
export type FindUpstream = (context: RequestContext) => Upstream | Promise<Upstream>;

/** Access to one Collate server for all principals. Rights of one principal are never used for another. */
export interface Access {
  readonly find: FindUpstream;
  /**
   * The right that the principal of a refused call lacks; undefined where the server does not tell. If the known rights
   * do not explain the refusal, they are asked for again, so that the next request knows them.
   */
  findRefusal(error: CollateError, context: RequestContext): Promise<Right | undefined>;
}

interface AccessOptions {
  readonly client: CollateClient;
  /** Names of Collate bots, besides our own, whose writes count as ours. */
  readonly trustedBots: readonly string[];
  readonly onCapabilities?: ((capabilities: Capabilities) => void) | undefined;
  readonly clock: () => number;
}

/** Access through one client, as the gateway's bot or as the bot whose token the request carries. */
export function createAccess(options: AccessOptions): Access {
  const known = new Map<string, Known>();
  const isOlder = ({ askedAt }: Known, ttlMs: number) => options.clock() - askedAt >= ttlMs;
  const ask = (context: RequestContext): Known => {
    const scope = scopeOf(context);
    const asked = remember(examine(scope, context, options), options.clock());
    known.set(scope, asked);
    asked.upstream.catch(() => known.delete(scope));
    return asked;
  };
  const current = (context: RequestContext): Known => {
    const found = known.get(scopeOf(context));
    return found === undefined || isOlder(found, capabilitiesTtlMs) ? ask(context) : found;
  };
  return {
    find: (context) => upstreamOf(current(context), context),
    findRefusal: async (error, context) => {
      const before = current(context);
      const refusal = explain(error, await upstreamOf(before, context));
      if (refusal !== undefined || (before.isUnexplained === true && !isOlder(before, refusalTtlMs))) return refusal;
      const now = current(context);
      const asked = now === before ? ask(context) : now;
      const found = explain(error, await upstreamOf(asked, context));
      asked.isUnexplained = found === undefined;
      return found;
    },
  };
}

function upstreamOf({ present, upstream }: Known, { signal }: RequestContext): Upstream | Promise<Upstream> {
  return present ?? orAborted(upstream, signal);
}

function explain({ operation }: CollateError, { capabilities }: Upstream): Right | undefined {
  return capabilities.rights.firstRefusalOf(permissionsOf(operation));
}

function scopeOf({ principal }: RequestContext): string {
  return principal.collateToken === undefined ? 'gateway' : `as/${principal.credential}`;
}

function remember(upstream: Promise<Upstream>, askedAt: number): Known {
  const known: Known = { upstream, askedAt };
  upstream.then(
    (present) => {
      known.present = present;
    },
    () => undefined,
  );
  return known;
}

async function examine(cacheScope: string, context: RequestContext, options: AccessOptions): Promise<Upstream> {
  const token = context.principal.collateToken;
  const client = token === undefined ? options.client : options.client.as(token);
  // Urgent, because every request of this principal waits for the answer, deactivations too.
  const collate = client.bind({ priority: 'urgent' });
  const [capabilities, self, authConfig] = await Promise.all([
    detectCapabilities(collate),
    collate.system.loggedInUser(),
    collate.system.authConfig(),
  ]);
  options.onCapabilities?.(capabilities);
  const trusted = new Set([self.name, ...options.trustedBots]);
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
