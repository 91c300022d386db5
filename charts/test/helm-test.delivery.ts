import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { render } from './support/helm.ts';
import { at, fewest, find } from './support/values.ts';

const root = join(import.meta.dirname, '..', '..');
const folder = mkdtempSync(join(tmpdir(), 'chart-helm-test-'));
const token = 'invented-token';
const tokenFile = join(folder, 'scim-token');
let gateway: ChildProcess | undefined;
let baseUrl = '';

/** The script as the chart's ConfigMap has it. */
async function script(): Promise<string> {
  const { manifests } = await render(fewest);
  const path = join(folder, 'test.mjs');
  writeFileSync(path, at(find(manifests, 'ConfigMap', 'gw-scim-gateway-test'), 'data test.mjs'));
  return path;
}

beforeAll(async () => {
  writeFileSync(tokenFile, `${token}\n`);
  gateway = spawn(process.execPath, [join(root, 'services/gateway/dist/main.js'), 'serve'], {
    env: {
      HOST: '127.0.0.1',
      PORT: '0',
      MANAGEMENT_PORT: '0',
      // Nobody listens there: the test asks nothing that needs Collate.
      COLLATE_URL: 'http://127.0.0.1:1',
      COLLATE_TOKEN: 'invented',
      SCIM_TOKEN: token,
      LOG_LEVEL: 'silent',
    },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  if (gateway.stdout === null) throw new Error('The gateway has no output.');
  for await (const line of createInterface({ input: gateway.stdout })) {
    const [, url] = /^SCIM base URL: (.*)$/.exec(line) ?? [];
    if (url !== undefined) {
      baseUrl = url;
      break;
    }
  }
});

afterAll(async () => {
  rmSync(folder, { recursive: true });
  if (gateway === undefined || gateway.exitCode !== null) return;
  gateway.kill('SIGKILL');
  await once(gateway, 'exit');
});

async function run(env: Readonly<Record<string, string>>): Promise<{ code: number; output: string }> {
  const child = spawn(process.execPath, [await script()], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  const [code] = await once(child, 'close');
  return { code, output };
}

/** A server that says the same to everybody, asked by the script. */
async function against(status: number, type: string, body: object) {
  const server = createServer((_, response) => {
    response.writeHead(status, { 'content-type': type }).end(JSON.stringify(body));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  try {
    return await run({ SCIM_BASE_URL: `http://127.0.0.1:${port}/scim/v2`, SCIM_TOKEN_FILE: tokenFile });
  } finally {
    server.close();
  }
}

describe('what helm test runs', () => {
  it('passes against the gateway', async () => {
    const { code, output } = await run({ SCIM_BASE_URL: baseUrl, SCIM_TOKEN_FILE: tokenFile });
    expect(output.match(/✓/g)).toHaveLength(3);
    expect(output).not.toContain(token);
    expect(code).toBe(0);
  });

  it('passes without a token, and says that it tried none', async () => {
    const { code, output } = await run({ SCIM_BASE_URL: baseUrl });
    expect(output.match(/✓/g)).toHaveLength(2);
    expect(output).toContain('so none was tried: see tests.token');
    expect(code).toBe(0);
  });

  it('fails with another token', async () => {
    const path = join(folder, 'other');
    writeFileSync(path, 'another-token');
    const { code, output } = await run({ SCIM_BASE_URL: baseUrl, SCIM_TOKEN_FILE: path });
    expect(output).toMatch(/✗ GET \/ResourceTypes with the token answers 401, not 200/);
    expect(code).toBe(1);
  });

  it.each([
    ['a page', 200, 'text/html', {}, /✗ GET \/ServiceProviderConfig has the content type "text\/html"/],
    ['plain JSON', 200, 'application/json', {}, /has the content type "application\/json"/],
    [
      'something else in SCIM',
      200,
      'application/scim+json',
      { schemas: ['a'] },
      /has the schemas \["a"\], without urn:/,
    ],
    ['an error', 503, 'application/scim+json', {}, /answers 503, not 200/],
  ])('fails where %s answers', async (_, status, type, body, says) => {
    const { code, output } = await against(status, type, body);
    expect(output).toMatch(says);
    expect(output).not.toContain('✓');
    expect(code).toBe(1);
  });

  it('fails where nobody listens, once its patience ends', async () => {
    const { code, output } = await run({ SCIM_BASE_URL: 'http://127.0.0.1:1/scim/v2', PATIENCE_MS: '600' });
    expect(output).toMatch(/✗ GET \/ServiceProviderConfig cannot be reached/);
    expect(code).toBe(1);
  });
});
