/** Random values that a seed determines. */
export interface Random {
  /** A whole number from 0 to `below` - 1. */
  below(below: number): number;
  /** True in one of `many` draws. */
  oneIn(many: number): boolean;
  /** One of the values. @throws Error when the list is empty. */
  pick<T>(values: readonly T[]): T;
  /** Up to `most` different values, in random order. */
  some<T>(values: readonly T[], most: number): readonly T[];
}

/** Mulberry32: 32 bits of state, enough for programs. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  const below = (limit: number) => next() % limit;
  const pick = <T>(values: readonly T[]): T => {
    const index = below(Math.max(1, values.length));
    if (index >= values.length) throw new Error('there are no values to pick from');
    return values[index] as T;
  };
  return {
    below,
    oneIn: (many) => below(many) === 0,
    pick,
    some: (values, most) => {
      const left = [...values];
      const count = Math.min(left.length, below(most + 1));
      return Array.from({ length: count }).flatMap(() => left.splice(below(left.length), 1));
    },
  };
}
