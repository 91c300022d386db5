import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { toOpenApiDocument } from './openapi.ts';
import { operations } from './operations.ts';

test('the committed description of what we rely on is that of the operations (pnpm openapi writes it)', () => {
  const file = new URL('../../../openapi/collate-upstream.openapi.json', import.meta.url);
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(JSON.parse(JSON.stringify(toOpenApiDocument(operations))));
});

test('every operation is described once', () => {
  const { paths } = toOpenApiDocument(operations);
  const described = Object.values(paths).flatMap((path) => Object.values(path));
  expect(described).toHaveLength(operations.length);
  expect(new Set(operations.map(({ name }) => name)).size).toBe(operations.length);
});

test('nothing replaces a whole user or team: servers erase what such a request does not mention', () => {
  const replacing = operations.filter(({ method, path }) => method === 'PUT' && /^\/v1\/(users|teams)$/.test(path));
  expect(replacing).toEqual([]);
});

test('what creates or patches is never repeated, what reads always may be', () => {
  for (const { method, idempotent } of operations) {
    if (method === 'POST' || method === 'PATCH') expect(idempotent).toBe(false);
    if (method === 'GET') expect(idempotent).toBe(true);
  }
});
