import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRedis } from '@scim-gateway/cache/testing/redis-server';
import { createCollateSimulator } from '@scim-gateway/collate-simulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fillRedis } from '../support/fill-redis.ts';
import { runProgram } from '../support/program.ts';
import { hasRedis } from './process-harness.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'commands-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const minimal = { COLLATE_URL: 'http://127.0.0.1:9', COLLATE_TOKEN: 'a.secret.token' };

describe('the command line', () => {
  it.each([
    [[]],
    [['serve']],
    [['doctor']],
    [['config']],
    [['openapi']],
    [['token']],
    [['token', 'new']],
    [['bot']],
    [['bot', 'create']],
  ])('prints the usage of %j for --help', async (command) => {
    const { code, stdout, stderr } = await runProgram([...command, '--help']);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(new RegExp(`^scim-gateway ${command[0] ?? 'COMMAND'}`));
  });

  it.each([
    [[]],
    [['destroy']],
    [['serve', '--force']],
    [['config', 'burn']],
    [['token']],
    [['bot']],
    [['bot', 'burn']],
  ])('refuses %j with exit code 2 and a usage', async (args) => {
    const { code, stdout, stderr } = await runProgram(args, minimal);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain('scim-gateway ');
  });

  it.each([
    [['metrics', '--name', 'x'], 'metrics does not accept --name', 'scim-gateway metrics\n'],
    [['serve', '--write', 'file'], 'serve does not accept --write', 'scim-gateway serve\n'],
    [['config', 'docs', '--scopes', 'read'], 'config does not accept --scopes', 'scim-gateway config ['],
    [
      ['openapi', '--write', 'openapi.json', '--expires', 'x'],
      'openapi does not accept --expires',
      'scim-gateway openapi [',
    ],
    [['token', 'new', '--write', 'file'], 'token does not accept --write', 'scim-gateway token new '],
    [['doctor', '--force'], "Unknown option '--force'", 'scim-gateway doctor [--json]\n'],
    [['doctor', '--revoke'], 'doctor does not accept --revoke', 'scim-gateway doctor [--json]\n'],
  ])('refuses an option of another command in %j, with its own usage', async (args, reason, usage) => {
    const { code, stdout, stderr } = await runProgram(args, minimal);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(`${reason}`);
    expect(stderr).toContain(`\n\n${usage}`);
  });

  it('prints the configuration in force, with secrets masked', async () => {
    const { code, stdout } = await runProgram(['config'], { ...minimal, PORT: '1234' });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ listen: { port: 1234 }, collate: { token: { value: '***' } } });
    expect(stdout).not.toContain('secret');
  });

  it('checks the configuration, and the file of tokens with it', async () => {
    const file = join(folder, 'broken.json');
    writeFileSync(file, '[{"name":"x"}]');
    expect(await runProgram(['config', 'check'], minimal)).toMatchObject({ code: 0, stderr: '' });
    const broken = await runProgram(['config', 'check'], { ...minimal, SCIM_TOKENS_FILE: file });
    expect(broken).toMatchObject({ code: 1, stdout: '' });
    expect(broken.stderr).toContain(`SCIM_TOKENS_FILE is "${file}". Entry 1:`);
  });

  it('generates tokens that the file of tokens accepts, and refuses the others', async () => {
    const description = ['--name', 'entra-2030', '--provider', 'entra', '--profile', 'strict', '--scopes', 'read'];
    const made = await runProgram(['token', 'new', ...description, '--expires', '2030-01-31T00:00:00Z']);
    const [, token = '', line = ''] =
      /^Token \(shown once\): (\S+)\nFor SCIM_TOKENS_FILE: (\{.*\})\n$/.exec(made.stdout) ?? [];
    expect(token).toMatch(/^scimgw_[\w-]{43}$/);
    expect(JSON.parse(line)).toMatchObject({ name: 'entra-2030', profile: 'strict', scopes: ['read'] });
    expect(line).not.toContain(token);
    for (const wrong of [
      ['--name', 'with blanks', '--provider', 'x'],
      ['--name', 'a', '--provider', 'x', '--expires', 'soon'],
      ['--name', 'a', '--provider', 'x', '--scopes', 'admin'],
      ['--name', 'a', '--provider', 'x', '--profile', 'lenient'],
    ]) {
      expect(await runProgram(['token', 'new', ...wrong])).toMatchObject({ code: 2, stdout: '' });
    }
  });

  it('names every problem of the environment at once, and does not start', async () => {
    const env = { PORT: 'http', READ_ONLY: 'perhaps', COLLATE_TOKEN: 'two secret words' };
    const { code, stdout, stderr } = await runProgram(['serve'], env);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain('The configuration has 4 problems:');
    expect(stderr).toContain('PORT is "http"; it must be a whole number from 0 to 65535.');
    expect(stderr).toContain('COLLATE_URL is not set');
    expect(stderr).not.toContain('secret');
  });

  it('exits with the reason when its port is in use', async () => {
    await using simulator = await createCollateSimulator();
    const env = { ...minimal, HOST: '127.0.0.1', MANAGEMENT_PORT: new URL(simulator.url).port, PORT: '0' };
    const { code, stdout, stderr } = await runProgram(['serve'], env);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^The gateway cannot run: listen EADDRINUSE/m);
  });

  it('exits with the reason when the file of tokens is invalid, although Redis is configured', async () => {
    const file = join(folder, 'invalid-tokens.json');
    writeFileSync(file, '{}');
    const env = { ...minimal, SCIM_TOKENS_FILE: file, REDIS_URL: 'redis://127.0.0.1:9' };
    const { code, stderr } = await runProgram(['serve'], env);
    expect([code, stderr]).toEqual([1, expect.stringContaining('It must be a JSON list')]);
  });
});

describe('doctor', () => {
  it('finds a good deployment in order, and notes what an operator should know', async () => {
    await using simulator = await createCollateSimulator();
    const { code, stdout } = await runProgram(['doctor'], {
      COLLATE_URL: simulator.url,
      COLLATE_TOKEN: simulator.token,
    });
    expect(stdout).toMatch(/✓ Collate answers, version \S+\./);
    expect(stdout).toContain('✓ Collate accepts the credential of scim-gateway.');
    expect(stdout).toContain('✓ The document store is available.');
    expect(stdout).toContain('! No Redis is configured');
    expect(stdout).not.toContain('✗');
    expect(code).toBe(0);
    const methods = simulator.calls().map(({ method }) => method);
    expect(new Set(methods)).toEqual(new Set(['GET']));
  });

  it('finds a wrong credential, an unreachable Redis, an expired token, and an unreachable Collate', async () => {
    await using simulator = await createCollateSimulator();
    const file = join(folder, 'tokens.json');
    const entry = { name: 'old', provider: 'entra', sha256: 'a'.repeat(64), expires: '2020-01-01T00:00:00Z' };
    writeFileSync(file, JSON.stringify([entry]));
    const env = {
      COLLATE_URL: simulator.url,
      COLLATE_TOKEN: 'wrong',
      SCIM_TOKENS_FILE: file,
      REDIS_URL: 'redis://127.0.0.1:9',
    };
    const sick = await runProgram(['doctor'], env);
    expect(sick.code).toBe(1);
    expect(sick.stdout).toContain('✗ The token "old" has expired.');
    expect(sick.stdout).toContain('✗ Cannot log in to Collate: Collate does not accept the credential');
    expect(sick.stdout).toContain('✗ Redis does not answer');
    const absent = await runProgram(['doctor'], { ...minimal, SCIM_TOKEN: 'x' });
    expect(absent.code).toBe(1);
    expect(absent.stdout).toContain('✗ Cannot reach Collate: there is no connection');
    expect(absent.stdout).toContain('! SCIM_TOKEN is shorter');
  });

  it.skipIf(!hasRedis)('notes that Redis may evict keys, and reports keys that it has evicted', async () => {
    await using simulator = await createCollateSimulator();
    await using redis = await startRedis({ args: ['--maxmemory', '4mb', '--maxmemory-policy', 'allkeys-lru'] });
    const env = {
      COLLATE_URL: simulator.url,
      COLLATE_TOKEN: simulator.token,
      SCIM_TOKEN: 'x'.repeat(40),
      REDIS_URL: redis.url,
    };
    const before = await runProgram(['doctor'], env);
    expect(before.stdout).toContain('! Redis may evict keys when its memory is full (allkeys-lru)');
    expect(before.code).toBe(0);
    await fillRedis(redis);
    const after = await runProgram(['doctor'], env);
    expect(after.stdout).toMatch(/✗ Redis has evicted \d+ keys/);
    expect(after.code).toBe(1);
  });

  it('reports the credential of a user as a problem', async () => {
    await using simulator = await createCollateSimulator();
    const env = { COLLATE_URL: simulator.url, COLLATE_TOKEN: simulator.mintToken('admin') };
    const { code, stdout } = await runProgram(['doctor'], env);
    expect(code).toBe(1);
    expect(stdout).toContain('✗ COLLATE_TOKEN is the token of a user, not of a bot');
  });
});
