import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { createFixture } from './support/fixture.ts';

const fixture = createFixture();
beforeEach(() => fixture.reset());
afterAll(() => fixture[Symbol.dispose]());

describe('the check of commit messages', () => {
  it.each(['fix(scim): remove only the members that a value lists', 'feat(cache,gateway)!: share locks', 'docs: link'])(
    'accepts "%s"',
    (subject) => {
      fixture.commit(subject);
      expect(fixture.run('check-commits.mjs', 'HEAD~1..HEAD')).toEqual({ status: 0, output: '' });
    },
  );

  it.each([
    ['Fix the members', 'is not of the form'],
    ['fixed(scim): remove members', 'is not of the form'],
    ['fix(scim):remove members', 'is not of the form'],
    ['fix(scim): remove members.', 'ends with a full stop'],
    [`fix(scim): ${'a'.repeat(62)}`, 'has 73 characters, at most 72'],
  ])('refuses "%s"', (subject, problem) => {
    fixture.commit(subject);
    const { status, output } = fixture.run('check-commits.mjs', 'HEAD~1..HEAD');
    expect([status, output]).toEqual([1, expect.stringContaining(problem)]);
  });

  it('refuses a commit without a body', () => {
    fixture.git('commit', '--quiet', '--allow-empty', '--message', 'fix(scim): remove members');
    expect(fixture.run('check-commits.mjs', 'HEAD~1..HEAD').output).toContain('the body is missing');
  });

  it('skips a clone that lacks the recorded base, with a message', () => {
    fixture.commit('no form at all');
    const { status, output } = fixture.run('check-commits.mjs');
    expect([status, output]).toEqual([0, expect.stringContaining('Skipped')]);
  });
});
