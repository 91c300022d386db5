import { monitorEventLoopDelay } from 'node:perf_hooks';
import { getHeapStatistics } from 'node:v8';

/** What the process has too little of: turns of the event loop, or memory. */
export type Pressure = 'event-loop' | 'heap';

/** How much the process bears. */
export interface PressureLimits {
  /** How late the event loop may be, on average over a second. */
  readonly eventLoopDelayMs: number;
  /** The part of the heap that may be in use, from 0 to 1. */
  readonly heapShare: number;
}

/** Watches the process; the timer that it takes is given back on disposal. */
export interface PressureGauge extends Disposable {
  /** As it was within the last second. */
  find(): Pressure | undefined;
}

/** Where the measures come from; of this process unless a test says otherwise. */
export interface PressureSources {
  /** The mean delay since it was last asked. */
  takeEventLoopDelayMs(): number;
  heapShare(): number;
  /** Runs something again and again; what it returns ends that. */
  repeat(run: () => void, ms: number): () => void;
}

const sampleMs = 1_000;
const resolutionMs = 20;

/** Begins to watch. */
export function watchPressure(limits: PressureLimits, sources: PressureSources = watchProcess()): PressureGauge {
  let now: Pressure | undefined;
  const end = sources.repeat(() => {
    const delayMs = sources.takeEventLoopDelayMs();
    if (sources.heapShare() > limits.heapShare) now = 'heap';
    else now = delayMs > limits.eventLoopDelayMs ? 'event-loop' : undefined;
  }, sampleMs);
  return { find: () => now, [Symbol.dispose]: end };
}

function watchProcess(): PressureSources {
  const delays = monitorEventLoopDelay({ resolution: resolutionMs });
  delays.enable();
  return {
    takeEventLoopDelayMs: () => {
      // It measures from one tick to the next, the wait that was asked for included.
      const mean = delays.count === 0 ? 0 : delays.mean / 1e6 - resolutionMs;
      delays.reset();
      return mean;
    },
    heapShare: () => {
      const { used_heap_size: used, heap_size_limit: limit } = getHeapStatistics();
      return used / limit;
    },
    repeat: (run, ms) => {
      const timer = setInterval(run, ms).unref();
      return () => {
        clearInterval(timer);
        delays.disable();
      };
    },
  };
}
