/** Why keys could not be had, or not be kept. */
export const leaseTroubles = [
  /** Redis did not answer. */
  'unreachable',
  /** Redis answered that it will not; the cause begins with its code, such as OOM or NOAUTH. */
  'refused',
  /** Redis lost leases a moment ago, so that writes begun under them are waited for. */
  'settling',
  /** Another replica has, or may have had, a key meanwhile. */
  'lost',
] as const;
export type LeaseTrouble = (typeof leaseTroubles)[number];

/** Keys that Redis could not promise; whoever asked may try again. */
export class LeaseError extends Error {
  override readonly name = 'LeaseError';
  readonly trouble: LeaseTrouble;

  constructor(trouble: LeaseTrouble, message: string, options?: ErrorOptions) {
    super(message, options);
    this.trouble = trouble;
  }
}

/** Who wants to know how leases fare. */
export interface LeaseObserver {
  /** How long somebody waited, and whether in vain. */
  onWait?(milliseconds: number, outcome: 'held' | LeaseTrouble | 'aborted'): void;
  /** Some keys became somebody else's before they were given back. */
  onLost?(): void;
  /** Milliseconds during which no lease is given, told each second; 0 when all is well. */
  onPause?(milliseconds: number): void;
}
