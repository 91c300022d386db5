import { describe, expect, it } from 'vitest';
import { AdaptiveLimit, type Strain } from './adaptive-limit.ts';

const bounds = { minimum: 2, maximum: 32 };

/** Plays calls that fill all places at once and all end alike; returns the places afterwards. */
function round(limit: AdaptiveLimit, strain: Strain): number {
  const { places } = limit;
  const started = Array.from({ length: places }, () => limit.begin(places));
  for (const each of started) limit.end(each, strain);
  return limit.places;
}

describe('AdaptiveLimit', () => {
  it('begins at its maximum and never exceeds it', () => {
    const limit = new AdaptiveLimit(bounds);
    expect([limit.places, round(limit, 'none'), round(limit, 'none')]).toEqual([32, 32, 32]);
  });

  it('halves once per round of calls that meet an overload, down to its minimum', () => {
    const limit = new AdaptiveLimit(bounds);
    expect([1, 2, 3, 4, 5, 6].map(() => round(limit, 'overload'))).toEqual([16, 8, 4, 2, 2, 2]);
  });

  it('ignores a call that began before the last decrease', () => {
    const limit = new AdaptiveLimit(bounds);
    const [early, late] = [limit.begin(32), limit.begin(32)];
    limit.end(early, 'overload');
    limit.end(late, 'overload');
    for (let count = 0; count < 100; count += 1) limit.end(late, 'none');
    expect(limit.places).toBe(16);
  });

  it('grows by about one place per round, from its minimum to its maximum', () => {
    const limit = new AdaptiveLimit(bounds);
    while (round(limit, 'overload') > bounds.minimum);
    const seen = [limit.places];
    while (limit.places < bounds.maximum && seen.length < 1000) seen.push(round(limit, 'none'));
    expect(limit.places).toBe(32);
    expect(seen.every((each, index) => index === 0 || each - (seen[index - 1] ?? 0) <= 1)).toBe(true);
    expect(seen.length / (bounds.maximum - bounds.minimum)).toBeLessThan(1.5);
  });

  it('does not grow while fewer than half of its places are taken', () => {
    const limit = new AdaptiveLimit(bounds);
    round(limit, 'overload');
    for (let count = 0; count < 1000; count += 1) limit.end(limit.begin(7), 'none');
    expect(limit.places).toBe(16);
    for (let count = 0; count < 1000; count += 1) limit.end(limit.begin(16), 'none');
    expect(limit.places).toBe(32);
  });

  it('does not change after calls that show nothing about the load', () => {
    const limit = new AdaptiveLimit(bounds);
    round(limit, 'overload');
    for (let count = 0; count < 100; count += 1) round(limit, 'unknown');
    expect(limit.places).toBe(16);
  });

  it('stays at one place when its maximum is one place', () => {
    const limit = new AdaptiveLimit({ minimum: 2, maximum: 1 });
    expect([round(limit, 'overload'), round(limit, 'none')]).toEqual([1, 1]);
  });
});
