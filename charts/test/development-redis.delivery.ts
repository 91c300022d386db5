import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, describe, expect, it } from 'vitest';
import { freePort } from '../../deploy/test/support/gateway-container.ts';
import { type Manifest, render } from './support/helm.ts';
import { at, fewest, find, over } from './support/values.ts';

const folder = mkdtempSync(join(tmpdir(), 'chart-redis-'));
afterAll(() => rmSync(folder, { recursive: true }));
const name = 'gw-scim-gateway-redis';
const port = String(await freePort());

const secretOf = (manifests: readonly Manifest[], key: string): string =>
  Buffer.from(find(manifests, 'Secret', name)['data'][key], 'base64').toString();

/** The arguments of the rendered container, with paths of this machine. */
function argumentsOf(manifests: readonly Manifest[]): readonly string[] {
  writeFileSync(join(folder, 'users.acl'), secretOf(manifests, 'users.acl'));
  const places = new Map([
    ['6379', port],
    ['/tmp', folder],
    ['/etc/redis/users.acl', join(folder, 'users.acl')],
  ]);
  const container = at(find(manifests, 'Deployment', name), 'spec template spec containers 0');
  return container.args.map((argument: string) => places.get(argument) ?? argument);
}

function ask(password: string, ...command: readonly string[]): string {
  const args = ['-p', port, '--no-auth-warning', ...(password === '' ? [] : ['-a', password]), ...command];
  return execFileSync('redis-cli', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();
}

describe('the development Redis', () => {
  it('starts as rendered, requires the password, evicts data when full, and persists nothing', async () => {
    const { manifests } = await render(over(fewest, { redis: { mode: 'development', host: '' } }));
    const server = spawn('redis-server', argumentsOf(manifests), { stdio: ['ignore', 'pipe', 'inherit'] });
    try {
      for await (const line of createInterface({ input: server.stdout })) if (line.includes('Ready to accept')) break;
      const password = secretOf(manifests, 'redis-password');
      expect(password).toMatch(/^\w{32}$/);
      expect(ask('', 'PING')).toMatch(/^NOAUTH/);
      expect(ask(password, 'SET', 'a', 'b')).toBe('OK');
      const settingOf = (setting: string) => ask(password, 'CONFIG', 'GET', setting).split('\n')[1] ?? '';
      expect(settingOf('maxmemory')).toBe(String(96 * 1024 * 1024));
      expect(settingOf('maxmemory-policy')).toBe('noeviction');
      expect(settingOf('save')).toBe('');
      expect(settingOf('appendonly')).toBe('no');
    } finally {
      server.kill('SIGKILL');
      await once(server, 'exit');
    }
  });
});
