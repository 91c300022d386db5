/** Why leases cannot be acquired or confirmed. */
export const leaseTroubles = [
  /** Redis did not answer. */
  'unreachable',
  /** Redis refused the command; the cause begins with its code, such as OOM or NOAUTH. */
  'refused',
  /** Redis lost leases a moment ago, and grants no new ones until writes under the lost ones must have ended. */
  'settling',
  /** Another replica has, or may have had, a key meanwhile. */
  'lost',
] as const;
export type LeaseTrouble = (typeof leaseTroubles)[number];

/** Redis cannot guarantee a lease. A later attempt may succeed. */
export class LeaseError extends Error {
  override readonly name = 'LeaseError';
  readonly trouble: LeaseTrouble;

  constructor(trouble: LeaseTrouble, message: string, options?: ErrorOptions) {
    super(message, options);
    this.trouble = trouble;
  }
}

/** Receives events of leases. */
export interface LeaseObserver {
  /** A wait for a lock ended: its duration and its outcome. */
  onWait?(milliseconds: number, outcome: 'held' | LeaseTrouble | 'aborted'): void;
  /** A lease was lost before its release. */
  onLost?(): void;
  /** Called each second: milliseconds during which no new lease is granted; 0 in normal operation. */
  onPause?(milliseconds: number): void;
}
