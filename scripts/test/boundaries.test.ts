import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const gateway = 'services/gateway/src';

/** A file's place, and an import that is forbidden there. */
const forbidden: readonly (readonly [file: string, imported: string])[] = [
  ['packages/scim/src/probe.ts', 'node:fs'],
  ['packages/scim/src/probe.ts', '@scim-gateway/cache'],
  ['packages/collate-client/src/probe.ts', '@scim-gateway/scim'],
  ['packages/collate-client/src/probe.ts', 'fastify'],
  ['packages/cache/src/probe.ts', '@scim-gateway/collate-client'],
  ['packages/cache/src/probe.ts', 'undici'],
  ['packages/collate-client/src/probe.ts', '@scim-gateway/cache'],
  ['packages/cancellation/src/probe.ts', '@scim-gateway/cache'],
  ['packages/cancellation/src/probe.ts', 'node:timers/promises'],
  ['packages/scim/src/probe.ts', '@scim-gateway/cancellation'],
  ['packages/collate-simulator/src/probe.ts', '@scim-gateway/collate-client'],
  ['packages/idp-simulator/src/probe.ts', '@scim-gateway/scim'],
  [`${gateway}/http/probe.ts`, '@scim-gateway/collate-client'],
  [`${gateway}/http/probe.ts`, '../translation/user.ts'],
  [`${gateway}/provisioning/probe.ts`, 'fastify'],
  [`${gateway}/provisioning/probe.ts`, '../http/app.ts'],
  [`${gateway}/translation/probe.ts`, '../provisioning/users/service.ts'],
  [`${gateway}/translation/probe.ts`, '@scim-gateway/collate-client'],
  [`${gateway}/translation/probe.ts`, '@scim-gateway/cancellation'],
  [`${gateway}/translation/probe.ts`, 'node:crypto'],
  [`${gateway}/config/probe.ts`, '../http/app.ts'],
  [`${gateway}/observability/probe.ts`, '../provisioning/users/service.ts'],
  [`${gateway}/http/probe.ts`, 'prom-client'],
  [`${gateway}/observability/probe.ts`, 'prom-client'],
  [`${gateway}/provisioning/probe.ts`, '../composition/gateway.ts'],
  [`${gateway}/provisioning/probe.ts`, '@scim-gateway/collate-simulator'],
];

const allowed: readonly (readonly [file: string, imported: string])[] = [
  ['packages/collate-client/src/probe.ts', '@scim-gateway/cancellation'],
  ['packages/cache/src/probe.ts', '@scim-gateway/cancellation'],
  [`${gateway}/translation/probe.ts`, '@scim-gateway/collate-client/model'],
  [`${gateway}/http/probe.ts`, '../provisioning/service.ts'],
  [`${gateway}/http/probe.ts`, '@scim-gateway/cancellation'],
  [`${gateway}/provisioning/probe.ts`, '../translation/user.ts'],
];

/** Lints every import in a file of its own, with a copy of biome.json. Returns the files that break a boundary. */
function lintAll(probes: readonly (readonly [file: string, imported: string])[]): ReadonlySet<string> {
  const folder = mkdtempSync(join(tmpdir(), 'boundaries-'));
  const realFolder = realpathSync(folder);
  const configuration = JSON.parse(readFileSync(join(root, 'biome.json'), 'utf8'));
  writeFileSync(
    join(folder, 'biome.json'),
    JSON.stringify({ ...configuration, $schema: undefined, vcs: { enabled: false } }),
  );
  for (const [file, imported] of probes) {
    const path = join(folder, probePath(file, imported));
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `import { probe } from '${imported}';\nexport const used = probe;\n`);
  }
  const arguments_ = ['lint', '--only=style/noRestrictedImports', '--max-diagnostics=none', '--reporter=github', '.'];
  const { stdout } = spawnSync(join(root, 'node_modules/.bin/biome'), arguments_, { cwd: folder, encoding: 'utf8' });
  rmSync(folder, { recursive: true });
  return new Set([...stdout.matchAll(/file=([^,]+)/g)].map(([, file = '']) => relative(realFolder, file)));
}

function probePath(file: string, imported: string): string {
  return file.replace('probe.ts', `probe-${imported.replace(/[^a-z]+/g, '-')}.ts`);
}

describe('the boundaries in biome.json', () => {
  const broken = lintAll([...forbidden, ...allowed]);

  it.each(forbidden)('forbid that %s imports %s', (file, imported) => {
    expect(broken).toContain(probePath(file, imported));
  });

  it.each(allowed)('allow that %s imports %s', (file, imported) => {
    expect(broken).not.toContain(probePath(file, imported));
  });
});
