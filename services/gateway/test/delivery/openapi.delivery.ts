import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const source = fileURLToPath(new URL('../../../../openapi', import.meta.url));
let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'openapi-'));
  cpSync(source, folder, { recursive: true, filter: (path) => !path.includes('node_modules') });
  expect(run('ci').status).toBe(0);
});
afterAll(() => rmSync(folder, { recursive: true }));

function run(...args: readonly string[]): { readonly status: number | null; readonly output: string } {
  const env = { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' };
  const { status, stdout, stderr } = spawnSync('npm', args, { cwd: join(folder, 'client'), env, encoding: 'utf8' });
  return { status, output: `${stdout}\n${stderr}` };
}

describe('the OpenAPI document of the gateway', () => {
  it('has no errors, no warnings, and examples that fit their schemas', () => {
    const { status, output } = run('run', 'lint');
    expect([status, output]).toEqual([0, expect.stringContaining('is valid')]);
    expect(output).not.toMatch(/warning was generated|error was generated/i);
  });

  it('makes a client that type-checks, and that refuses wrong uses', () => {
    expect(run('run', 'generate').status).toBe(0);
    expect(run('run', 'typecheck')).toMatchObject({ status: 0 });
    const use = join(folder, 'client', 'use.ts');
    writeFileSync(use, readFileSync(use, 'utf8').replaceAll('// @ts-expect-error', '//'));
    expect(run('run', 'typecheck').status).not.toBe(0);
  });

  it('would not pass the linter with an example that does not fit', () => {
    const path = join(folder, 'scim-gateway.openapi.json');
    writeFileSync(path, readFileSync(path, 'utf8').replaceAll('"userName": "jyoung@example.com"', '"userName": 7'));
    expect(run('run', 'lint').output).toMatch(/must be string|warning was generated/i);
  });
});
