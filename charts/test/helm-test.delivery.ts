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

/** The path of the script, as the chart's ConfigMap contains it. */
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
      // No server listens there: no request of the test needs Collate.
      COLLATE_URL: 'http://127.0.0.1:1',
      COLLATE_TOKEN: 'invented',
      SCIM_TOKEN: token,
      LOG_LEVEL: 'silent',
    },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  if (gateway.stdout === null) throw new Error('The gateway has no standard output.');
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

/** Runs the script against a server that gives the same answer to every request. */
async function runAgainst(status: number, type: string, body: object) {
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

describe('the script of helm test', () => {
  it('passes against the gateway', async () => {
    const { code, output } = await run({ SCIM_BASE_URL: baseUrl, SCIM_TOKEN_FILE: tokenFile });
    expect(output.match(/✓/g)).toHaveLength(3);
    expect(output).not.toContain(token);
    expect(code).toBe(0);
  });

  it('passes without a token, and reports that it used none', async () => {
    const { code, output } = await run({ SCIM_BASE_URL: baseUrl });
    expect(output.match(/✓/g)).toHaveLength(2);
    expect(output).toContain('no request with a token was made: see tests.token');
    expect(code).toBe(0);
  });

  it('fails with a wrong token', async () => {
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
      'another SCIM resource',
      200,
      'application/scim+json',
      { schemas: ['a'] },
      /has the schemas \["a"\], without urn:/,
    ],
    ['an error', 503, 'application/scim+json', {}, /answers 503, not 200/],
  ])('fails when the answer is %s', async (_, status, type, body, message) => {
    const { code, output } = await runAgainst(status, type, body);
    expect(output).toMatch(message);
    expect(output).not.toContain('✓');
    expect(code).toBe(1);
  });

  it('fails after PATIENCE_MS when no server listens', async () => {
    const { code, output } = await run({ SCIM_BASE_URL: 'http://127.0.0.1:1/scim/v2', PATIENCE_MS: '600' });
    expect(output).toMatch(/✗ GET \/ServiceProviderConfig cannot be reached/);
    expect(code).toBe(1);
  });
});
