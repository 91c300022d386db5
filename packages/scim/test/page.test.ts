import { describe, expect, it } from 'vitest';
import { parsePageRequest, toListResponse } from '../src/index.ts';

const limits = { default: 100, max: 1000 };

describe('parsePageRequest', () => {
  it.each([
    [{}, 1, 100],
    [{ startIndex: '', count: '' }, 1, 100],
    [{ startIndex: '101', count: '50' }, 101, 50],
    [{ startIndex: 3, count: 0 }, 3, 0],
    [{ startIndex: '0', count: '-1' }, 1, 0],
    [{ startIndex: '-5', count: '5000' }, 1, 1000],
    [{ startIndex: ' 7 ', count: '+8' }, 7, 8],
  ])('reads %j as startIndex %i and count %i', (query, startIndex, count) => {
    expect(parsePageRequest(query, limits)).toEqual({ startIndex, count });
  });

  it('accepts an empty cursor for the first page and requires a positive count', () => {
    expect(parsePageRequest({ cursor: '', startIndex: 'x' }, limits)).toEqual({
      startIndex: 1,
      count: 100,
      cursor: '',
    });
    expect(parsePageRequest({ cursor: 'c', count: '5000' }, limits)).toEqual({
      startIndex: 1,
      count: 1000,
      cursor: 'c',
    });
    for (const count of ['abc', '0', '-1', '1.5']) {
      expect(() => parsePageRequest({ cursor: '', count }, limits)).toThrow(
        expect.objectContaining({ status: 400, scimType: 'invalidCount' }),
      );
    }
  });

  it.each([
    { count: 'abc' },
    { count: '1.5' },
    { startIndex: '1e3' },
    { startIndex: 1.5 },
    { count: Number.NaN },
    { count: '0x10' },
  ])('rejects %j', (query) => {
    expect(() => parsePageRequest(query, limits)).toThrow(
      expect.objectContaining({ status: 400, scimType: 'invalidValue', detail: expect.stringContaining('integer') }),
    );
  });
});

describe('toListResponse', () => {
  it('has itemsPerPage, and Resources also for an empty page', () => {
    expect(toListResponse({ resources: [], totalResults: 0, startIndex: 1 })).toEqual({
      schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
      totalResults: 0,
      startIndex: 1,
      itemsPerPage: 0,
      Resources: [],
    });
    const list = toListResponse({ resources: [{ id: '1' }, { id: '2' }], totalResults: 9, startIndex: 3 });
    expect(list).toMatchObject({ itemsPerPage: 2, totalResults: 9, startIndex: 3 });
  });

  it('has no startIndex when paging by cursor, and nextCursor when there are more pages', () => {
    const list = toListResponse({ resources: [{ id: '1' }], nextCursor: 'next' });
    expect(list).toEqual({
      schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
      itemsPerPage: 1,
      nextCursor: 'next',
      Resources: [{ id: '1' }],
    });
  });
});
