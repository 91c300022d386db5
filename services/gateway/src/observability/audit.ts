import type { Logger } from './logger.ts';

/** A write that a provider requested, done or refused. Ids and counts only. */
export interface AuditEvent {
  readonly requestId: string;
  readonly credential: string;
  readonly provider: string;
  readonly action: string;
  /** The resource's id; undefined for a create, and for a path segment that is not a valid id. */
  readonly id: string | undefined;
  readonly status: number;
  readonly scimType?: string | undefined;
  /** The number of operations of a PATCH. */
  readonly operations?: number | undefined;
  /** The number of values in the body's lists, such as members. */
  readonly values?: number | undefined;
}

/** The record of all writes, with the credential of each. */
export interface Audit {
  record(event: AuditEvent): void;
}

/**
 * An audit trail in the log stream. An event that cannot be written is counted and logged; the request and later events
 * continue.
 */
export function createAudit(logger: Logger, observer: { auditEvent(result: 'written' | 'dropped'): void }): Audit {
  return {
    record: (event) => {
      try {
        logger.audit('audit', { ...event });
        observer.auditEvent('written');
      } catch (error) {
        observer.auditEvent('dropped');
        reportLoss(logger, event, error);
      }
    },
  };
}

function reportLoss(logger: Logger, event: AuditEvent, error: unknown): void {
  try {
    logger.error('an audit event was lost', { requestId: event.requestId, action: event.action }, error);
  } catch {
    // The log shares its stream with the audit trail and fails too. The counter remains.
  }
}
