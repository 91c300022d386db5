import { orAborted } from '@scim-gateway/cache';
import type { Capabilities, CollateClient } from '@scim-gateway/collate-client';
import { detectCapabilities } from '@scim-gateway/collate-client';
import type { NamingConditions } from '../../translation/names.ts';
import type { ProvisioningEvents } from '../events.ts';
import type { RequestContext } from '../service.ts';
import type { ProvisioningSettings } from '../settings.ts';

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

/** How long a server's capabilities are believed; an upgrade or a changed right is noticed after that. */
const believedForMs = 5 * 60_000;

interface Known {
  readonly upstream: Promise<Upstream>;
  /** The upstream itself, once it is there. */
  present?: Upstream;
  readonly until: number;
}

/** Finds out what a server can do, once per principal and again after a while. */
export type FindUpstream = (context: RequestContext) => Upstream | Promise<Upstream>;

interface AccessOptions {
  readonly client: CollateClient;
  readonly settings: Pick<ProvisioningSettings, 'trustedBots'>;
  readonly events: ProvisioningEvents;
  readonly clock: () => number;
}

/** Access over one client, as the gateway's bot or as the bot whose token a request brought. */
export function createAccess(options: AccessOptions): FindUpstream {
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
  return (context) => {
    const found = find(context);
    return found.present ?? orAborted(found.upstream, context.signal);
  };
}

async function examine(cacheScope: string, context: RequestContext, options: AccessOptions): Promise<Upstream> {
  const token = context.principal.collateToken;
  const client = token === undefined ? options.client : options.client.as(token);
  // Every request of this principal waits for it, deactivations too.
  const call = { priority: 'urgent' } as const;
  const [capabilities, self, authConfig] = await Promise.all([
    detectCapabilities(client.bind(call)),
    client.system.loggedInUser(call),
    client.system.authConfig(call),
  ]);
  options.events.onDocumentStore?.(capabilities.documentStore);
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
