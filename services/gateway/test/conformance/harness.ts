import { createHash, randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SimulatorOptions } from '@scim-gateway/collate-simulator';
import { type ScimAnswer, send, startProcesses } from '../journeys/process-harness.ts';

export const core = 'urn:ietf:params:scim:schemas:core:2.0:User';
export const coreGroup = 'urn:ietf:params:scim:schemas:core:2.0:Group';
export const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
export const message = (name: string) => `urn:ietf:params:scim:api:messages:2.0:${name}`;

/** Credentials other than the tolerant one, which requests present by default. */
export const strict = 'a-strict-token-of-the-conformance-run';
export const reader = 'a-reading-token-of-the-conformance-run';
export const expired = 'an-expired-token-of-the-conformance-run';

/** The built gateway in front of a simulated Collate, called over HTTP as a client does. */
export interface Harness extends AsyncDisposable {
  readonly baseUrl: string;
  readonly managementUrl: string;
  /** Everything that the gateway wrote to its output. */
  log(): string;
  call(
    method: string,
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string | undefined>>,
  ): Promise<ScimAnswer>;
  /** Creates a user with a unique userName. */
  user(more?: object): Promise<ScimAnswer>;
  /** Creates a group with a unique displayName. */
  group(more?: object): Promise<ScimAnswer>;
  patch(path: string, operations: readonly object[], headers?: Readonly<Record<string, string>>): Promise<ScimAnswer>;
}

const remembered = [
  'externalId',
  'name.givenName',
  'name.familyName',
  'title',
  'nickName',
  'preferredLanguage',
  'phoneNumbers',
  'addresses',
  `${enterprise}:department`,
  `${enterprise}:employeeNumber`,
  `${enterprise}:manager`,
];

/** Starts the gateway with more remembered attributes than by default, and with a credential of every kind. */
export async function startHarness(simulator: SimulatorOptions = {}): Promise<Harness> {
  const folder = await mkdtemp(join(tmpdir(), 'conformance-'));
  const file = join(folder, 'tokens.json');
  await writeFile(
    file,
    JSON.stringify([
      credential('strict', strict, { profile: 'strict' }),
      credential('reader', reader, { scopes: ['read'] }),
      credential('expired', expired, { expires: '2020-01-01T00:00:00Z' }),
    ]),
  );
  const harness = await startProcesses({
    simulator,
    env: { SCIM_TOKENS_FILE: file, REMEMBERED_ATTRIBUTES: remembered.join(',') },
  });
  const [gateway] = harness.gateways;
  if (gateway === undefined) throw new Error('no gateway was started');
  const { baseUrl, managementUrl } = gateway;
  const call: Harness['call'] = (method, path, body, headers) => send(baseUrl, method, path, body, headers);
  return {
    baseUrl,
    managementUrl,
    log: () => gateway.output(),
    call,
    user: (more = {}) => call('POST', '/Users', { schemas: [core], userName: `${randomUUID()}@example.com`, ...more }),
    group: (more = {}) => call('POST', '/Groups', { schemas: [coreGroup], displayName: `g ${randomUUID()}`, ...more }),
    patch: (path, operations, headers = {}) =>
      call('PATCH', path, { schemas: [message('PatchOp')], Operations: operations }, headers),
    [Symbol.asyncDispose]: async () => {
      await harness[Symbol.asyncDispose]();
      await rm(folder, { recursive: true });
    },
  };
}

/** The header that presents another credential. */
export function as(token: string): { readonly authorization: string } {
  return { authorization: `Bearer ${token}` };
}

/** A path with a query string. */
export function query(path: string, parameters: Readonly<Record<string, string | number>>): string {
  return `${path}?${Object.entries(parameters)
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join('&')}`;
}

function credential(name: string, token: string, more: object): object {
  return { name, provider: 'conformance', sha256: createHash('sha256').update(token).digest('hex'), ...more };
}
