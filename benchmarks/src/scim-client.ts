import { setTimeout as wait } from 'node:timers/promises';
import { Pool } from 'undici';
import { scimToken } from './product.ts';

/** The answer to one request. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: unknown;
  readonly millis: number;
  /** How often the request was repeated after a 429 or 503. */
  readonly retries: number;
}

/** An identity provider's connection to one gateway. */
export interface ScimClient extends AsyncDisposable {
  send(method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, body?: unknown): Promise<Answer>;
}

/** How often a provider repeats a request before it reports an error. */
const mostRetries = 20;

/** A client that repeats a request after 429 and 503 once `Retry-After` has passed, as providers do; not with `patient: false`. */
export function createScimClient(url: string, options: { readonly patient: boolean } = { patient: true }): ScimClient {
  const pool = new Pool(url, { connections: 100, headersTimeout: 60_000, bodyTimeout: 60_000 });
  const headers = { authorization: `Bearer ${scimToken}`, 'content-type': 'application/scim+json' };
  return {
    send: async (method, path, body) => {
      const begin = performance.now();
      for (let retries = 0; ; retries += 1) {
        const answer = await pool.request({
          method,
          path: `/scim/v2${path}`,
          headers,
          body: body === undefined ? null : JSON.stringify(body),
        });
        const text = await answer.body.text();
        const status = answer.statusCode;
        if (options.patient && (status === 429 || status === 503) && retries < mostRetries) {
          await wait(Number(answer.headers['retry-after'] ?? 1) * 1000);
          continue;
        }
        const parsed: unknown = text === '' ? undefined : JSON.parse(text);
        return { status, headers: answer.headers, body: parsed, millis: performance.now() - begin, retries };
      }
    },
    [Symbol.asyncDispose]: () => pool.close(),
  };
}

const patchUrn = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

/** A PATCH that adds members to a group. */
export function adding(ids: readonly string[]) {
  const operation = { op: 'add', path: 'members', value: ids.map((value) => ({ value })) };
  return { schemas: [patchUrn], Operations: [operation] };
}

/** A PATCH that removes one member from a group. */
export function removing(id: string) {
  return { schemas: [patchUrn], Operations: [{ op: 'remove', path: `members[value eq "${id}"]` }] };
}

/** A PATCH that changes a user's display name. */
export function renaming(displayName: string) {
  return { schemas: [patchUrn], Operations: [{ op: 'replace', path: 'displayName', value: displayName }] };
}

/** A PATCH that deactivates or reactivates a user. */
export function settingActive({ active }: { readonly active: boolean }) {
  return { schemas: [patchUrn], Operations: [{ op: 'replace', path: 'active', value: active }] };
}

/** A user as a provider POSTs it. */
export function userOf(userName: string) {
  return {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
    userName,
    displayName: 'New User',
    active: true,
    emails: [{ value: userName, type: 'work', primary: true }],
  };
}

/** A group as a provider PUTs it. */
export function groupOf(displayName: string, ids: readonly string[]) {
  return {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
    displayName,
    members: ids.map((value) => ({ value })),
  };
}
