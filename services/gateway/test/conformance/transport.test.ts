import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  as,
  core,
  coreGroup,
  enterprise,
  expired,
  type Harness,
  message,
  query,
  reader,
  startHarness,
  strict,
} from './harness.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(() => harness[Symbol.asyncDispose]());

const type = (answer: { headers: Headers }) => answer.headers.get('content-type');

describe('A. transport, media types, endpoints', () => {
  it('RFC-R002 accepts and returns application/scim+json in UTF-8', async () => {
    const made = await harness.user({ displayName: 'Zoë Ωmega 山田' });
    expect([made.status, type(made)]).toEqual([201, 'application/scim+json']);
    expect((await harness.call('GET', `/Users/${made.body.id}`)).body.displayName).toBe('Zoë Ωmega 山田');
  });

  it('RFC-R003 accepts application/json as well, and answers in the media type that Accept prefers', async () => {
    const body = { schemas: [core], userName: 'json@example.com' };
    const made = await harness.call('POST', '/Users', body, {
      'content-type': 'application/json',
      accept: 'application/json',
    });
    expect([made.status, type(made)]).toEqual([201, 'application/json']);
    const both = await harness.call('GET', '/Users', undefined, {
      accept: 'application/json;q=0.5, application/scim+json',
    });
    expect(type(both)).toBe('application/scim+json');
  });

  it('RFC-R004 answers in SCIM’s own media type without Accept and for */*, and refuses other types', async () => {
    for (const accept of [undefined, '*/*']) {
      expect(type(await harness.call('GET', '/Users?count=1', undefined, { accept }))).toBe('application/scim+json');
    }
    expect((await harness.call('GET', '/Users', undefined, { ...as(strict), accept: 'text/html' })).status).toBe(406);
    const form = await harness.call('POST', '/Users', 'a=b', { 'content-type': 'application/x-www-form-urlencoded' });
    expect([form.status, form.body.schemas]).toEqual([415, [message('Error')]]);
  });

  it('RFC-R005 ignores unknown attributes and schemas', async () => {
    const made = await harness.user({
      schemas: [core, 'urn:example:other'],
      favouriteColour: 'red',
      'urn:example:other': { x: 1 },
    });
    expect(made.status).toBe(201);
    expect(made.body).not.toHaveProperty('favouriteColour');
    expect(made.body.schemas).toEqual([core]);
  });

  it('RFC-R006 supports every method of a resource’s endpoint', async () => {
    const { body } = await harness.user();
    const path = `/Users/${body.id}`;
    const statuses = [
      await harness.call('GET', path),
      await harness.call('PUT', path, { schemas: [core], userName: body.userName }),
      await harness.patch(path, [{ op: 'replace', path: 'displayName', value: 'x' }]),
      await harness.call('DELETE', path),
    ].map(({ status }) => status);
    expect(statuses).toEqual([200, 200, 200, 204]);
  });

  it('RFC-R007 has the protocol version in its base URL', () => {
    expect(new URL(harness.baseUrl).pathname).toBe('/scim/v2');
  });

  it('RFC-R008 SEC-R16 answers a missing or wrong credential with 401, a SCIM error and a challenge', async () => {
    for (const headers of [
      { authorization: undefined },
      as('x'),
      as('y'.repeat(4000)),
      { authorization: 'Basic eDp5' },
    ]) {
      const refused = await harness.call('GET', '/Users', undefined, headers);
      expect(refused.body).toMatchObject({ schemas: [message('Error')], status: '401', detail: expect.any(String) });
      expect(refused.headers.get('www-authenticate')).toContain('Bearer');
    }
  });

  it('RFC-R009 answers an unsupported method with 405 and Allow, an unknown path with 404, both as SCIM errors', async () => {
    for (const path of ['/Schemas', '/ResourceTypes', '/ServiceProviderConfig']) {
      for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
        const refused = await harness.call(method, path, {});
        expect([refused.status, refused.body.status]).toEqual([405, '405']);
        expect(refused.headers.get('allow')).toContain('GET');
      }
    }
    expect((await harness.call('GET', '/nope')).body).toMatchObject({ schemas: [message('Error')], status: '404' });
  });

  it('RFC-R010 answers a write without the scope write with 403, not 401', async () => {
    expect((await harness.call('GET', '/Users', undefined, as(reader))).status).toBe(200);
    const refused = await harness.call('POST', '/Users', { schemas: [core], userName: 'r@example.com' }, as(reader));
    expect([refused.status, refused.body.status]).toEqual([403, '403']);
  });

  it('RFC-R011 refuses an expired token', async () => {
    expect((await harness.call('GET', '/Users', undefined, as(expired))).status).toBe(401);
  });

  it('RFC-R012 never redirects', async () => {
    for (const path of ['', '/', '/Users/', '//Users', '/users', '/Users?count=0']) {
      const { status } = await harness.call('GET', path);
      expect(Math.floor(status / 100)).not.toBe(3);
    }
  });
});

describe('B. discovery', () => {
  const get = (path: string, headers = {}) => harness.call('GET', path, undefined, headers);

  it('RFC-R013 returns the service provider configuration without a credential', async () => {
    const shown = await get('/ServiceProviderConfig', { authorization: undefined });
    expect([shown.status, shown.body.schemas]).toEqual([
      200,
      ['urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig'],
    ]);
  });

  it('RFC-R014 RFC-R135 declares every feature, supported or not', async () => {
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

  it('RFC-R015 lists the schemas, and returns each at its own URL', async () => {
    const list = await get('/Schemas');
    expect(list.body).toMatchObject({ schemas: [message('ListResponse')], totalResults: 3 });
    for (const schema of list.body.Resources) expect((await get(`/Schemas/${schema.id}`)).body).toEqual(schema);
    expect(list.body.Resources.map(({ id }: { id: string }) => id).sort()).toEqual(
      [coreGroup, core, enterprise].sort(),
    );
    expect((await get('/Schemas/urn:unknown')).status).toBe(404);
  });

  it('RFC-R016 RFC-R020 lists the resource types, and returns each at its own URL', async () => {
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

  it('RFC-R018 ignores paging, sorting and projection on discovery endpoints', async () => {
    const plain = (await get('/Schemas')).body;
    expect((await get('/Schemas?startIndex=2&count=1&sortBy=id&attributes=id')).body).toEqual(plain);
  });

  it('RFC-R019 describes every attribute with all its characteristics, none of them null', async () => {
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

  it('RFC-R021 gives the type and location of each discovery document in its meta', async () => {
    for (const [path, name] of [
      ['/Schemas', 'Schema'],
      ['/ResourceTypes', 'ResourceType'],
    ] as const) {
      for (const { id, meta } of (await get(path)).body.Resources) {
        expect(meta).toEqual({ resourceType: name, location: `${harness.baseUrl}${path}/${id}` });
      }
    }
    expect((await get('/ServiceProviderConfig')).body.meta).toEqual({
      resourceType: 'ServiceProviderConfig',
      location: `${harness.baseUrl}/ServiceProviderConfig`,
    });
  });

  it('RFC-R022 lists the canonical types of e-mail addresses and phone numbers', async () => {
    const { attributes } = (await get(`/Schemas/${core}`)).body;
    const typeOf = (name: string) =>
      attributes
        .find((attribute: { name: string }) => attribute.name === name)
        .subAttributes.find((sub: { name: string }) => sub.name === 'type');
    expect(typeOf('emails').canonicalValues).toContain('work');
    expect(typeOf('phoneNumbers').canonicalValues).toContain('mobile');
  });
});
