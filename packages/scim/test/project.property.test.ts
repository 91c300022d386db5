import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  parseProjection,
  parseResource,
  projectResource,
  type Resource,
  schemaUrn,
  userResourceType,
} from '../src/index.ts';
import { tolerant } from './support/examples.ts';

const names = [
  ...[
    'id',
    'schemas',
    'userName',
    'displayName',
    'name',
    'name.givenName',
    'emails',
    'emails.value',
    'password',
    'title',
  ],
  ...[
    'meta',
    schemaUrn.enterpriseUser,
    `${schemaUrn.enterpriseUser}:department`,
    `${schemaUrn.user}:title`,
    'shoeSize',
    'TITLE',
  ],
];
const list = fc.array(fc.constantFrom(...names), { minLength: 1, maxLength: 5 }).map((chosen) => chosen.join(','));
const user: Resource = {
  ...parseResource(
    {
      schemas: [schemaUrn.user, schemaUrn.enterpriseUser],
      userName: 'ada@example.com',
      displayName: 'Ada',
      title: 'Steward',
      name: { givenName: 'Ada', familyName: 'Lovelace' },
      emails: [{ value: 'ada@example.com', type: 'work' }],
      [schemaUrn.enterpriseUser]: { department: 'D', employeeNumber: '7' },
    },
    userResourceType,
    tolerant,
  ),
  id: '1',
  password: 'secret',
  meta: { resourceType: 'User' },
};
const show = (query: Parameters<typeof parseProjection>[0]) =>
  projectResource(user, userResourceType, parseProjection(query, userResourceType));

describe('any projection', () => {
  it('returns id and schemas always and a password never', () => {
    fc.assert(
      fc.property(list, fc.boolean(), (chosen, excludes) => {
        const shown = show(excludes ? { excludedAttributes: chosen } : { attributes: chosen });
        expect(shown).toMatchObject({ id: '1', schemas: expect.any(Array) });
        expect(JSON.stringify(shown)).not.toContain('secret');
      }),
    );
  });

  it('returns a part of the default, and the same part when applied twice', () => {
    const whole = show({});
    fc.assert(
      fc.property(list, fc.boolean(), (chosen, excludes) => {
        const query = excludes ? { excludedAttributes: chosen } : { attributes: chosen };
        const shown = show(query);
        for (const name of Object.keys(shown)) expect(whole).toHaveProperty([name]);
        expect(projectResource(shown, userResourceType, parseProjection(query, userResourceType))).toEqual(shown);
      }),
    );
  });

  it('splits a resource: requested and excluded attributes together are all of it', () => {
    fc.assert(
      fc.property(list, (chosen) => {
        const [asked, rest] = [show({ attributes: chosen }), show({ excludedAttributes: chosen })];
        for (const name of Object.keys(show({}))) expect(name in asked || name in rest).toBe(true);
      }),
    );
  });
});
