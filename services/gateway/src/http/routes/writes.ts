import { invalidSyntax, type Projection, type Resource, ScimError } from '@scim-gateway/scim';
import type { Audit, AuditEvent } from '../../observability/audit.ts';
import type { Metrics } from '../../observability/metrics.ts';
import type { RequestContext, ResourceService } from '../../provisioning/service.ts';
import { countOperations, countValues, operationKinds } from '../body/counts.ts';

/** A change that a client asks for, alone or within a bulk request. */
export interface WriteRequest {
  /** Empty where there is none yet. */
  readonly id: string;
  readonly body: unknown;
  readonly projection: Projection;
  readonly context: RequestContext;
}

/** What came of it; without a resource nothing needs showing. */
export interface WriteOutcome {
  readonly status: 200 | 201 | 204;
  readonly resource?: Resource;
}

/** The changes of one resource type; each is recorded, whichever way it ends. */
export type Writes = Readonly<
  Record<'create' | 'replace' | 'patch' | 'delete', (request: WriteRequest) => Promise<WriteOutcome>>
>;

export interface WritesOptions {
  readonly service: ResourceService;
  readonly resource: 'user' | 'group';
  readonly audit: Audit;
  readonly metrics: Metrics;
}

/** The changes that a service can make, each the same whether it is asked for alone or within a bulk request. */
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
    const asked = { requestId: context.requestId, credential, provider, action: `${resource}.${operation}` };
    const counts = { operations: countOperations(body), values: countValues(body) };
    const record = (end: Pick<AuditEvent, 'id' | 'status' | 'scimType'>) => {
      metrics.writeEnded({ tenant: provider, resource, operation, status: end.status });
      audit.record({ ...asked, ...counts, ...end });
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

/** Only what has the form of our ids: providers have been seen to put names into paths. */
function toAuditableId(id: unknown): string | undefined {
  if (typeof id !== 'string') return undefined;
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id) ? id.toLowerCase() : undefined;
}

function toBody(body: unknown): unknown {
  if (body === undefined) throw invalidSyntax('The request has no body; a JSON object is needed.');
  return body;
}
