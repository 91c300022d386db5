import { projectResource, toListResponse, widenResourceType } from '@scim-gateway/scim';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { searchAcross } from '../../provisioning/lists/search-across-types.ts';
import type { ListQuery, ResourceService } from '../../provisioning/service.ts';
import { render } from '../render.ts';
import { contextOf } from '../request-facts.ts';
import { rootDocumentation } from '../schemas/operations.ts';
import { type PageLimits, readListQuery, readSearchRequest } from './list-query.ts';
import { addAllowedMethods } from './unsupported.ts';

/** What the endpoints across all resource types work with. */
export interface RootRoutesOptions {
  readonly services: readonly ResourceService[];
  readonly pages: PageLimits;
  /** Largest body of a search, in bytes. */
  readonly bodyLimit: number;
}

type ReadQuery = typeof readListQuery;

/**
 * The endpoints that list and search all resource types at once.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2.1
 */
export function addRootRoutes(app: FastifyInstance, { services, pages, bodyLimit }: RootRoutesOptions): void {
  const types = services.map(({ type }) => type);
  const searched = services.map((service) => ({ service, vocabulary: widenResourceType(service.type, types) }));
  const answer = async (request: FastifyRequest, reply: FastifyReply, read: ReadQuery, source: unknown) => {
    const shares = searched.map(({ service, vocabulary }) => {
      const query: ListQuery = { ...read(source, vocabulary, pages), vocabulary };
      return { service, query };
    });
    const { found, totalResults } = await searchAcross(shares, contextOf(request));
    const resources = found.map(({ resource, service, query }) =>
      projectResource(resource, service.type, query.projection),
    );
    const startIndex = shares[0]?.query.startIndex ?? 1;
    return render(request, reply, 200, toListResponse({ resources, totalResults, startIndex }));
  };
  const config = (operation: 'list' | 'search') => ({
    facts: { kind: { resource: 'other', operation } as const, writes: false, bodyLimit },
  });
  app.get('/', { config: config('list'), schema: rootDocumentation.list }, (request, reply) =>
    answer(request, reply, readListQuery, request.query),
  );
  app.post('/.search', { bodyLimit, config: config('search'), schema: rootDocumentation.search }, (request, reply) =>
    answer(request, reply, readSearchRequest, request.body),
  );
  addAllowedMethods(app, '/', ['GET']);
  addAllowedMethods(app, '/.search', ['POST']);
}
