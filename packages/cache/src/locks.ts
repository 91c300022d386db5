import type { StopSignal } from '@scim-gateway/cancellation';

/** The exclusive right to some lock keys. Disposing of it releases them. */
export interface Lock extends Disposable {
  /**
   * Resolves while the lock is certain to outlast one longest call from now. Await it before each write.
   *
   * @throws LeaseError when another holder may have one of the keys by then.
   */
  confirm(): Promise<void>;
  /**
   * Resolves once no replica serves what this process has invalidated. Await it before a change is acknowledged.
   *
   * @throws LeaseError when Redis does not answer until the signal of `acquire` is aborted.
   */
  publish(): Promise<void>;
  /** Reports that a write was sent and not answered: its keys stay locked for one longest call after disposal. */
  linger(): void;
}

/** Locks by key, granted in the order of requests. */
export interface Locks {
  /**
   * Waits until all keys are free, then locks them. Every caller locks keys in sorted order, which rules out deadlocks.
   *
   * @throws the signal's reason if it is aborted first.
   */
  acquire(keys: readonly string[], signal?: StopSignal): Promise<Lock>;
}
