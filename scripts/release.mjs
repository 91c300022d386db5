// Plays or makes a release: release.mjs [VERSION] [--dry-run]. Without a version the commits since the last release decide.
// Sets the version of the packages, the chart and the image, and writes the changelog's section. Commits and tags nothing.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { toSection, withChartChanges, withSection } from './lib/changelog.mjs';
import { baseCommit, git, isAncestor, listCommits, parseSubject } from './lib/commits.mjs';
import { printDiff } from './lib/diff.mjs';

const folder = process.cwd();
const read = (path) => readFileSync(join(folder, path), 'utf8');

const chart = 'charts/scim-gateway/Chart.yaml';

/** Files that name the version, and how each names it. */
const places = [
  ...packageFiles().map((path) => [path, (version) => `"version": "${version}"`]),
  ['openapi/scim-gateway.openapi.json', (version) => `"version": "${version}"`],
  [chart, (version) => `\nversion: ${version}\n`],
  [chart, (version) => `\nappVersion: ${version}\n`],
  [chart, (version) => `image: scim-gateway:${version}\n`],
  ['charts/test/cases/pod-cases.ts', (version) => `:${version}'`],
  ['deploy/Dockerfile', (version) => `ARG VERSION=${version}\n`],
  ['docs/image.md', (version) => `scim-gateway:${version}`],
  ['docs/image.md', (version) => `VERSION=${version} `],
];

function packageFiles() {
  const members = ['packages', 'services'].flatMap((parent) =>
    readdirSync(join(folder, parent)).map((name) => `${parent}/${name}`),
  );
  return ['package.json', 'benchmarks/package.json', ...members.map((member) => `${member}/package.json`)];
}

function fail(message) {
  console.error(message);
  process.exit(1);
}

/** The tag of the last release; before the first one, the commit from which the changelog is written. */
function findLastRelease() {
  const { status, stdout } = git(folder, 'describe', '--tags', '--abbrev=0', '--match', 'v*');
  if (status === 0) return stdout.trim();
  return isAncestor(baseCommit, folder) ? baseCommit : undefined;
}

const isBreaking = ({ subject, body }) =>
  parseSubject(subject)?.breaking !== undefined || /^BREAKING CHANGE: /m.test(body);

/** The version after the commits by semantic versioning; before 1.0 a breaking change raises the minor version. */
function nextVersion(current, commits) {
  const [major, minor, patch] = current.split('.').map(Number);
  if (commits.some(isBreaking) && major > 0) return `${major + 1}.0.0`;
  const addsFeature = commits.some((commit) => isBreaking(commit) || parseSubject(commit.subject)?.type === 'feat');
  return addsFeature ? `${major}.${minor + 1}.0` : `${major}.${minor}.${patch + 1}`;
}

function isHigher(version, current) {
  const [next, last] = [version, current].map((text) => text.split(/[.-]/).map(Number));
  const index = next.findIndex((part, position) => part !== last[position]);
  return index >= 0 && !(next[index] < last[index]);
}

/** The new texts of all files, by path. */
function rewrite(current, version, commits) {
  const texts = new Map();
  for (const [path, naming] of places) {
    const text = texts.get(path) ?? read(path);
    if (!text.includes(naming(current))) fail(`${path} does not contain ${JSON.stringify(naming(current))}.`);
    texts.set(path, text.replaceAll(naming(current), naming(version)));
  }
  const date = new Date().toISOString().slice(0, 10);
  const section = toSection({ version, date, commits });
  texts.set('CHANGELOG.md', withSection(read('CHANGELOG.md'), section));
  texts.set(chart, withChartChanges(texts.get(chart), section));
  return texts;
}

const words = process.argv.slice(2);
const isDryRun = words.includes('--dry-run');
const [wanted, ...rest] = words.filter((word) => word !== '--dry-run');
if (rest.length > 0 || wanted?.startsWith('-')) fail('Usage: npm run release -- [VERSION] [--dry-run]');
if (git(folder, 'status', '--porcelain').stdout !== '')
  fail('The working tree has changes: commit or stash them first.');
const since = findLastRelease();
if (since === undefined) fail('No tag of a release is part of this clone: fetch the whole history first.');
const current = JSON.parse(read('package.json')).version;
const commits = listCommits(`${since}..HEAD`, folder);
const version = wanted ?? nextVersion(current, commits);
if (!/^\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?$/.test(version)) fail(`"${version}" is not a semantic version.`);
if (!isHigher(version, current)) fail(`${version} is not higher than ${current}.`);
const texts = rewrite(current, version, commits);
if (isDryRun) {
  for (const [path, text] of texts) printDiff(path, read(path), text);
  console.log(`Version ${current} → ${version}: ${texts.size} files would change. Nothing was written.`);
} else {
  for (const [path, text] of texts) writeFileSync(join(folder, path), text);
  console.log(`Version ${current} → ${version}: ${texts.size} files changed. Review them, then:`);
  console.log(`git commit --all --message "chore(release): ${version}" && git tag v${version}`);
}
