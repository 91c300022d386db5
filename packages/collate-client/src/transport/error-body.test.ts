import { describe, expect, it } from 'vitest';
import { readViolations } from './error-body.ts';

describe('readViolations', () => {
  it.each([
    ['[name must match "^(?U)[\\w\\-.]+$"]', ['name']],
    ['[email size must be between 6 and 127, email must match "^\\S+@\\S+$"]', ['email']],
    ['[query param email must not be null, query param name must not be null]', ['name', 'email']],
    ['[query param limit must be less than or equal to 1000000]', []],
    ['Failed to store {"email must": "ada@example.com"}', []],
    ['[ada@example.com, displayName]', []],
  ])('finds in %s the fields %j', (message, fields) => {
    expect(readViolations(message)).toEqual(fields);
  });
});
