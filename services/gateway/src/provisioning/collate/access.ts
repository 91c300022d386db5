import { orAborted } from '@scim-gateway/cancellation';
import { type Capabilities, type CollateClient, detectCapabilities } from '@scim-gateway/collate-client';
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

interface Known {
  readonly upstream: Promise<Upstream>;
  /** The resolved upstream: saves each request the wait for a promise. */
  present?: Upstream;
  readonly until: number;
}

/** Finds the upstream of a request's principal; asks the server once, and again after a while. */
export type FindUpstream = (context: RequestContext) => Upstream | Promise<Upstream>;

interface AccessOptions {
  readonly client: CollateClient;
  /** Names of Collate bots, besides our own, whose writes count as ours. */
  readonly trustedBots: readonly string[];
  readonly onDocumentStore?: ((state: Capabilities['documentStore']) => void) | undefined;
  readonly clock: () => number;
}

/** Access through one client, as the gateway's bot or as the bot whose token the request carries. */
export function createAccess(options: AccessOptions): FindUpstream {
  const known = new Map<string, Known>();
  const find = (context: RequestContext): Known => {
    const scope = context.principal.collateToken === undefined ? 'gateway' : `as/${context.principal.credential}`;
    const existing = known.get(scope);
    if (existing !== undefined && existing.until > options.clock()) return existing;
    const found: Known = { upstream: examine(scope, context, options), until: options.clock() + capabilitiesTtlMs };
    known.set(scope, found);
    found.upstream.then(
      (upstream) => {
        found.present = upstream;
      },
      () => known.delete(scope),
    );
    return found;
  };
  return (context) => {
    const found = find(context);
    return found.present ?? orAborted(found.upstream, context.signal);
  };
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
  options.onDocumentStore?.(capabilities.documentStore);
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
