import type { Logger } from './logger.ts';

/** A write that a provider asked for, done or refused. Ids and counts only. */
export interface AuditEvent {
  readonly requestId: string;
  readonly credential: string;
  readonly provider: string;
  readonly action: string;
  /** The resource's id; absent when there is none yet, or what was sent is no id. */
  readonly id: string | undefined;
  readonly status: number;
  readonly scimType?: string | undefined;
  /** Operations of a PATCH. */
  readonly operations?: number | undefined;
  /** Values in the body's lists: how many members were sent. */
  readonly values?: number | undefined;
}

/** Keeps what was done, by whom. */
export interface Audit {
  record(event: AuditEvent): void;
}

/** An audit trail in the log stream; an event that cannot be written is counted and said, and stops neither the request nor later events. */
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
    // The log goes the same way as the audit trail; the counter is what remains to tell of it.
  }
}
