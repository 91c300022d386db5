// Writes the components of a deployed gateway as CycloneDX 1.6: sbom.mjs FOLDER LOCKFILE BASE_IMAGE
// It lists the installed packages, not the declared ones. Checksums come from the lock file. The output depends on the input only.
import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, sep } from 'node:path';

const [folder, lockFile, baseImage] = process.argv.slice(2);
if (baseImage === undefined) throw new Error('Usage: sbom.mjs FOLDER LOCKFILE BASE_IMAGE');
const integrities = readIntegrities(readFileSync(lockFile, 'utf8'));
const root = readPackage(folder);
const packages = findPackages(join(folder, 'node_modules', '.pnpm'));
writeFileSync(join(folder, 'sbom.cdx.json'), `${JSON.stringify(toBom(), null, 1)}\n`);

function toBom() {
  const components = packages.map(toComponent).sort((a, b) => (a['bom-ref'] < b['bom-ref'] ? -1 : 1));
  const dependencies = [
    { ref: refOf(root), dependsOn: dependenciesOf(join(folder, 'node_modules')) },
    ...packages.map(({ path, manifest }) => ({
      ref: refOf(manifest),
      dependsOn: dependenciesOf(modulesFolderOf(path)).filter((ref) => ref !== refOf(manifest)),
    })),
  ].sort((a, b) => (a.ref < b.ref ? -1 : 1));
  const [baseName, baseDigest] = baseImage.split('@');
  const base = { type: 'container', 'bom-ref': 'base-image', name: baseName, version: baseDigest ?? 'not pinned' };
  const content = { components: [base, ...components], dependencies };
  return {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: `urn:uuid:${toUuid(JSON.stringify(content))}`,
    version: 1,
    metadata: { component: { ...toComponent({ manifest: root }), type: 'application' } },
    ...content,
  };
}

/** The real folders of packages in pnpm's store; symbolic links are dependencies. */
function findPackages(store) {
  const found = readdirSync(store)
    .filter((entry) => entry !== 'node_modules' && lstatSync(join(store, entry)).isDirectory())
    .flatMap((entry) => entriesOf(join(store, entry, 'node_modules')))
    .filter((path) => !lstatSync(path).isSymbolicLink())
    .map((path) => ({ path, manifest: readPackage(path) }));
  const byRef = new Map(found.map((one) => [refOf(one.manifest), one]));
  return [...byRef.values()];
}

/** The packages directly in a folder of modules, including scoped ones. */
function entriesOf(modules) {
  return readdirSync(modules)
    .filter((entry) => !entry.startsWith('.'))
    .flatMap((entry) =>
      entry.startsWith('@')
        ? readdirSync(join(modules, entry)).map((name) => join(modules, entry, name))
        : [join(modules, entry)],
    );
}

function modulesFolderOf(path) {
  return basename(dirname(path)) === 'node_modules' ? dirname(path) : dirname(dirname(path));
}

function dependenciesOf(modules) {
  return entriesOf(modules)
    .filter((path) => lstatSync(path).isSymbolicLink() || !path.includes(`${sep}.pnpm${sep}`))
    .map((path) => refOf(readPackage(realpathSync(path))))
    .sort();
}

function toComponent({ manifest }) {
  const { name, version, description, license } = manifest;
  const integrity = integrities.get(`${name}@${version}`);
  return {
    type: 'library',
    'bom-ref': refOf(manifest),
    name,
    version,
    ...(typeof description === 'string' ? { description } : {}),
    ...(integrity === undefined ? {} : { hashes: [{ alg: 'SHA-512', content: integrity }] }),
    ...(typeof license === 'string' ? { licenses: [{ expression: license }] } : {}),
    purl: refOf(manifest),
  };
}

function refOf({ name, version }) {
  return `pkg:npm/${name.replace('@', '%40')}@${version}`;
}

function readPackage(path) {
  return JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'));
}

/** `name@version` → SHA-512 in hexadecimal digits. */
function readIntegrities(text) {
  const entries = text.matchAll(/^ {2}'?([^\s']+@[^\s':(]+)'?:\n {4}resolution: \{integrity: sha512-([^},]+)/gm);
  return new Map([...entries].map(([, id, digest]) => [id, Buffer.from(digest, 'base64').toString('hex')]));
}

/** A UUID (version 8) of a text. */
function toUuid(text) {
  const hex = createHash('sha256').update(text).digest('hex');
  const variant = ((Number.parseInt(hex[16], 16) & 3) | 8).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}
