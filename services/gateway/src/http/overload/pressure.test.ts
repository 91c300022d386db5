import { expect, it } from 'vitest';
import { watchPressure } from './pressure.ts';

it('is found when the loop is late or the heap nearly full, and passes with its cause', () => {
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

it('of this process is measured: a loop that is late all the time is found, and recovers', async () => {
  using gauge = watchPressure({ eventLoopDelayMs: 100, heapShare: 1 });
  const standStill = () => {
    const end = performance.now() + 300;
    while (performance.now() < end);
    return gauge.find();
  };
  await expect.poll(standStill, { timeout: 20_000, interval: 1 }).toBe('event-loop');
  await expect.poll(() => gauge.find(), { timeout: 10_000, interval: 100 }).toBeUndefined();
}, 30_000);
