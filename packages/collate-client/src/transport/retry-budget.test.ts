import { expect, test } from 'vitest';
import { RetryBudget } from './retry-budget.ts';

/** How many of so many calls could be repeated twice each, as a server that is down has it. */
function repetitions(budget: RetryBudget, calls: number): number {
  let count = 0;
  for (let call = 0; call < calls; call += 1) {
    budget.deposit();
    for (let attempt = 2; attempt <= 3; attempt += 1) if (budget.tryWithdraw()) count += 1;
  }
  return count;
}

test('a few calls that fail are all repeated', () => {
  expect(repetitions(new RetryBudget(), 10)).toBe(20);
});

test('when all calls fail for long, one in five is repeated', () => {
  const budget = new RetryBudget();
  repetitions(budget, 100);
  expect(repetitions(budget, 1000) / 1000).toBeCloseTo(0.2, 1);
});

test('calls that go well fill the budget again, and never beyond what it holds', () => {
  const budget = new RetryBudget();
  repetitions(budget, 100);
  for (let call = 0; call < 10_000; call += 1) budget.deposit();
  let left = 0;
  while (budget.tryWithdraw()) left += 1;
  expect(left).toBe(20);
});
