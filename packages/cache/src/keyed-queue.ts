import { orAborted } from './or-aborted.ts';
import { type StopSignal, throwIfStopped } from './stop-signal.ts';

/** Some keys that are the holder's alone; disposing of it gives them to whoever waits. */
export interface Hold extends Disposable {
  /**
   * Resolves while the keys are certain to stay the holder's for one longest call from now: to be awaited before each write.
   *
   * @throws when they may be somebody else's by then.
   */
  confirm(): Promise<void>;
  /** A write was sent and never answered, so that it may still be at work: the keys stay taken for one longest call after disposal. */
  linger(): void;
}

/** Turns for whoever needs some keys to itself, in the order of asking. */
export interface KeyedQueue {
  /**
   * Waits until all the keys are free and takes them; they are free again when the result is disposed of. Keys are taken in one order
   * by everybody, so that nobody waits in a circle.
   *
   * @throws the signal's reason when it fires first.
   */
  hold(keys: readonly string[], signal?: StopSignal): Promise<Hold>;
}

/** A queue within this process. */
export function createKeyedQueue(options: {
  /** How long a write that was not answered may still be at work. */
  readonly longestCallMs: number;
}): KeyedQueue {
  const tails = new Map<string, Promise<void>>();
  return {
    hold: async (keys, signal) => {
      const ordered = [...new Set(keys)].sort();
      const held: (() => void)[] = [];
      const release = () => {
        for (const free of held.splice(0)) free();
      };
      try {
        for (const key of ordered) held.push(await take(tails, key, signal));
      } catch (error) {
        release();
        throw error;
      }
      let lingers = false;
      return {
        confirm: () => Promise.resolve(),
        linger: () => {
          lingers = true;
        },
        [Symbol.dispose]: () => {
          if (lingers) setTimeout(release, options.longestCallMs).unref();
          else release();
        },
      };
    },
  };
}

/** Waits for the key's turn; resolves to what ends it. */
async function take(
  tails: Map<string, Promise<void>>,
  key: string,
  signal: StopSignal | undefined,
): Promise<() => void> {
  throwIfStopped(signal);
  const before = tails.get(key);
  let end: () => void = () => undefined;
  const turn = new Promise<void>((resolve) => {
    end = resolve;
  });
  const tail = (before ?? Promise.resolve()).then(() => turn);
  tails.set(key, tail);
  const free = () => {
    end();
    if (tails.get(key) === tail) tails.delete(key);
  };
  try {
    if (before !== undefined) await orAborted(before, signal);
  } catch (error) {
    // Whoever comes after must still wait for whoever was before.
    end();
    void tail.then(() => tails.get(key) === tail && tails.delete(key));
    throw error;
  }
  return free;
}
