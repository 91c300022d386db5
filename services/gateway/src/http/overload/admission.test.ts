import { describe, expect, it } from 'vitest';
import { Admission, type Applicant, type Ticket } from './admission.ts';

const create = () => new Admission({ requests: 16, bodyBytes: 100_000 });
const applicant = (more: Partial<Applicant> = {}): Applicant => ({
  credential: 'entra-1',
  urgency: 'normal',
  bodyBytes: 0,
  pressure: undefined,
  ...more,
});

/** Lets `count` equal requests apply, and sorts the outcomes. */
function applyMany(admission: Admission, count: number, more: Partial<Applicant> = {}) {
  const outcomes = Array.from({ length: count }, () => admission.enter(applicant(more)));
  const tickets = outcomes.filter((each): each is Ticket => typeof each === 'object');
  return { tickets, refusals: outcomes.filter((each) => typeof each === 'string') };
}

describe('Admission', () => {
  it('keeps an eighth of the places for urgent requests, which are refused only when all places are taken', () => {
    const admission = create();
    const [a, b] = [applyMany(admission, 10), applyMany(admission, 10, { credential: 'okta-1' })];
    expect(a.tickets.length + b.tickets.length).toBe(14);
    expect(b.refusals.at(-1)).toBe('in-flight');
    const urgent = applyMany(admission, 5, { urgency: 'urgent' });
    expect([urgent.tickets.length, urgent.refusals]).toEqual([2, ['in-flight', 'in-flight', 'in-flight']]);
  });

  it('keeps a quarter of the other places from a credential that fills the rest', () => {
    const admission = create();
    const greedy = applyMany(admission, 100);
    expect([greedy.tickets.length, greedy.refusals[0]]).toEqual([10, 'credential']);
    expect(applyMany(admission, 4, { credential: 'okta-1' }).refusals).toEqual([]);
  });

  it('frees one place for a ticket that is released twice and settled afterwards', () => {
    const admission = create();
    const { tickets } = applyMany(admission, 100);
    tickets[0]?.release();
    tickets[0]?.release();
    tickets[0]?.settle(1_000_000);
    expect(applyMany(admission, 5).tickets).toHaveLength(1);
  });

  it('admits a small request provisionally when its body may prove it urgent and the other places are taken', () => {
    const admission = create();
    const first = applyMany(admission, 10, { urgency: 'unknown' });
    expect(first.tickets.every(({ isProvisional }) => isProvisional)).toBe(false);
    const extra = applyMany(admission, 10, { urgency: 'unknown' });
    expect(extra.tickets.map(({ isProvisional }) => isProvisional)).toEqual(Array(6).fill(true));
    expect(extra.refusals).toEqual(Array(4).fill('in-flight'));
  });

  it('refuses a large request that might be urgent when the other places are taken', () => {
    const admission = create();
    applyMany(admission, 10);
    expect(applyMany(admission, 1, { urgency: 'unknown', bodyBytes: 70_000 }).refusals).toEqual(['credential']);
  });

  it('admits only urgent requests under pressure, and provisionally those that may prove urgent', () => {
    const admission = create();
    expect(admission.enter(applicant({ pressure: 'heap' }))).toBe('heap');
    expect(admission.enter(applicant({ pressure: 'heap', urgency: 'unknown' }))).toMatchObject({ isProvisional: true });
    expect(admission.enter(applicant({ pressure: 'heap', urgency: 'urgent' }))).toMatchObject({ isProvisional: false });
  });

  it('bounds the sum of the bodies, by announced size until a body has arrived and by actual size afterwards', () => {
    const admission = create();
    const first = applyMany(admission, 3, { bodyBytes: 60_000 });
    expect([first.tickets.length, first.refusals]).toEqual([1, ['bodies', 'bodies']]);
    expect(applyMany(admission, 1).refusals).toEqual([]);
    first.tickets[0]?.settle(1_000);
    const second = applyMany(admission, 2, { bodyBytes: 60_000 });
    expect([second.tickets.length, second.refusals]).toEqual([1, ['bodies']]);
    second.tickets[0]?.release();
    expect(applyMany(admission, 1, { bodyBytes: 60_000 }).refusals).toEqual([]);
  });

  it('admits one body that is larger than the bound on their sum', () => {
    expect(applyMany(create(), 2, { bodyBytes: 200_000 }).tickets).toHaveLength(1);
  });
});
