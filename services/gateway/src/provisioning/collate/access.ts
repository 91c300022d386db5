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

/** After a refusal that the known rights do not explain, they are asked for again, but not more often than this. */
const refusalTtlMs = 10_000;

interface Known {
  readonly upstream: Promise<Upstream>;
  /** The resolved upstream: saves each request the wait for a promise. */
  present?: Upstream;
  readonly askedAt: number;
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
  const isFresh = ({ askedAt }: Known, ttlMs: number) => options.clock() - askedAt < ttlMs;
  const ask = (context: RequestContext, ttlMs: number): Upstream | Promise<Upstream> => {
    const scope = scopeOf(context);
    let found = known.get(scope);
    if (found === undefined || !isFresh(found, ttlMs)) {
      found = remember(examine(scope, context, options), options.clock());
      known.set(scope, found);
      found.upstream.catch(() => known.delete(scope));
    }
    return found.present ?? orAborted(found.upstream, context.signal);
  };
  return {
    find: (context) => ask(context, capabilitiesTtlMs),
    findRefusal: async (error, context) => {
      const explain = ({ capabilities }: Upstream) =>
        capabilities.rights.firstRefusalOf(permissionsOf(error.operation));
      const upstream = await ask(context, capabilitiesTtlMs);
      return explain(upstream) ?? explain(await ask(context, refusalTtlMs));
    },
  };
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
