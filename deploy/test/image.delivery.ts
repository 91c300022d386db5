import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CollateSimulator, createCollateSimulator } from '../../packages/collate-simulator/src/index.ts';
import { playSession } from '../../packages/idp-simulator/src/index.ts';
import { hardened, hasContainers, must, run, runContainer } from './support/containers.ts';
import { type GatewayContainer, startGatewayContainer, token } from './support/gateway-container.ts';
import { buildImage, runtimeBase } from './support/image.ts';
import { installTools, runTool } from './support/tools.ts';

/** The largest size that the image may add to a base of libraries, including Node. */
const mostBytes = 120_000_000;

describe.skipIf(!hasContainers)('the image', () => {
  let image = '';
  let root = '';
  let container = '';
  let simulator: CollateSimulator;
  let gateway: GatewayContainer;

  beforeAll(async () => {
    const began = performance.now();
    image = buildImage('gateway');
    console.log(`image: built in ${Math.round(performance.now() - began)} ms`);
    container = must('buildah', ['from', '--pull-never', image]);
    root = must('buildah', ['mount', container]);
    simulator = await createCollateSimulator({ raceMs: 1 });
    gateway = await startGatewayContainer(image, { COLLATE_URL: simulator.url, COLLATE_TOKEN: simulator.token });
    console.log(`image: the gateway answers ${gateway.startedInMs} ms after the start of its container`);
  });
  afterAll(async () => {
    await gateway?.[Symbol.asyncDispose]();
    await simulator?.[Symbol.asyncDispose]();
    if (container !== '') must('buildah', ['rm', container]);
  });

  it.each(['entra', 'okta'] as const)(
    'passes the session of %s with its own gateway, without any right',
    async (provider) => {
      simulator.reset();
      const report = await playSession({ provider, baseUrl: gateway.baseUrl, token });
      expect(report.failed).toEqual([]);
      expect(report.passed).toBeGreaterThan(30);
    },
  );

  it('runs as 65532 without capabilities, cannot gain any, and has no writable folder', () => {
    const probe = `
      const { readFileSync, writeFileSync } = require('node:fs');
      const status = readFileSync('/proc/1/status', 'utf8');
      const field = (name) => status.match(new RegExp('^' + name + ':[^0-9a-f]+([0-9a-f]+)', 'm'))[1];
      const write = (path) => { try { writeFileSync(path, ''); return 'written'; } catch ({ code }) { return code; } };
      const fields = Object.fromEntries(['Uid', 'Gid', 'CapEff', 'CapBnd', 'NoNewPrivs', 'Seccomp'].map((name) => [name, field(name)]));
      console.log(JSON.stringify({ ...fields, app: write('/app/dist/main.js'), new: write('/app/x'), root: write('/x') }));`;
    const { stdout, stderr } = gateway.container.exec('/nodejs/bin/node', '-e', probe);
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual({
      Uid: '65532',
      Gid: '65532',
      CapEff: '0000000000000000',
      CapBnd: '0000000000000000',
      NoNewPrivs: '1',
      Seccomp: '2',
      app: 'EROFS',
      new: 'EROFS',
      root: 'EROFS',
    });
  });

  it('reports its health', () => {
    expect(run('podman', ['healthcheck', 'run', gateway.container.name])).toMatchObject({ code: 0 });
    const ask = (setting: string) =>
      run('podman', ['exec', `--env=${setting}`, gateway.container.name, '/nodejs/bin/node', '/app/healthcheck.mjs']);
    expect(ask('HOST=0.0.0.0')).toEqual({ code: 0, stdout: '', stderr: '' });
    const away = { code: 1, stderr: expect.stringContaining('/livez on port 1 cannot be asked') };
    expect(ask('MANAGEMENT_PORT=1')).toMatchObject(away);
    const wrong = { code: 1, stderr: expect.stringContaining('instead of 200') };
    expect(ask(`MANAGEMENT_PORT=${new URL(gateway.baseUrl).port}`)).toMatchObject(wrong);
  });

  it('exits with code 0 on SIGTERM, and prints only its URLs to standard output', async () => {
    const { stdout } = run('podman', ['logs', gateway.container.name]);
    expect(stdout).toMatch(/^SCIM base URL: \S+\nManagement: \S+\n$/);
    expect(await gateway.container.stop()).toBe(0);
  });

  it('names the missing settings when it is not configured', async () => {
    const { code, stderr } = await runContainer(image, hardened, []);
    expect([code, stderr]).toEqual([1, expect.stringContaining('COLLATE_URL')]);
  });

  it('offers the whole command line', async () => {
    const { code, stdout } = await runContainer(image, hardened, ['config', 'docs']);
    expect([code, stdout]).toEqual([0, expect.stringContaining('`COLLATE_URL`')]);
  });

  it('adds less than 120 MB to a base without Node', () => {
    const [node, app] = [sizeOf(join(root, 'nodejs')), sizeOf(join(root, 'app'))];
    console.log(`image: /app has ${app} bytes in ${filesIn(join(root, 'app')).length} files, Node ${node} bytes`);
    expect(app + node).toBeLessThan(mostBytes);
  });

  it('contains no shell, no package manager, no simulator and no development files', () => {
    const paths = filesIn(root).map((path) => path.slice(root.length));
    expect(paths.filter((path) => /\/(sh|bash|busybox|npm|npx|pnpm|yarn|corepack)$/.test(path))).toEqual([]);
    expect(paths.filter((path) => /simulator/.test(path))).toEqual([]);
    expect(
      paths.filter((path) => /node_modules\/(vitest|typescript|@biomejs|turbo|fast-check|knip|ajv-cli)\//.test(path)),
    ).toEqual([]);
    expect(paths.filter((path) => /\.(map|md|ts)$|\.test\.js$|\/(test|tests|__tests__)\//.test(path))).toEqual([]);
    expect(existsSync(join(root, 'src'))).toBe(false);
  });

  it('contains the licences of its packages', () => {
    const missing = packagesIn(root)
      .filter(({ path }) => !readdirSync(path).some((name) => /^(licen[cs]e|copying|notice)/i.test(name)))
      .map(({ manifest }) => manifest.name);
    const neverHad = missing.filter((name) => !name.startsWith('@scim-gateway/'));
    expect(neverHad.length).toBeLessThan(packagesIn(root).length / 5);
    expect(existsSync(join(root, 'app/LICENSE'))).toBe(true);
  });

  it('lists exactly the packages that it contains, with the checksums of the lock file', () => {
    const bom = JSON.parse(readFileSync(join(root, 'app/sbom.cdx.json'), 'utf8'));
    const listed = bom.components.filter(({ type }: { type: string }) => type === 'library');
    const carried = new Set(packagesIn(root).map(({ manifest }) => `${manifest.name}@${manifest.version}`));
    expect(new Set(listed.map(({ name, version }: Named) => `${name}@${version}`))).toEqual(carried);
    const foreign = listed.filter(({ name }: Named) => !name.startsWith('@scim-gateway/'));
    expect(foreign.length).toBeGreaterThan(50);
    // A package without a checksum is not in the lock file: no test has run with it.
    expect(foreign.filter(({ hashes }: Named) => hashes?.length !== 1)).toEqual([]);
    const refs = new Set(listed.map((component: Named) => component['bom-ref']));
    const wanted = bom.dependencies.flatMap(({ dependsOn }: { dependsOn: readonly string[] }) => dependsOn);
    expect(wanted.filter((ref: string) => !refs.has(ref))).toEqual([]);
    expect(bom.components[0]).toMatchObject({ type: 'container', name: runtimeBase });
  });

  it('has a list that the schema of CycloneDX accepts', () => {
    installTools();
    expect(runTool('validate-bom.mjs', [join(root, 'app/sbom.cdx.json')])).toEqual({ code: 0, output: '' });
  });

  it('describes itself by labels', () => {
    const [{ Docker }] = [JSON.parse(must('buildah', ['inspect', '--type=image', image]))];
    const { Labels, User, StopSignal, Entrypoint, Cmd, Env, ExposedPorts } = Docker.config;
    expect({ User, StopSignal, Entrypoint, Cmd }).toEqual({
      User: '65532:65532',
      StopSignal: 'SIGTERM',
      Entrypoint: ['/nodejs/bin/node', '/app/dist/main.js'],
      Cmd: ['serve'],
    });
    expect(Object.keys(ExposedPorts).sort()).toEqual(['8080/tcp', '9090/tcp']);
    expect(Labels).toMatchObject({
      'org.opencontainers.image.licenses': 'Apache-2.0',
      'org.opencontainers.image.revision': 'of-the-test',
    });
    expect(Env.filter((entry: string) => /TOKEN|PASSWORD|SECRET/.test(entry))).toEqual([]);
  });
});

interface Named {
  readonly name: string;
  readonly version: string;
  readonly hashes?: readonly unknown[];
  readonly 'bom-ref': string;
}

function filesIn(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesIn(path) : [path];
  });
}

function sizeOf(folder: string): number {
  return filesIn(folder).reduce((total, path) => total + lstatSync(path).size, 0);
}

/** The real folders of the packages in the image. */
function packagesIn(root: string): readonly { readonly path: string; readonly manifest: Named }[] {
  return filesIn(join(root, 'app/node_modules'))
    .filter((path) => /\/node_modules\/(@[^/]+\/)?[^/@]+\/package\.json$/.test(path))
    .map((path) => ({
      path: path.slice(0, -'/package.json'.length),
      manifest: JSON.parse(readFileSync(path, 'utf8')),
    }));
}
