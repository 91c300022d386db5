import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { toOpenApiDocument } from './openapi.ts';
import { operations } from './operations.ts';

it('the committed collate-upstream.openapi.json describes the operations (pnpm openapi writes it)', () => {
  const file = new URL('../../../openapi/collate-upstream.openapi.json', import.meta.url);
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(JSON.parse(JSON.stringify(toOpenApiDocument(operations))));
});

it('toOpenApiDocument describes every operation once', () => {
  const { paths } = toOpenApiDocument(operations);
  const described = Object.values(paths).flatMap((path) => Object.values(path));
  expect(described).toHaveLength(operations.length);
  expect(new Set(operations.map(({ name }) => name)).size).toBe(operations.length);
});

it('no operation replaces a whole user or team: servers erase every member that such a request omits', () => {
  const replacing = operations.filter(({ method, path }) => method === 'PUT' && /^\/v1\/(users|teams)$/.test(path));
  expect(replacing).toEqual([]);
});

it('no POST or PATCH is marked idempotent, and every GET is', () => {
  for (const { method, idempotent } of operations) {
    if (method === 'POST' || method === 'PATCH') expect(idempotent).toBe(false);
    if (method === 'GET') expect(idempotent).toBe(true);
  }
});
