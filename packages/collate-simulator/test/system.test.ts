import { describe, expect, it } from 'vitest';
import { bearer } from './bots.ts';
import { startClient } from './client.ts';

const later = ['1.12', '2.0'] as const;

describe.each(later)('the system of server generation %s', (generation) => {
  it('has a health, a status, personas and alerts, but no search (00#22-31)', async () => {
    await using client = await startClient({ generation });
    const health = await client.call('GET', 'system/health');
    expect([health.status, health.text]).toEqual([200, 'OK']);
    expect((await client.call('GET', 'system/status')).json).toMatchObject({
      database: { passed: true },
      searchInstance: { passed: false },
    });
    expect((await client.call('GET', 'personas')).json).toEqual({ data: [], paging: { total: 0 } });
    expect((await client.call('GET', 'events/subscriptions')).json['data']).toHaveLength(2);
    const search = await client.call('GET', 'search/query?q=*');
    expect([search.status, search.json['message']]).toEqual([500, expect.stringContaining('Connection refused')]);
    const check = await client.call('GET', '/healthcheck');
    expect([check.status, check.json['message']]).toEqual([500, 'java.lang.ExceptionInInitializerError']);
  });

  it('has no check for an e-mail address in use: 405 (01#74)', async () => {
    await using client = await startClient({ generation });
    const refused = await client.call('POST', 'users/checkEmailInUse', { email: 'ada@example.com' });
    expect([refused.status, refused.headers.get('allow')?.split(',').sort()]).toEqual([
      405,
      ['DELETE', 'GET', 'OPTIONS', 'PATCH'],
    ]);
  });

  it('adds no challenge to the refusal of an unknown path or of another account’s sign-up (00#30, 13#13)', async () => {
    await using client = await startClient({ generation });
    const missing = await client.call('GET', 'nonexistent');
    expect([missing.status, missing.headers.get('www-authenticate')]).toEqual([404, null]);
    const stranger = bearer(client.simulator.mintToken('nobody.at.all'));
    const body = { name: 'someone', email: 'someone@example.com' };
    const refused = await client.call('POST', 'users', body, stranger);
    expect([refused.status, refused.json['message'], refused.headers.get('www-authenticate')]).toEqual([
      403,
      'Self Signup can only create user for self. Only Admin can create other users.',
      null,
    ]);
  });
});

describe('the system of server generation 1.1', () => {
  it('has alerts, but neither health nor status, and fails to search (00#19-28)', async () => {
    await using client = await startClient({ generation: '1.1' });
    expect((await client.call('GET', 'events/subscriptions')).json['data']).toHaveLength(2);
    const search = await client.call('GET', 'search/query?q=*');
    expect(search.json['responseMessage']).toContain('[Connection refused]');
    expect((await client.call('GET', 'system/health')).status).toBe(500);
    expect((await client.call('GET', 'personas')).status).toBe(500);
    const check = await client.call('GET', '/healthcheck');
    expect([check.status, check.json['message']]).toEqual([404, 'Not Found']);
  });
});
