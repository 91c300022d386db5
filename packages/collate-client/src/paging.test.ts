import { describe, expect, it } from 'vitest';
import { rejection } from '../test/support/scripted-transport.ts';
import { followCursors, toPage } from './paging.ts';

/** A list whose pages name the next one. */
function listOf(next: Readonly<Record<string, string | undefined>>) {
  const fetched: (string | undefined)[] = [];
  const pages = (begin?: string) =>
    followCursors('test.list', begin, async (after) => {
      fetched.push(after);
      const following = next[after ?? 'first'];
      return { items: [after ?? 'first'], total: 3, ...(following === undefined ? {} : { after: following }) };
    });
  return { fetched, pages };
}

async function collect<T>(pages: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const page of pages) all.push(page);
  return all;
}

describe('followCursors', () => {
  it('fetches one page after the other until there is no cursor', async () => {
    const { pages, fetched } = listOf({ first: 'a', a: 'b' });
    expect((await collect(pages())).flatMap(({ items }) => items)).toEqual(['first', 'a', 'b']);
    expect(fetched).toEqual([undefined, 'a', 'b']);
  });

  it('fetches a page only on demand', async () => {
    const { pages, fetched } = listOf({ first: 'a', a: 'b' });
    for await (const _page of pages()) break;
    expect(fetched).toEqual([undefined]);
  });

  it('begins after a given cursor', async () => {
    const { pages, fetched } = listOf({ first: 'a', a: 'b' });
    await collect(pages('a'));
    expect(fetched).toEqual(['a', 'b']);
  });

  it.each([
    ['at once', { first: 'a', a: 'a' }],
    ['after another page', { first: 'a', a: 'b', b: 'a' }],
  ])('fails as malformed when a cursor is repeated %s', async (_name, next) => {
    const error = await rejection(collect(listOf(next).pages()));
    expect([error.kind, error.operation]).toEqual(['malformed', 'test.list']);
  });
});

it('toPage treats an empty, null or absent cursor as the end of the list', () => {
  const answer = { data: [1, 2], paging: { total: 2 } };
  expect(toPage(answer, (item) => item * 10)).toEqual({ items: [10, 20], total: 2 });
  expect(toPage({ ...answer, paging: { total: 2, after: '' } }, (item) => item)).not.toHaveProperty('after');
  expect(toPage({ ...answer, paging: { total: 2, after: null } }, (item) => item)).not.toHaveProperty('after');
  expect(toPage({ ...answer, paging: { total: 2, after: 'x' } }, (item) => item).after).toBe('x');
});
