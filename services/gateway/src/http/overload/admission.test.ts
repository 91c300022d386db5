import { describe, expect, it } from 'vitest';
import { Admission, type Applicant, type Ticket } from './admission.ts';

const create = () => new Admission({ requests: 16, bodyBytes: 100_000 });
const applicant = (more: Partial<Applicant> = {}): Applicant => ({
  credential: 'entra-1',
  urgency: 'normal',
  bodyBytes: 0,
  ...more,
});

/** Lets in whoever may come, and tells who may not. */
function enterMany(admission: Admission, count: number, more: Partial<Applicant> = {}) {
  const outcomes = Array.from({ length: count }, () => admission.enter(applicant(more), false));
  const tickets = outcomes.filter((each): each is Ticket => typeof each === 'object');
  return { tickets, refusals: outcomes.filter((each) => typeof each === 'string') };
}

describe('admission', () => {
  it('leaves an eighth to urgent requests, and an urgent one waits for nobody but others like it', () => {
    const admission = create();
    const [a, b] = [enterMany(admission, 10), enterMany(admission, 10, { credential: 'okta-1' })];
    expect(a.tickets.length + b.tickets.length).toBe(14);
    expect(b.refusals.at(-1)).toBe('in-flight');
    const urgent = enterMany(admission, 5, { urgency: 'urgent' });
    expect([urgent.tickets.length, urgent.refusals]).toEqual([2, ['in-flight', 'in-flight', 'in-flight']]);
  });

  it('leaves a quarter of the rest to other credentials', () => {
    const admission = create();
    const greedy = enterMany(admission, 100);
    expect([greedy.tickets.length, greedy.refusals[0]]).toEqual([10, 'credential']);
    expect(enterMany(admission, 4, { credential: 'okta-1' }).refusals).toEqual([]);
  });

  it('lets in one for each who leaves, however often that is said', () => {
    const admission = create();
    const { tickets } = enterMany(admission, 100);
    tickets[0]?.leave();
    tickets[0]?.leave();
    tickets[0]?.settle(1_000_000);
    expect(enterMany(admission, 5).tickets).toHaveLength(1);
  });

  it('lets small requests in whose body may prove them urgent, and says so', () => {
    const admission = create();
    expect(enterMany(admission, 10, { urgency: 'unknown' }).tickets.every(({ isProvisional }) => isProvisional)).toBe(
      false,
    );
    const extra = enterMany(admission, 10, { urgency: 'unknown' });
    expect(extra.tickets.map(({ isProvisional }) => isProvisional)).toEqual(Array(6).fill(true));
    expect(extra.refusals).toEqual(Array(4).fill('in-flight'));
    const full = create();
    enterMany(full, 10);
    expect(enterMany(full, 1, { urgency: 'unknown', bodyBytes: 70_000 }).refusals).toEqual(['credential']);
  });

  it('under pressure has room for urgent requests only', () => {
    const admission = create();
    expect(admission.enter(applicant(), true)).toBe('pressure');
    expect(admission.enter(applicant({ urgency: 'unknown' }), true)).toMatchObject({ isProvisional: true });
    expect(admission.enter(applicant({ urgency: 'urgent' }), true)).toMatchObject({ isProvisional: false });
  });

  it('bounds the bodies that are held, by what is announced and then by what has come', () => {
    const admission = create();
    const first = enterMany(admission, 3, { bodyBytes: 60_000 });
    expect([first.tickets.length, first.refusals]).toEqual([1, ['bodies', 'bodies']]);
    expect(enterMany(admission, 1).refusals).toEqual([]);
    first.tickets[0]?.settle(1_000);
    const second = enterMany(admission, 2, { bodyBytes: 60_000 });
    expect([second.tickets.length, second.refusals]).toEqual([1, ['bodies']]);
    second.tickets[0]?.leave();
    expect(enterMany(admission, 1, { bodyBytes: 60_000 }).refusals).toEqual([]);
  });

  it('lets one body in that is larger than all may be together', () => {
    expect(enterMany(create(), 2, { bodyBytes: 200_000 }).tickets).toHaveLength(1);
  });
});
