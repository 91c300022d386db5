import { describe, expect, it } from 'vitest';
import { matchesVersion } from '../src/index.ts';

describe('matchesVersion', () => {
  it.each(['W/"a1"', '"a1"', 'a1', ' W/"x", W/"a1" ', '*', '"b", *'])(
    'is true for the header %s and the version W/"a1"',
    (header) => {
      expect(matchesVersion(header, 'W/"a1"')).toBe(true);
    },
  );

  it.each(['W/"a2"', '', '"', 'W/', '"a1', 'A1', 'W/"a1"x'])(
    'is false for the header %s and the version W/"a1"',
    (header) => {
      expect(matchesVersion(header, 'W/"a1"')).toBe(false);
    },
  );
});
