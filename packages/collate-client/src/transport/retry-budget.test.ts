import { describe, expect, it } from 'vitest';
import { RetryBudget } from './retry-budget.ts';

/** Plays calls that fail, each with two retries; returns how many retries the budget grants. */
function retriesOf(budget: RetryBudget, calls: number): number {
  let count = 0;
  for (let call = 0; call < calls; call += 1) {
    budget.deposit();
    for (let attempt = 2; attempt <= 3; attempt += 1) if (budget.tryWithdraw()) count += 1;
  }
  return count;
}

describe('RetryBudget', () => {
  it('grants all retries of a few failing calls', () => {
    expect(retriesOf(new RetryBudget(), 10)).toBe(20);
  });

  it('grants one retry per five calls when all calls keep failing', () => {
    const budget = new RetryBudget();
    retriesOf(budget, 100);
    expect(retriesOf(budget, 1000) / 1000).toBeCloseTo(0.2, 1);
  });

  it('is refilled by successful calls, up to its capacity', () => {
    const budget = new RetryBudget();
    retriesOf(budget, 100);
    for (let call = 0; call < 10_000; call += 1) budget.deposit();
    let left = 0;
    while (budget.tryWithdraw()) left += 1;
    expect(left).toBe(20);
  });
});
