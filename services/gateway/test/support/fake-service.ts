import { randomUUID } from 'node:crypto';
import { invalidSyntax, notFound, type Projection, type Resource, type ResourceType } from '@scim-gateway/scim';
import type { ListQuery, RequestContext, ResourceList, ResourceService } from '../../src/provisioning/service.ts';

/** A call of a use case, for assertions. */
export interface Call {
  readonly operation: string;
  readonly id?: string;
  readonly body?: unknown;
  readonly query?: ListQuery;
  readonly projection?: Projection;
  readonly context: RequestContext;
}

/** A service that stores resources in memory, ignores filters, and runs a hook before each use case. */
export class FakeService implements ResourceService {
  readonly calls: Call[] = [];
  readonly resources = new Map<string, Resource>();
  readonly type: ResourceType;
  /** Runs before every use case, which throws what the hook throws. */
  before: (call: Call) => Promise<void> | void = () => undefined;
  /** Whether PATCH returns the resource. */
  patchShows: 'resource' | 'nothing';

  constructor(type: ResourceType, patchShows: 'resource' | 'nothing') {
    this.type = type;
    this.patchShows = patchShows;
  }

  async create(body: unknown, projection: Projection, context: RequestContext): Promise<Resource> {
    await this.#enter({ operation: 'create', body, projection, context });
    return this.#keep(randomUUID(), body);
  }

  async read(id: string, projection: Projection, context: RequestContext): Promise<Resource> {
    await this.#enter({ operation: 'read', id, projection, context });
    return this.#find(id);
  }

  async list(query: ListQuery, context: RequestContext): Promise<ResourceList> {
    await this.#enter({ operation: 'list', query, context });
    const all = [...this.resources.values()];
    const resources = all.slice(query.startIndex - 1, query.startIndex - 1 + query.count);
    return { resources, totalResults: all.length, startIndex: query.startIndex };
  }

  async replace(id: string, body: unknown, projection: Projection, context: RequestContext): Promise<Resource> {
    await this.#enter({ operation: 'replace', id, body, projection, context });
    this.#find(id);
    return this.#keep(id, body);
  }

  async patch(id: string, body: unknown, projection: Projection, context: RequestContext) {
    await this.#enter({ operation: 'patch', id, body, projection, context });
    const resource = this.#find(id);
    return { resource: this.patchShows === 'resource' ? resource : undefined };
  }

  async remove(id: string, context: RequestContext): Promise<void> {
    await this.#enter({ operation: 'remove', id, context });
    this.#find(id);
    this.resources.delete(id);
  }

  async #enter(call: Call): Promise<void> {
    this.calls.push(call);
    await this.before(call);
  }

  #find(id: string): Resource {
    const resource = this.resources.get(id);
    if (resource === undefined) throw notFound('There is no such resource.');
    return resource;
  }

  #keep(id: string, body: unknown): Resource {
    if (typeof body !== 'object' || body === null || Array.isArray(body)) throw invalidSyntax('not an object');
    const location = `https://scim.example.com/scim/v2${this.type.endpoint}/${id}`;
    const resource = { ...body, id, schemas: [this.type.schema.id], meta: { resourceType: this.type.name, location } };
    this.resources.set(id, resource);
    return resource;
  }
}
