import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root of the repository, with a slash at its end. */
export const root = fileURLToPath(new URL('../../..', import.meta.url));

/** Folders whose content is installed, built or left behind by a run. */
const ignored = new Set(['.git', '.turbo', 'node_modules', 'dist', 'coverage']);

/** Paths of all files of the repository, relative to its root, without installed and built ones. */
export function listFiles(): readonly string[] {
  return listFolder('');
}

function listFolder(folder: string): readonly string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) return ignored.has(entry.name) ? [] : listFolder(path);
    return [path];
  });
}

/** The text of a file, by its path from the root. */
export function readText(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}
