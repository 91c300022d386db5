import { describe, expect, test } from 'vitest';
import { AdaptiveLimit, type Strain } from './adaptive-limit.ts';

const bounds = { minimum: 2, maximum: 32 };

/** Calls that fill all places, run at one time and all end alike. */
function round(limit: AdaptiveLimit, strain: Strain): number {
  const { places } = limit;
  const started = Array.from({ length: places }, () => limit.begin(places));
  for (const each of started) limit.end(each, strain);
  return limit.places;
}

describe('a limit that follows the server’s health', () => {
  test('begins with all there may be, and never lets more', () => {
    const limit = new AdaptiveLimit(bounds);
    expect([limit.places, round(limit, 'none'), round(limit, 'none')]).toEqual([32, 32, 32]);
  });

  test('halves for each round of calls that meets an overload, and never below its minimum', () => {
    const limit = new AdaptiveLimit(bounds);
    expect([1, 2, 3, 4, 5, 6].map(() => round(limit, 'overload'))).toEqual([16, 8, 4, 2, 2, 2]);
  });

  test('counts a call that began before the last decrease neither for nor against', () => {
    const limit = new AdaptiveLimit(bounds);
    const [early, late] = [limit.begin(32), limit.begin(32)];
    limit.end(early, 'overload');
    limit.end(late, 'overload');
    for (let count = 0; count < 100; count += 1) limit.end(late, 'none');
    expect(limit.places).toBe(16);
  });

  test('recovers by about one place per round, from its minimum to its maximum', () => {
    const limit = new AdaptiveLimit(bounds);
    while (round(limit, 'overload') > bounds.minimum);
    const seen = [limit.places];
    while (limit.places < bounds.maximum && seen.length < 1000) seen.push(round(limit, 'none'));
    expect(limit.places).toBe(32);
    expect(seen.every((each, index) => index === 0 || each - (seen[index - 1] ?? 0) <= 1)).toBe(true);
    expect(seen.length / (bounds.maximum - bounds.minimum)).toBeLessThan(1.5);
  });

  test('does not grow while fewer than half of its places are used', () => {
    const limit = new AdaptiveLimit(bounds);
    round(limit, 'overload');
    for (let count = 0; count < 1000; count += 1) limit.end(limit.begin(7), 'none');
    expect(limit.places).toBe(16);
    for (let count = 0; count < 1000; count += 1) limit.end(limit.begin(16), 'none');
    expect(limit.places).toBe(32);
  });

  test('learns nothing from calls that say nothing', () => {
    const limit = new AdaptiveLimit(bounds);
    round(limit, 'overload');
    for (let count = 0; count < 100; count += 1) round(limit, 'unknown');
    expect(limit.places).toBe(16);
  });

  test('of one place stays one place', () => {
    const limit = new AdaptiveLimit({ minimum: 2, maximum: 1 });
    expect([round(limit, 'overload'), round(limit, 'none')]).toEqual([1, 1]);
  });
});
