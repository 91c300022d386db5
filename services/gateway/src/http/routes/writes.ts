import { invalidSyntax, type Projection, type Resource, ScimError } from '@scim-gateway/scim';
import type { Audit, AuditEvent } from '../../observability/audit.ts';
import type { Metrics } from '../../observability/metrics.ts';
import type { RequestContext, ResourceService } from '../../provisioning/service.ts';
import { countBody, operationKinds } from '../body/counts.ts';

/** One write, from a request of its own or from a bulk request. */
export interface WriteRequest {
  /** Empty for a creation. */
  readonly id: string;
  readonly body: unknown;
  readonly projection: Projection;
  readonly context: RequestContext;
}

/** A write's result; `resource` is absent if the answer has no body. */
export interface WriteOutcome {
  readonly status: 200 | 201 | 204;
  readonly resource?: Resource;
}

/** The writes of one resource type. Each is audited and counted, also if it fails. */
export type Writes = Readonly<
  Record<'create' | 'replace' | 'patch' | 'delete', (request: WriteRequest) => Promise<WriteOutcome>>
>;

/** What the writes of one resource type work with. */
export interface WritesOptions {
  readonly service: ResourceService;
  readonly resource: 'user' | 'group';
  readonly audit: Audit;
  readonly metrics: Metrics;
}

/** Wraps a service's writes, so that one within a bulk request has the same effects as a request of its own. */
export function createWrites(options: WritesOptions): Writes {
  const { service, metrics } = options;
  const audited = (operation: keyof Writes, success: number, run: Writes['create']): Writes['create'] =>
    withAudit(options, operation, success, run);
  return {
    create: audited('create', 201, async ({ body, projection, context }) => {
      return { status: 201, resource: await service.create(toBody(body), projection, context) };
    }),
    replace: audited('replace', 200, async ({ id, body, projection, context }) => {
      return { status: 200, resource: await service.replace(id, toBody(body), projection, context) };
    }),
    patch: audited('patch', 200, async ({ id, body, projection, context }) => {
      for (const op of operationKinds(body)) metrics.patchOperation(context.principal.provider, op);
      const { resource } = await service.patch(id, toBody(body), projection, context);
      return resource === undefined ? { status: 204 } : { status: 200, resource };
    }),
    delete: audited('delete', 204, async ({ id, context }) => {
      await service.remove(id, context);
      return { status: 204 };
    }),
  };
}

function withAudit(
  { resource, audit, metrics }: WritesOptions,
  operation: keyof Writes,
  success: number,
  run: Writes['create'],
): Writes['create'] {
  return async (request) => {
    const { context, body, id } = request;
    const { credential, provider } = context.principal;
    const event = { requestId: context.requestId, credential, provider, action: `${resource}.${operation}` };
    const counts = countBody(body);
    const record = (end: Pick<AuditEvent, 'id' | 'status' | 'scimType'>) => {
      metrics.writeEnded({ tenant: provider, resource, operation, status: end.status });
      audit.record({ ...event, ...counts, ...end });
    };
    try {
      const outcome = await run(request);
      record({ id: toAuditableId(id) ?? toAuditableId(outcome.resource?.['id']), status: success });
      return outcome;
    } catch (error) {
      const { status, scimType } = error instanceof ScimError ? error : { status: 500, scimType: undefined };
      record({ id: toAuditableId(id), status, scimType });
      throw error;
    }
  };
}

/** The id if it is a UUID: some providers send user names in paths, and the audit trail must not hold them. */
function toAuditableId(id: unknown): string | undefined {
  if (typeof id !== 'string') return undefined;
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id) ? id.toLowerCase() : undefined;
}

function toBody(body: unknown): unknown {
  if (body === undefined) throw invalidSyntax('The request has no body; send a JSON object.');
  return body;
}
