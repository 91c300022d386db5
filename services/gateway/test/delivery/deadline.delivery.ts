import { describe, expect, it } from 'vitest';
import { startProcesses } from '../journeys/process-harness.ts';
import { groupOf, patchOf, userOf } from '../support/fixtures.ts';
import type { ScimRequest } from '../support/replicas-harness.ts';

/** How long identity providers wait for an answer. */
const patienceMs = 30_000;

describe('a Collate that hangs', () => {
  it('is given up before a provider stops waiting, with the default settings', async () => {
    await using harness = await startProcesses();
    const { request, simulator } = harness;
    const { id } = (await request('POST', '/Users', userOf('ada'))).body;
    simulator.arm([{ match: '*', when: 'before', delay: 2 * patienceMs, reset: true }]);
    const requests: readonly ScimRequest[] = [
      ['GET', `/Users/${id}`],
      ['GET', '/Users?filter=userName+eq+%22bob%40example.com%22'],
      ['GET', '/Groups'],
      ['POST', '/Users', userOf('bob')],
      ['POST', '/Groups', groupOf('Finance', [id])],
      ['PATCH', `/Users/${id}`, patchOf({ op: 'replace', path: 'active', value: false })],
      ['PATCH', `/Users/${id}`, patchOf({ op: 'replace', path: 'displayName', value: 'Ada' })],
      ['DELETE', `/Users/${id}`],
    ];
    const began = performance.now();
    const answers = await Promise.all(
      requests.map(async ([method, path, body]) => {
        const { status, headers } = await request(method, path, body);
        const isSoon = performance.now() - began < patienceMs;
        return `${method} ${path}: ${status} ${/^[1-9]\d*$/.test(headers.get('retry-after') ?? '')} ${isSoon}`;
      }),
    );
    expect(answers).toEqual(requests.map(([method, path]) => `${method} ${path}: 503 true true`));
  });
});
