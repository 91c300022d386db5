// Removes the files that a deployed gateway does not need at run time: prune.mjs FOLDER
import { lstatSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';

/** Documentation and inputs of compilers. Licences stay: they must accompany the image. */
const superfluousFile =
  /\.(map|md|markdown|ts|mts|cts|tsbuildinfo|flow|yml|yaml)$|^\.(?!pnpm$)|^(Makefile|Gruntfile\.js)$/i;
const superfluousFolder = /^(test|tests|__tests__|example|examples|docs|benchmark|benchmarks|coverage|\.github)$/;
/** The only files of this repository's packages that stay: the built code and package.json. */
const ownParts = new Set(['dist', 'node_modules', 'package.json']);

const folder = process.argv[2];
if (folder === undefined) throw new Error('Usage: prune.mjs FOLDER, the folder of the deployed gateway');
prune(folder);

function prune(path) {
  const isOwn = nameOf(path)?.startsWith('@scim-gateway/') ?? false;
  for (const entry of readdirSync(path)) {
    const child = join(path, entry);
    const stat = lstatSync(child);
    if (isOwn && !ownParts.has(entry)) rmSync(child, { recursive: true });
    else if (stat.isDirectory()) pruneFolder(child, path);
    else if (stat.isFile() && superfluousFile.test(entry)) rmSync(child);
  }
}

function pruneFolder(child, parent) {
  const isInPackage = !['node_modules', '.pnpm'].includes(basename(parent)) && !basename(parent).startsWith('@');
  if (basename(child) === '.bin' || (superfluousFolder.test(basename(child)) && isInPackage))
    rmSync(child, { recursive: true });
  else prune(child);
}

function nameOf(path) {
  try {
    return JSON.parse(readFileSync(join(path, 'package.json'), 'utf8')).name;
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}
