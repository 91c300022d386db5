// Finds and parses the files that the other modules of this folder measure.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { parseSync } from 'oxc-parser';

/** Paths of the files under version control, and of new files that git does not ignore, relative to `root`. */
export function listFiles(root) {
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  return listed
    .split('\n')
    .filter((path) => path !== '' && existsSync(join(root, path)))
    .sort();
}

/** Product code: TypeScript under `src` of a package or service. Tests and the contract suites in `testing/` are not. */
export function isProductSource(path) {
  return /^(?:packages|services)\/[^/]+\/src\/.+\.ts$/.test(path) && !/\.test\.ts$|\/testing\//.test(path);
}

/** Is the path one of these files, or in one of these folders? */
export function isUnder(path, folders) {
  const names = folders.map((folder) => posix.normalize(folder).replace(/\/$/, ''));
  return names.some((name) => name === '.' || path === name || path.startsWith(`${name}/`));
}

/** Is this a file that `parseFile` reads? */
export function isCode(path) {
  return /\.(?:ts|mjs)$/.test(path);
}

/** Reads and parses a file of the checkout at `root`. */
export function parseFile(root, path) {
  return parseText(path, readFileSync(join(root, path), 'utf8'));
}

/** A parsed file: its path, text, syntax tree (ESTree), comments, and import and export records. */
export function parseText(path, text) {
  const { program, comments, module, errors } = parseSync(path, text);
  if (errors.length > 0) throw new Error(`Cannot parse ${path}: ${errors[0].message}`);
  return { path, text, program, comments, module, lineAt: lineFinder(text) };
}

/** Calls `visit(node, parent)` for every node of a syntax tree, parents first. */
export function walk(node, visit, parent) {
  visit(node, parent);
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? value : [value]) {
      if (typeof child?.type === 'string') walk(child, visit, node);
    }
  }
}

/** Returns a function from an offset to its line, counted from 1. */
function lineFinder(text) {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return (offset) => {
    let low = 0;
    let high = starts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (starts[middle] <= offset) low = middle;
      else high = middle;
    }
    return low + 1;
  };
}
