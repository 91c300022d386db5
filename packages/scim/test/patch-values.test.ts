import { describe, expect, it } from 'vitest';
import type { JsonValue, Resource } from '../src/index.ts';
import { ada, groupOf, patchGroup, patchUser, strict, tolerant, watchful } from './support/examples.ts';

const refused = (scimType: string, detail = '') =>
  expect.objectContaining({ status: 400, scimType, detail: expect.stringContaining(detail) });

function emailsAfter(operations: readonly JsonValue[], tolerance = tolerant, before = ada) {
  return patchUser(operations, tolerance, before)['emails'];
}

const [work, home] = ada['emails'] as readonly [Resource, Resource];

describe('PATCH of a multi-valued attribute', () => {
  it('adds values, and updates a value with the same key', () => {
    expect(emailsAfter([{ op: 'add', path: 'emails', value: { value: 'x' } }])).toEqual([work, home, { value: 'x' }]);
    expect(emailsAfter([{ op: 'add', path: 'emails', value: { ...home, display: 'At home' } }])).toEqual([
      work,
      { ...home, display: 'At home' },
    ]);
    expect(patchUser([{ op: 'add', path: 'roles', value: [{ value: 'x' }] }])['roles']).toEqual([{ value: 'x' }]);
  });

  it('makes other values not primary when a new value is primary', () => {
    const value = { value: 'x', primary: true };
    expect(emailsAfter([{ op: 'add', path: 'emails', value }])).toEqual([{ ...work, primary: false }, home, value]);
    expect(emailsAfter([{ op: 'replace', path: 'emails[type eq "home"].primary', value: true }])).toEqual([
      { ...work, primary: false },
      { ...home, primary: true },
    ]);
    expect(emailsAfter([{ op: 'add', path: 'emails[type eq "home"]', value: { primary: true } }])).toEqual([
      { ...work, primary: false },
      { ...home, primary: true },
    ]);
    expect(emailsAfter([{ op: 'replace', path: 'emails[type eq "work"].value', value: 'x' }])).toEqual([
      { ...work, value: 'x' },
      home,
    ]);
  });

  it('rejects more than one primary value', () => {
    expect(() => patchUser([{ op: 'replace', path: 'emails.primary', value: true }])).toThrow(
      refused('invalidValue', 'emails has 2 primary values'),
    );
  });

  it('removes values by value, by value and type, or as a whole', () => {
    const remove = (value: JsonValue) => emailsAfter([{ op: 'remove', path: 'emails', value }]);
    expect(remove([{ value: 'ADA@example.com' }])).toEqual([home]);
    expect(remove([{ value: 'ada@example.com', type: 'home' }])).toEqual([work, home]);
    expect(remove([{ value: 'ada@example.com', type: 'work' }])).toEqual([home]);
    expect(
      patchUser([{ op: 'remove', path: 'addresses', value: [{ country: 'GB', type: 'work' }] }]),
    ).not.toHaveProperty('addresses');
    expect(patchUser([{ op: 'remove', path: 'emails' }])).not.toHaveProperty('emails');
  });

  it('changes the values that a filter selects', () => {
    expect(emailsAfter([{ op: 'remove', path: 'emails[type eq "work"]' }])).toEqual([home]);
    expect(emailsAfter([{ op: 'replace', path: 'emails[type eq "home"]', value: { value: 'x' } }])).toEqual([
      work,
      { value: 'x' },
    ]);
    expect(emailsAfter([{ op: 'remove', path: 'emails[type eq "work"].primary' }])).toEqual([
      { value: 'ada@example.com', type: 'work' },
      home,
    ]);
    expect(emailsAfter([{ op: 'remove', path: 'emails.value' }])).toBeUndefined();
    const shown = { ...ada, emails: [work, { ...home, display: 'Home' }] };
    expect(emailsAfter([{ op: 'replace', path: 'emails[type eq "home"].value', value: '' }], tolerant, shown)).toEqual([
      work,
    ]);
  });

  it('merges values that become equal', () => {
    const operations = [
      { op: 'replace', path: 'emails[type eq "home"].type', value: 'work' },
      { op: 'replace', path: 'emails[primary ne true].value', value: 'ada@example.com' },
    ];
    expect(emailsAfter(operations)).toEqual([work]);
  });

  it('removes a value without content at the end of the request', () => {
    const remove = { op: 'remove', path: 'addresses[type eq "work"].country' };
    expect(patchUser([remove])).not.toHaveProperty('addresses');
    const operations = [remove, { op: 'add', path: 'addresses[type eq "work"].region', value: 'London' }];
    expect(patchUser(operations)['addresses']).toEqual([{ type: 'work', region: 'London' }]);
    const two = { ...ada, addresses: [{ type: 'work', country: 'GB' }, { country: 'FR' }] };
    expect(patchUser([remove], tolerant, two)['addresses']).toEqual([{ country: 'FR' }]);
  });

  it('replaces values of a wrong shape', () => {
    const path = 'phoneNumbers.value';
    expect(patchUser([{ op: 'replace', path, value: '1' }], strict)['phoneNumbers']).toEqual([{ value: '1' }]);
  });
});

describe('PATCH with a filter that matches no value', () => {
  const path = 'phoneNumbers[type eq "mobile" and primary eq "True"].value';

  it('entra.valuepath-upsert: creates the value that the filter describes', () => {
    const tolerance = watchful();
    expect(patchUser([{ op: 'Replace', path, value: '1' }], tolerance)['phoneNumbers']).toEqual([
      { type: 'mobile', primary: true, value: '1' },
    ]);
    expect(tolerance.quirks).toContain('entra.valuepath-upsert');
    const whole = { op: 'add', path: 'phoneNumbers[type eq "fax"]', value: { value: '2' } };
    expect(patchUser([whole], tolerant)['phoneNumbers']).toEqual([{ type: 'fax', value: '2' }]);
    expect(patchUser([{ op: 'add', path, value: '' }], tolerant)).toBe(ada);
  });

  it('throws noTarget for a strict client, except for members', () => {
    const strictly = (operation: JsonValue) => () => patchUser([operation], strict);
    expect(strictly({ op: 'replace', path: 'roles[type eq "x"].value', value: '1' })).toThrow(refused('noTarget'));
    expect(strictly({ op: 'add', path: 'roles[type eq "x"]', value: { value: '1' } })).toThrow(refused('noTarget'));
    expect(strictly({ op: 'remove', path: 'roles[type eq "x"]' })).toThrow(refused('noTarget'));
    const group = groupOf('a');
    expect(patchGroup([{ op: 'remove', path: 'members[value eq "b"]' }], group, strict)).toBe(group);
    expect(patchGroup([{ op: 'remove', path: 'members[display eq "b"]' }], group, strict)).toBe(group);
  });

  it.each(['type ne "x"', 'type eq "a" or type eq "b"', 'not (type eq "a")', 'type sw "a" and display eq "b"'])(
    'makes nothing of [%s]',
    (filter) => {
      const before = { ...ada, roles: [] };
      const operation = { op: 'replace', path: `roles[${filter}].value`, value: '1' };
      const isDescribed = filter === 'type ne "x"' || filter === 'not (type eq "a")';
      if (isDescribed) expect(patchUser([operation], tolerant, before)['roles']).toEqual([{ value: '1' }]);
      else
        expect(() => patchUser([operation], tolerant, before)).toThrow(
          refused('noTarget', 'a new one cannot be derived from it'),
        );
    },
  );

  it('does not create a value that does not fit the attribute', () => {
    expect(() => patchUser([{ op: 'add', path: 'roles[type eq true].value', value: '1' }])).toThrow(
      refused('invalidValue', 'roles.type must be a string'),
    );
  });
});
