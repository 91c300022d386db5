import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  as,
  core,
  coreGroup,
  enterprise,
  expired,
  message,
  query,
  reader,
  type Server,
  startServer,
  strict,
} from './server.ts';

let server: Server;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server[Symbol.asyncDispose]());

const type = (answer: { headers: Headers }) => answer.headers.get('content-type');

describe('A. transport, media types, endpoints', () => {
  it('RFC-R002 takes and gives application/scim+json in UTF-8', async () => {
    const made = await server.user({ displayName: 'Zoë Ωmega 山田' });
    expect([made.status, type(made)]).toEqual([201, 'application/scim+json']);
    expect((await server.call('GET', `/Users/${made.body.id}`)).body.displayName).toBe('Zoë Ωmega 山田');
  });

  it('RFC-R003 takes application/json as well, and answers in what Accept prefers', async () => {
    const body = { schemas: [core], userName: 'json@example.com' };
    const made = await server.call('POST', '/Users', body, {
      'content-type': 'application/json',
      accept: 'application/json',
    });
    expect([made.status, type(made)]).toEqual([201, 'application/json']);
    const both = await server.call('GET', '/Users', undefined, {
      accept: 'application/json;q=0.5, application/scim+json',
    });
    expect(type(both)).toBe('application/scim+json');
  });

  it('RFC-R004 answers in SCIM’s own type where no Accept is sent, or any will do', async () => {
    for (const accept of [undefined, '*/*']) {
      expect(type(await server.call('GET', '/Users?count=1', undefined, { accept }))).toBe('application/scim+json');
    }
    expect((await server.call('GET', '/Users', undefined, { ...as(strict), accept: 'text/html' })).status).toBe(406);
    const form = await server.call('POST', '/Users', 'a=b', { 'content-type': 'application/x-www-form-urlencoded' });
    expect([form.status, form.body.schemas]).toEqual([415, [message('Error')]]);
  });

  it('RFC-R005 ignores attributes and schemas that it does not know', async () => {
    const made = await server.user({
      schemas: [core, 'urn:example:other'],
      favouriteColour: 'red',
      'urn:example:other': { x: 1 },
    });
    expect(made.status).toBe(201);
    expect(made.body).not.toHaveProperty('favouriteColour');
    expect(made.body.schemas).toEqual([core]);
  });

  it('RFC-R006 knows every method of the endpoints', async () => {
    const { body } = await server.user();
    const path = `/Users/${body.id}`;
    const statuses = [
      await server.call('GET', path),
      await server.call('PUT', path, { schemas: [core], userName: body.userName }),
      await server.patch(path, [{ op: 'replace', path: 'displayName', value: 'x' }]),
      await server.call('DELETE', path),
    ].map(({ status }) => status);
    expect(statuses).toEqual([200, 200, 200, 204]);
  });

  it('RFC-R007 has the version in its URL', () => {
    expect(new URL(server.baseUrl).pathname).toBe('/scim/v2');
  });

  it('RFC-R008 SEC-R16 answers 401 as a SCIM error with a challenge', async () => {
    for (const headers of [
      { authorization: undefined },
      as('x'),
      as('y'.repeat(4000)),
      { authorization: 'Basic eDp5' },
    ]) {
      const refused = await server.call('GET', '/Users', undefined, headers);
      expect(refused.body).toMatchObject({ schemas: [message('Error')], status: '401', detail: expect.any(String) });
      expect(refused.headers.get('www-authenticate')).toContain('Bearer');
    }
  });

  it('RFC-R009 answers a wrong method with 405 and Allow, an unknown path with 404, both as SCIM errors', async () => {
    for (const path of ['/Schemas', '/ResourceTypes', '/ServiceProviderConfig']) {
      for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
        const refused = await server.call(method, path, {});
        expect([refused.status, refused.body.status]).toEqual([405, '405']);
        expect(refused.headers.get('allow')).toContain('GET');
      }
    }
    expect((await server.call('GET', '/nope')).body).toMatchObject({ schemas: [message('Error')], status: '404' });
  });

  it('RFC-R010 tells who has no credentials from who may not', async () => {
    expect((await server.call('GET', '/Users', undefined, as(reader))).status).toBe(200);
    const refused = await server.call('POST', '/Users', { schemas: [core], userName: 'r@example.com' }, as(reader));
    expect([refused.status, refused.body.status]).toEqual([403, '403']);
  });

  it('RFC-R011 refuses a token whose time is over', async () => {
    expect((await server.call('GET', '/Users', undefined, as(expired))).status).toBe(401);
  });

  it('RFC-R012 never redirects', async () => {
    for (const path of ['', '/', '/Users/', '//Users', '/users', '/Users?count=0']) {
      const { status } = await server.call('GET', path);
      expect(Math.floor(status / 100)).not.toBe(3);
    }
  });
});

describe('B. discovery', () => {
  const get = (path: string, headers = {}) => server.call('GET', path, undefined, headers);

  it('RFC-R013 shows the service provider configuration to anybody', async () => {
    const shown = await get('/ServiceProviderConfig', { authorization: undefined });
    expect([shown.status, shown.body.schemas]).toEqual([
      200,
      ['urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig'],
    ]);
  });

  it('RFC-R014 RFC-R135 declares every feature there is', async () => {
    const supported = { supported: true };
    expect((await get('/ServiceProviderConfig')).body).toMatchObject({
      patch: supported,
      bulk: { ...supported, maxOperations: expect.any(Number), maxPayloadSize: expect.any(Number) },
      filter: { ...supported, maxResults: expect.any(Number) },
      changePassword: { supported: false },
      sort: supported,
      etag: supported,
      pagination: {
        cursor: true,
        index: true,
        defaultPaginationMethod: 'index',
        defaultPageSize: 100,
        maxPageSize: 1000,
        cursorTimeout: 3600,
      },
      authenticationSchemes: [{ type: expect.any(String), name: expect.any(String), description: expect.any(String) }],
    });
  });

  it('RFC-R015 lists the schemas, and shows each', async () => {
    const list = await get('/Schemas');
    expect(list.body).toMatchObject({ schemas: [message('ListResponse')], totalResults: 3 });
    for (const schema of list.body.Resources) expect((await get(`/Schemas/${schema.id}`)).body).toEqual(schema);
    expect(list.body.Resources.map(({ id }: { id: string }) => id).sort()).toEqual(
      [coreGroup, core, enterprise].sort(),
    );
    expect((await get('/Schemas/urn:nobody')).status).toBe(404);
  });

  it('RFC-R016 RFC-R020 lists the resource types, and shows each', async () => {
    const list = await get('/ResourceTypes');
    for (const resourceType of list.body.Resources) {
      expect((await get(`/ResourceTypes/${resourceType.name}`)).body).toEqual(resourceType);
      expect(resourceType).toMatchObject({
        id: expect.any(String),
        name: expect.any(String),
        endpoint: expect.stringMatching(/^\//),
        schema: expect.stringMatching(/^urn:/),
      });
      for (const extension of resourceType.schemaExtensions) {
        expect(extension).toEqual({ schema: expect.stringMatching(/^urn:/), required: expect.any(Boolean) });
      }
    }
    expect((await get('/ResourceTypes/Device')).status).toBe(404);
  });

  it('RFC-R017 refuses a filter on discovery endpoints with 403', async () => {
    for (const path of ['/Schemas', '/ResourceTypes', '/ServiceProviderConfig']) {
      expect((await get(query(path, { filter: 'id pr' }))).status).toBe(403);
    }
  });

  it('RFC-R018 ignores paging, order and projection there', async () => {
    const plain = (await get('/Schemas')).body;
    expect((await get('/Schemas?startIndex=2&count=1&sortBy=id&attributes=id')).body).toEqual(plain);
  });

  it('RFC-R019 describes every attribute with all its characteristics, and without null', async () => {
    const list = await get('/Schemas');
    expect(JSON.stringify(list.body)).not.toContain('null');
    const visit = (attributes: readonly Record<string, unknown>[]) => {
      for (const attribute of attributes) {
        expect(attribute).toMatchObject({
          name: expect.any(String),
          type: expect.any(String),
          multiValued: expect.any(Boolean),
          description: expect.any(String),
          required: expect.any(Boolean),
          caseExact: expect.any(Boolean),
          mutability: expect.any(String),
          returned: expect.any(String),
          uniqueness: expect.any(String),
        });
        if (attribute['type'] === 'reference') expect(attribute['referenceTypes']).toBeInstanceOf(Array);
        if (attribute['type'] === 'complex') visit(attribute['subAttributes'] as Record<string, unknown>[]);
      }
    };
    for (const schema of list.body.Resources) visit(schema.attributes);
  });

  it('RFC-R021 tells type and place of each document', async () => {
    for (const [path, name] of [
      ['/Schemas', 'Schema'],
      ['/ResourceTypes', 'ResourceType'],
    ] as const) {
      for (const { id, meta } of (await get(path)).body.Resources) {
        expect(meta).toEqual({ resourceType: name, location: `${server.baseUrl}${path}/${id}` });
      }
    }
    expect((await get('/ServiceProviderConfig')).body.meta).toEqual({
      resourceType: 'ServiceProviderConfig',
      location: `${server.baseUrl}/ServiceProviderConfig`,
    });
  });

  it('RFC-R022 names the types that an e-mail or telephone number may have', async () => {
    const { attributes } = (await get(`/Schemas/${core}`)).body;
    const typeOf = (name: string) =>
      attributes
        .find((attribute: { name: string }) => attribute.name === name)
        .subAttributes.find((sub: { name: string }) => sub.name === 'type');
    expect(typeOf('emails').canonicalValues).toContain('work');
    expect(typeOf('phoneNumbers').canonicalValues).toContain('mobile');
  });
});
