import { messageUrn, schemaUrn } from '@scim-gateway/scim';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { authorized, createTestApp, type TestApp } from '../support/gateway-app.ts';

let test: TestApp;
beforeAll(async () => {
  test = await createTestApp();
});
afterAll(() => test.app.close());

const get = (url: string, headers: Record<string, string> = authorized) =>
  test.app.inject({ method: 'GET', url: `/scim/v2${url}`, headers });

describe('the discovery endpoints', () => {
  it('return the service provider configuration without a token, but not with a wrong one', async () => {
    const answer = await get('/ServiceProviderConfig', {});
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toMatchObject({
      schemas: [schemaUrn.serviceProviderConfig],
      patch: { supported: true },
      bulk: { supported: true, maxOperations: 1000, maxPayloadSize: 16_777_216 },
      filter: { supported: true, maxResults: 1000 },
      changePassword: { supported: false },
      sort: { supported: true },
      etag: { supported: true },
      pagination: { cursor: true, index: true, defaultPaginationMethod: 'index', cursorTimeout: 3600 },
      authenticationSchemes: [{ type: 'oauthbearertoken' }],
      meta: { location: 'https://scim.example.com/scim/v2/ServiceProviderConfig' },
    });
    expect((await get('/ServiceProviderConfig', { authorization: 'Bearer wrong' })).statusCode).toBe(401);
  });

  it('list all resource types and schemas, ignoring paging, sorting and projection', async () => {
    for (const [url, total] of [
      ['/ResourceTypes', 2],
      ['/Schemas', 3],
    ] as const) {
      const list = (await get(`${url}?startIndex=2&count=1&sortBy=id&attributes=id`)).json();
      expect(list).toMatchObject({ schemas: [messageUrn.listResponse], totalResults: total });
      for (const resource of list.Resources) {
        const path = new URL(resource.meta.location).pathname.replace('/scim/v2', '');
        expect((await get(path)).json()).toEqual(resource);
      }
    }
  });

  it('return a schema by its URN in any letter case, and 404 for an unknown name', async () => {
    expect((await get(`/Schemas/${schemaUrn.user.toUpperCase()}`)).json().id).toBe(schemaUrn.user);
    expect((await get('/Schemas/urn:unknown')).statusCode).toBe(404);
    expect((await get('/ResourceTypes/Device')).statusCode).toBe(404);
  });

  it.each(['/Schemas', '/ResourceTypes', '/ServiceProviderConfig', `/Schemas/${schemaUrn.user}`])(
    'answer a filter on %s with 403',
    async (url) => {
      expect((await get(`${url}?filter=id+pr`)).json()).toMatchObject({ schemas: [messageUrn.error], status: '403' });
    },
  );
});
