/** Every reason why a call to Collate fails. */
export const collateErrorKinds = [
  /** No connection, or it broke before the whole answer arrived. */
  'unreachable',
  /** An attempt took longer than its limit. */
  'timeout',
  /** Not sent: too many recent calls of this principal failed. */
  'circuit-open',
  /** Not sent: the caller's write guard refused it. */
  'withheld',
  /** Collate does not accept the credential, or its account does not exist. */
  'unauthorized',
  /** The credential lacks a right. */
  'forbidden',
  'not-found',
  /** The name or e-mail is taken. */
  'conflict',
  /** The entity is not in the state that the call requires. */
  'precondition-failed',
  'rate-limited',
  /** The Collate plan allows no more of these entities; waiting does not help. */
  'quota',
  /** Collate refuses the content of the request. */
  'rejected',
  /** Collate, or a proxy in front of it, cannot answer now. */
  'unavailable',
  /** The answer is not one that this API defines. */
  'malformed',
  /** The caller stopped waiting. */
  'aborted',
] as const;

/** Why a call to Collate failed. */
export type CollateErrorKind = (typeof collateErrorKinds)[number];

/** The fields of an entity that Collate's rules name when it refuses a value. */
export const refusableFields = ['name', 'email', 'displayName', 'externalId', 'scimUserName'] as const;

/** One of `refusableFields`. */
export type RefusableField = (typeof refusableFields)[number];

/** What describes a failed call besides its kind. */
export interface CollateErrorDetails {
  readonly operation: string;
  readonly status?: number | undefined;
  readonly retryAfterMs?: number | undefined;
  /** Our own words about the failure; never text from Collate. */
  readonly explanation?: string | undefined;
  readonly unknownRoute?: boolean | undefined;
  readonly fields?: readonly RefusableField[] | undefined;
  readonly unsent?: boolean | undefined;
  readonly cause?: unknown;
}

/**
 * A failed call to Collate.
 *
 * The message contains no text from Collate: error answers of real servers repeat whole user documents, e-mails
 * included.
 *
 * @example
 * ```ts
 * try {
 *   await collate.users.create({ name: 'ada', email: 'ada@example.com' });
 * } catch (error) {
 *   if (error instanceof CollateError && error.kind === 'conflict') return 'the name or e-mail is taken';
 *   throw error;
 * }
 * ```
 */
export class CollateError extends Error {
  override readonly name = 'CollateError';
  readonly kind: CollateErrorKind;
  /** The name of the called row of `operations`. */
  readonly operation: string;
  /** The HTTP status of the answer; undefined without an answer. */
  readonly status: number | undefined;
  /** How long Collate asks the caller to wait, in milliseconds. */
  readonly retryAfterMs: number | undefined;
  /** The server does not have this endpoint. */
  readonly unknownRoute: boolean;
  /** The fields whose values Collate refuses; empty unless the kind is `rejected` and its answer names them. */
  readonly fields: readonly RefusableField[];
  /** The server certainly never received the call. */
  readonly unsent: boolean;

  constructor(kind: CollateErrorKind, details: CollateErrorDetails) {
    super(toMessage(kind, details), details.cause === undefined ? undefined : { cause: details.cause });
    this.kind = kind;
    this.operation = details.operation;
    this.status = details.status;
    this.retryAfterMs = details.retryAfterMs;
    this.unknownRoute = details.unknownRoute ?? false;
    this.fields = details.fields ?? [];
    this.unsent = details.unsent ?? (kind === 'withheld' || kind === 'circuit-open');
  }

  /** Whether the call may have taken effect, or may still do so, although it failed. */
  get mayTakeEffect(): boolean {
    return !this.unsent && !this.unknownRoute && kindsWithoutOutcome.has(this.kind);
  }
}

/** The kinds of failures that leave open whether the server did its work. */
const kindsWithoutOutcome: ReadonlySet<CollateErrorKind> = new Set([
  'unreachable',
  'timeout',
  'aborted',
  'unavailable',
  'malformed',
]);

function toMessage(kind: CollateErrorKind, { operation, status, explanation }: CollateErrorDetails): string {
  const answer = status === undefined ? '' : `, status ${status}`;
  return `${operation}: ${kind}${answer}${explanation === undefined ? '' : `: ${explanation}`}`;
}
