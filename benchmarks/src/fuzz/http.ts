import { Pool } from 'undici';
import type { Finding } from './kernel.ts';
import { mutatedValue, Random, randomText, randomValue } from './random.ts';

const patchBody = {
  schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
  Operations: [{ op: 'replace', path: 'displayName', value: 'x' }],
};
const userBody = { schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], userName: 'fuzz@example.com' };
const searchBody = {
  schemas: ['urn:ietf:params:scim:api:messages:2.0:SearchRequest'],
  filter: 'userName pr',
  count: 1,
};
const bulkBody = {
  schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
  Operations: [{ method: 'POST', path: '/Users', bulkId: 'a', data: userBody }],
};

/** The gateway that receives the requests. */
export interface Target {
  readonly origin: string;
  readonly token: string;
  readonly userId: string;
}

/** Sends random requests to a running gateway, 8 at a time. A status of 500 or more, or an answer that is not JSON, is a finding. */
export async function fuzzHttp(target: Target, cases: number, seed: number): Promise<readonly Finding[]> {
  const pool = new Pool(target.origin, { connections: 8 });
  const findings: Finding[] = [];
  let next = 0;
  const work = async () => {
    while (next < cases) {
      next += 1;
      const finding = await sendOne(pool, target, seed + next);
      if (finding !== undefined) findings.push(finding);
    }
  };
  await Promise.all(Array.from({ length: 8 }, work));
  await pool.close();
  return findings;
}

async function sendOne(pool: Pool, { token, userId }: Target, seed: number): Promise<Finding | undefined> {
  const request = toRequest(new Random(seed), userId);
  const what = `${request.method} ${request.path}`;
  const headers = {
    authorization: `Bearer ${token}`,
    ...(request.body === undefined ? {} : { 'content-type': 'application/scim+json' }),
  };
  const answer = await pool.request({
    method: request.method,
    path: request.path,
    headers,
    body: request.body ?? null,
  });
  const text = await answer.body.text();
  if (answer.statusCode < 500 && isJson(text)) return undefined;
  return {
    seed,
    what: `${what} ${request.body ?? ''}`.slice(0, 2_000),
    error: `${answer.statusCode} ${text.slice(0, 500)}`,
  };
}

function toRequest(
  random: Random,
  userId: string,
): { method: 'GET' | 'POST' | 'PUT' | 'PATCH'; path: string; body?: string } {
  const base = '/scim/v2';
  const endpoint = `${base}${random.pick(['/Users', '/Groups'])}`;
  const text = () => encodeURIComponent(randomText(random).replace(/[\ud800-\udfff]/g, ''));
  const body = (known: unknown) => {
    const json = JSON.stringify(random.chance(5) ? randomValue(random, 5) : mutatedValue(known, random)) ?? '';
    return random.chance(20) ? json.slice(0, random.below(json.length + 1)) : json;
  };
  switch (random.below(7)) {
    case 0:
      return { method: 'GET', path: `${endpoint}?count=1&filter=${text()}`.slice(0, 12_000) };
    case 1:
      return {
        method: 'GET',
        path: `${endpoint}?count=1&sortBy=${text()}&attributes=${text()}&cursor=${text()}`.slice(0, 12_000),
      };
    case 2:
      return { method: 'POST', path: `${endpoint}/.search`, body: body(searchBody) };
    case 3:
      return { method: 'PATCH', path: `${base}/Users/${userId}`, body: body(patchBody) };
    case 4:
      return { method: 'POST', path: endpoint, body: body(userBody) };
    case 5:
      return { method: 'POST', path: `${base}/Bulk`, body: body(bulkBody) };
    default:
      return { method: 'GET', path: `${endpoint}/${text()}`.slice(0, 12_000) };
  }
}

function isJson(text: string): boolean {
  try {
    return text === '' || JSON.parse(text) !== undefined;
  } catch {
    return false;
  }
}
