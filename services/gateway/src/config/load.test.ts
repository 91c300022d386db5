import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConfigError, type Environment, loadConfig } from './load.ts';

const minimal: Environment = { COLLATE_URL: 'https://collate.example.com', COLLATE_TOKEN: 'a.b.c' };

function problemsOf(environment: Environment): readonly string[] {
  try {
    loadConfig(environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

describe('loadConfig', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'config-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('applies the documented default of every setting', () => {
    const config = loadConfig(minimal);
    expect(config.listen).toMatchObject({ host: '0.0.0.0', port: 8080, managementPort: 9090, publicUrl: undefined });
    expect(config.listen).toMatchObject({ trustedProxies: [], bodyLimitBytes: 16_777_216, requestDeadlineMs: 25_000 });
    expect(config.provisioning).toEqual({
      rememberedAttributes: ['externalId', 'name.givenName', 'name.familyName'],
      userDelete: 'soft',
      emailChange: 'remember',
      nameRule: 'auto',
      adoptOnPost: true,
      recycledAccount: 'refuse',
      reviveForeign: false,
      trustedBots: [],
      protectedUsers: [],
      groupAdoption: { kind: 'everywhere' },
      typeConflict: 'create',
      cacheTtlMs: 300_000,
      cacheNegativeTtlMs: 5_000,
      scanLimit: 250_000,
      filterLimits: { maxLength: 16_384, maxDepth: 60, maxNodes: 2_000 },
    });
    expect(config.lists).toEqual({ pageDefault: 100, pageMax: 1_000 });
    expect(config.readOnly).toBe(false);
    expect(config.shutdown).toEqual({ drainDelayMs: 0, graceMs: 30_000 });
  });

  it('returns a configuration that is frozen at every level', () => {
    const { provisioning } = loadConfig(minimal);
    expect(Object.isFrozen(provisioning)).toBe(true);
    expect(Object.isFrozen(provisioning.filterLimits)).toBe(true);
    expect(Object.isFrozen(provisioning.trustedBots)).toBe(true);
  });

  it('reports all problems in one message, each with the name, the value and what it must be', () => {
    const environment = {
      PORT: '99999',
      USER_DELETE: 'maybe',
      READ_ONLY: 'yes',
      GROUP_ADOPTION: 'some',
      COLLATE_TOKEN: 'x',
    };
    const problems = problemsOf(environment);
    expect(problems).toEqual([
      'PORT is "99999"; it must be a whole number from 0 to 65535.',
      'USER_DELETE is "maybe"; it must be one of soft, hard.',
      'GROUP_ADOPTION is "some"; it must be everywhere, unprivileged, subtree:NAME or never.',
      'READ_ONLY is "yes"; it must be true or false.',
      'COLLATE_URL is not set; it must be the URL of Collate, without /api.',
    ]);
    expect(() => loadConfig(environment)).toThrow('5 problems:\n- PORT');
  });

  it("never shows a secret's value, not even a refused one or one hidden in a URL", () => {
    const environment = {
      COLLATE_URL: 'https://admin:hunter2@collate.example.com',
      COLLATE_TOKEN: 'two words-hunter2',
      REDIS_URL: 'http://:hunter2@redis',
    };
    const problems = problemsOf(environment);
    expect(problems).toHaveLength(3);
    expect(problems.join('\n')).not.toContain('hunter2');
  });

  it('reads a secret from a file, and refuses a file that is missing, empty, or set beside the value', () => {
    const good = join(folder, 'token');
    const empty = join(folder, 'empty');
    writeFileSync(good, 'a.b.c\n');
    writeFileSync(empty, '\n');
    const url = { COLLATE_URL: 'http://collate' };
    expect(loadConfig({ ...url, COLLATE_TOKEN_FILE: good }).collate.token).toEqual({ kind: 'file', path: good });
    expect(problemsOf({ ...url, COLLATE_TOKEN_FILE: join(folder, 'absent') })[0]).toContain('the file does not exist');
    expect(problemsOf({ ...url, COLLATE_TOKEN_FILE: empty })[0]).toContain('empty');
    expect(problemsOf({ ...url, COLLATE_TOKEN: 'a', COLLATE_TOKEN_FILE: good })[0]).toContain('both set');
  });

  it('requires no Collate token where a Collate bot may act itself', () => {
    expect(problemsOf({ COLLATE_URL: 'http://collate' })).toHaveLength(1);
    expect(problemsOf({ COLLATE_URL: 'http://collate', ACCEPT_COLLATE_BOT_TOKEN: 'true' })).toEqual([]);
  });

  it('strips the paths that administrators paste behind the URLs', () => {
    const config = loadConfig({
      ...minimal,
      COLLATE_URL: 'https://c/api/',
      PUBLIC_URL: 'https://scim.example.com/scim/v2/',
    });
    expect(config.collate.url).toBe('https://c');
    expect(config.listen.publicUrl).toBe('https://scim.example.com');
  });

  it('ignores unknown variables, and counts empty ones as not set', () => {
    expect(
      problemsOf({ ...minimal, SCIM_FAVOURITE_COLOUR: 'blue', COLLATE_FOO: 'x', PORT: '', PUBLIC_URL: ' ' }),
    ).toEqual([]);
  });

  it.each([
    ['REMEMBERED_ATTRIBUTES', 'titel', 'attributes of a SCIM User'],
    ['REMEMBERED_ATTRIBUTES', 'password', 'never stored'],
    ['REMEMBERED_ATTRIBUTES', 'roles', 'never stored'],
    ['REMEMBERED_ATTRIBUTES', 'groups', 'never stored'],
    ['TRUSTED_PROXIES', '10.0.0.0/99', 'IP addresses or CIDR'],
    ['TRUSTED_PROXIES', 'true', 'IP addresses or CIDR'],
    ['FILTER_LIMITS', '100', 'three whole numbers'],
    ['PAGE_DEFAULT', '5000', 'at most PAGE_MAX'],
    ['MANAGEMENT_PORT', '8080', 'another port'],
    ['SCIM_TOKENS_FILE', '/nowhere/tokens.json', 'readable JSON file'],
  ])('refuses %s=%s with what it must be', (name, value, words) => {
    const problems = problemsOf({ ...minimal, [name]: value });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(name);
    expect(problems[0]).toContain(words);
  });

  it('reads a share from 0 to 1, and refuses every other text', () => {
    const tracing = {
      ...minimal,
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318',
      OTEL_TRACES_SAMPLER: 'traceidratio',
    };
    const shareOf = (text: string) => loadConfig({ ...tracing, OTEL_TRACES_SAMPLER_ARG: text }).tracing?.sampler.ratio;
    expect(['0.25', '1', '0'].map(shareOf)).toEqual([0.25, 1, 0]);
    for (const text of ['1.5', '-1', '1e-1', 'half', '.5'])
      expect(problemsOf({ ...tracing, OTEL_TRACES_SAMPLER_ARG: text })).toEqual([
        `OTEL_TRACES_SAMPLER_ARG is "${text}"; it must be a number from 0 to 1.`,
      ]);
  });

  it('reads lists, sub-trees, and attribute names in any case', () => {
    const config = loadConfig({
      ...minimal,
      PROTECTED_USERS: 'root, ada@example.com ,',
      GROUP_ADOPTION: 'subtree:Data Platform',
      REMEMBERED_ATTRIBUTES: 'TITLE,urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department',
    });
    expect(config.provisioning.protectedUsers).toEqual(['root', 'ada@example.com']);
    expect(config.provisioning.groupAdoption).toEqual({ kind: 'subtree', team: 'Data Platform' });
    expect(config.provisioning.rememberedAttributes).toEqual([
      'title',
      'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department',
    ]);
  });
});
