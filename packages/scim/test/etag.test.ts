import { describe, expect, it } from 'vitest';
import { matchesVersion } from '../src/index.ts';

describe('a precondition', () => {
  it.each(['W/"a1"', '"a1"', 'a1', ' W/"x", W/"a1" ', '*', '"b", *'])('%s names the version', (header) => {
    expect(matchesVersion(header, 'W/"a1"')).toBe(true);
  });

  it.each(['W/"a2"', '', '"', 'W/', '"a1', 'A1', 'W/"a1"x'])('%s does not', (header) => {
    expect(matchesVersion(header, 'W/"a1"')).toBe(false);
  });
});
