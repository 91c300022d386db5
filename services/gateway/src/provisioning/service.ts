import type { StopSignal } from '@scim-gateway/cancellation';
import type { Projection, Resource, ResourceType, Sort, Tolerance } from '@scim-gateway/scim';

/** The credential that a request presented, and the rights it carries. */
export interface Principal {
  /** The credential's configured name; safe for logs and metric labels. */
  readonly credential: string;
  /** The configured key of the identity provider; it survives token rotation. */
  readonly provider: string;
  readonly profile: 'tolerant' | 'strict';
  /** Set when a Collate bot's own token acts upstream itself, in place of the gateway's. */
  readonly collateToken?: () => string;
}

/** The request that a use case serves. */
export interface RequestContext {
  readonly principal: Principal;
  /** Aborted at the request's deadline, or earlier when the client disconnects. */
  readonly signal: StopSignal;
  readonly tolerance: Tolerance;
  readonly requestId: string;
  /** When the answer is due, in milliseconds since the epoch: no call is started that cannot end by then. */
  readonly deadline?: number;
  /** `urgent`: the request revokes access, and goes before others. */
  readonly priority?: 'urgent' | 'normal';
  /**
   * The value of `If-Match`: the versions that the client presumes the resource to have.
   *
   * @see https://www.rfc-editor.org/rfc/rfc7644#section-3.14
   */
  readonly ifMatch?: string;
  /**
   * The value of `If-None-Match` on a write: the versions that the resource must not have.
   *
   * @see https://www.rfc-editor.org/rfc/rfc9110#section-13.1.2
   */
  readonly ifNoneMatch?: string;
}

/** A list request after the edge has parsed its envelope. */
export interface ListQuery {
  readonly filter?: string;
  /** The type whose attributes the filter may name; by default the endpoint's own. */
  readonly vocabulary?: ResourceType;
  /** 1-based, at least 1. */
  readonly startIndex: number;
  readonly count: number;
  /** Present when the client pages by cursor; empty for the first page. */
  readonly cursor?: string;
  readonly sort?: Sort;
  readonly projection: Projection;
}

/** One window of a list. */
export interface ResourceList {
  readonly resources: readonly Resource[];
  /** The number of all matching resources; always present when the client pages by index. */
  readonly totalResults?: number;
  /** Present when the client pages by index. */
  readonly startIndex?: number;
  /** Present when the client pages by cursor and more resources follow. */
  readonly nextCursor?: string;
}

/**
 * What a SCIM endpoint can do. Resources carry `meta` and are not projected yet; failures are `ScimError`s.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7644#section-3.2
 */
export interface ResourceService {
  readonly type: ResourceType;
  create(body: unknown, projection: Projection, context: RequestContext): Promise<Resource>;
  read(id: string, projection: Projection, context: RequestContext): Promise<Resource>;
  list(query: ListQuery, context: RequestContext): Promise<ResourceList>;
  replace(id: string, body: unknown, projection: Projection, context: RequestContext): Promise<Resource>;
  /** `resource: undefined` asks for 204: the change is made, and there is nothing to show. */
  patch(
    id: string,
    body: unknown,
    projection: Projection,
    context: RequestContext,
  ): Promise<{ readonly resource: Resource | undefined }>;
  remove(id: string, context: RequestContext): Promise<void>;
}
