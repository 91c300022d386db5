import { describe, expect, it } from 'vitest';
import { watchPressure } from './pressure.ts';

describe('watchPressure', () => {
  it('finds a late event loop or a full heap at each sample, the heap first, and nothing at the limits', () => {
    const measures = { delay: 0, heap: 0.1 };
    let sample: () => void = () => undefined;
    const gauge = watchPressure(
      { eventLoopDelayMs: 1_000, heapShare: 0.9 },
      {
        takeEventLoopDelayMs: () => measures.delay,
        heapShare: () => measures.heap,
        repeat: (run) => {
          sample = run;
          return () => undefined;
        },
      },
    );
    const after = (delay: number, heap: number) => {
      Object.assign(measures, { delay, heap });
      sample();
      return gauge.find();
    };
    expect(gauge.find()).toBeUndefined();
    expect(after(1_001, 0.1)).toBe('event-loop');
    expect(after(1_001, 0.91)).toBe('heap');
    expect(after(1_000, 0.9)).toBeUndefined();
  });

  it('finds that the event loop of this process is late while it is blocked again and again, and recovers', async () => {
    using gauge = watchPressure({ eventLoopDelayMs: 100, heapShare: 1 });
    const blockAndFind = () => {
      for (const end = performance.now() + 300; performance.now() < end; );
      return gauge.find();
    };
    await expect.poll(blockAndFind, { timeout: 20_000, interval: 1 }).toBe('event-loop');
    await expect.poll(() => gauge.find(), { timeout: 10_000, interval: 100 }).toBeUndefined();
  }, 30_000);
});
