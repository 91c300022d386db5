import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCollateSimulator } from '@scim-gateway/collate-simulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runProgram } from '../support/program.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'commands-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const minimal = { COLLATE_URL: 'http://127.0.0.1:9', COLLATE_TOKEN: 'a.secret.token' };

describe('the command line', () => {
  it('helps everywhere', async () => {
    for (const command of [[], ['serve'], ['doctor'], ['config'], ['openapi'], ['token'], ['token', 'new']]) {
      const { code, stdout, stderr } = await runProgram([...command, '--help']);
      expect([code, stderr]).toEqual([0, '']);
      expect(stdout).toMatch(new RegExp(`^scim-gateway ${command[0] ?? 'COMMAND'}`));
    }
  });

  it.each([[[]], [['destroy']], [['serve', '--force']], [['config', 'burn']], [['token']]])(
    'refuses %s with its usage',
    async (args) => {
      const { code, stdout, stderr } = await runProgram(args, minimal);
      expect([code, stdout]).toEqual([2, '']);
      expect(stderr).toContain('scim-gateway ');
    },
  );

  it('shows the configuration in force, with its secrets masked', async () => {
    const { code, stdout } = await runProgram(['config'], { ...minimal, PORT: '1234' });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ listen: { port: 1234 }, collate: { token: { value: '***' } } });
    expect(stdout).not.toContain('secret');
  });

  it('checks the configuration, the file of tokens included', async () => {
    const file = join(folder, 'broken.json');
    writeFileSync(file, '[{"name":"x"}]');
    expect(await runProgram(['config', 'check'], minimal)).toMatchObject({ code: 0, stderr: '' });
    const broken = await runProgram(['config', 'check'], { ...minimal, SCIM_TOKENS_FILE: file });
    expect(broken).toMatchObject({ code: 1, stdout: '' });
    expect(broken.stderr).toContain(`SCIM_TOKENS_FILE is "${file}". Entry 1:`);
  });

  it('makes tokens that the file of tokens takes, and none that it does not', async () => {
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

  it('says all that is wrong with the environment at once, and does not start', async () => {
    const env = { PORT: 'http', READ_ONLY: 'perhaps', COLLATE_TOKEN: 'two secret words' };
    const { code, stdout, stderr } = await runProgram(['serve'], env);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain('The configuration has 4 problems:');
    expect(stderr).toContain('PORT is "http"; accepted is a whole number from 0 to 65535.');
    expect(stderr).toContain('COLLATE_URL is not set');
    expect(stderr).not.toContain('secret');
  });

  it('ends with a clear word when its port is taken', async () => {
    await using simulator = await createCollateSimulator();
    const env = { ...minimal, HOST: '127.0.0.1', MANAGEMENT_PORT: new URL(simulator.url).port, PORT: '0' };
    const { code, stdout, stderr } = await runProgram(['serve'], env);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^The gateway cannot run: listen EADDRINUSE/m);
  });
});

describe('doctor', () => {
  it('finds a good deployment in order, and names what is worth knowing', async () => {
    await using simulator = await createCollateSimulator();
    const { code, stdout } = await runProgram(['doctor'], {
      COLLATE_URL: simulator.url,
      COLLATE_TOKEN: simulator.token,
    });
    expect(stdout).toMatch(/✓ Collate answers: version \S+\./);
    expect(stdout).toContain('✓ The credential is accepted: as scim-gateway.');
    expect(stdout).toContain('✓ The document store is available.');
    expect(stdout).toContain('! REDIS_URL is not set');
    expect(stdout).not.toContain('✗');
    expect(code).toBe(0);
    const methods = simulator.calls().map(({ method }) => method);
    expect(new Set(methods)).toEqual(new Set(['GET']));
  });

  it('finds a wrong credential, a Redis that is away, an expired token, and a Collate that is none', async () => {
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
    expect(sick.stdout).toContain('✗ The credential is accepted: no, the credential is not accepted');
    expect(sick.stdout).toContain('✗ Redis does not answer');
    const absent = await runProgram(['doctor'], { ...minimal, SCIM_TOKEN: 'x' });
    expect(absent.code).toBe(1);
    expect(absent.stdout).toContain('✗ Collate answers: no, there is no connection');
    expect(absent.stdout).toContain('! SCIM_TOKEN is shorter');
  });

  it("warns when the credential is a person's", async () => {
    await using simulator = await createCollateSimulator();
    const env = { COLLATE_URL: simulator.url, COLLATE_TOKEN: simulator.mintToken('admin') };
    const { code, stdout } = await runProgram(['doctor'], env);
    expect(code).toBe(1);
    expect(stdout).toContain('✗ COLLATE_TOKEN is the token of a person');
  });
});
