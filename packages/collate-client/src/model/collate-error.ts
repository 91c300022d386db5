/** Why a call to Collate did not do what was asked. */
export type CollateErrorKind =
  /** No connection, or it broke before the whole answer was here. */
  | 'unreachable'
  /** An attempt took longer than it may. */
  | 'timeout'
  /** Not sent: recent calls of this principal failed too often. */
  | 'circuit-open'
  /** Not sent: the caller's guard kept it back. */
  | 'withheld'
  /** Our credential is not accepted, or its account is gone. */
  | 'unauthorized'
  /** Our credential lacks a right. */
  | 'forbidden'
  | 'not-found'
  /** The name or e-mail is taken. */
  | 'conflict'
  /** The entity is not in the state that the call presumed. */
  | 'precondition-failed'
  | 'rate-limited'
  /** The plan allows no more of these; waiting does not help. */
  | 'quota'
  /** Collate refuses what was sent. */
  | 'rejected'
  /** Collate, or what stands before it, cannot answer now. */
  | 'unavailable'
  /** The answer is not what this API answers. */
  | 'malformed'
  /** The caller gave up. */
  | 'aborted';

/** What is known of a failed call besides its kind. */
export interface CollateErrorDetails {
  readonly operation: string;
  readonly status?: number | undefined;
  readonly retryAfterMs?: number | undefined;
  /** Words of our own about what happened. Never text that Collate sent. */
  readonly explanation?: string | undefined;
  readonly unknownRoute?: boolean | undefined;
  readonly unsent?: boolean | undefined;
  readonly cause?: unknown;
}

/**
 * A call to Collate that did not do what was asked.
 *
 * Its message holds nothing that Collate sent: error answers of real servers repeat whole user documents, e-mails included.
 */
export class CollateError extends Error {
  override readonly name = 'CollateError';
  readonly kind: CollateErrorKind;
  /** The name of the row of `operations` that was called. */
  readonly operation: string;
  /** The HTTP status of the answer, if there was one. */
  readonly status: number | undefined;
  /** How long Collate asks to wait. */
  readonly retryAfterMs: number | undefined;
  /** This server does not have the endpoint at all. */
  readonly unknownRoute: boolean;
  /** It is certain that the server never saw the call. */
  readonly unsent: boolean;

  constructor(kind: CollateErrorKind, details: CollateErrorDetails) {
    super(toMessage(kind, details), details.cause === undefined ? undefined : { cause: details.cause });
    this.kind = kind;
    this.operation = details.operation;
    this.status = details.status;
    this.retryAfterMs = details.retryAfterMs;
    this.unknownRoute = details.unknownRoute ?? false;
    this.unsent = details.unsent ?? (kind === 'withheld' || kind === 'circuit-open');
  }

  /** Whether what was asked may have been done, or may be done yet, although the call failed. */
  get mayTakeEffect(): boolean {
    const { kind, unsent } = this;
    if (unsent) return false;
    return ['unreachable', 'timeout', 'aborted', 'unavailable', 'malformed'].includes(kind) && !this.unknownRoute;
  }
}

function toMessage(kind: CollateErrorKind, { operation, status, explanation }: CollateErrorDetails): string {
  const answer = status === undefined ? '' : `, status ${status}`;
  return `${operation}: ${kind}${answer}${explanation === undefined ? '' : `: ${explanation}`}`;
}
