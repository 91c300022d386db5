import { setTimeout as wait } from 'node:timers/promises';

/** Repeats an assertion until it holds. After the time limit, it throws the last failure. */
export async function eventually(assertion: () => Promise<void>, patienceMs = 60_000): Promise<void> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    try {
      return await assertion();
    } catch (error) {
      if (performance.now() > deadline) throw error;
    }
    await wait(250);
  }
}
