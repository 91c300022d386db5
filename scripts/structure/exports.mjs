// Finds exports of packages and services that nothing uses but their own tests. (knip counts a test as a user.)
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { resolveImport } from './rooms.mjs';
import { isProductSource, walk } from './source.mjs';

/**
 * Exports that nothing uses but tests of their own package:
 * - a function, class or constant that an entry point of a package exports needs a user outside the package;
 * - every other export, and every type, needs a user in product code, its own file included.
 */
export function findUnusedExports(root, files) {
  const graph = {
    files: new Map(files.map((file) => [file.path, file])),
    entries: readEntries(root, files),
    used: new Set(),
  };
  for (const file of files) {
    for (const [target, name] of importedNames(graph, file)) {
      if (isUser(file.path, target)) markUsed(graph, target, name);
    }
  }
  return files
    .filter(({ path }) => isProductSource(path))
    .flatMap((file) => exportedNames(file).filter((exported) => isUnused(graph, file, exported)))
    .map(({ path, line, name }) => ({ kind: 'unusedExports', path, line, text: name }));
}

/** Every import of another file: its path and the name that it exports, `*` for all of them. */
function importedNames(graph, file) {
  const names = file.module.staticImports.flatMap((statement) =>
    statement.entries.map(({ importName }) => [statement.moduleRequest.value, nameOf(importName)]),
  );
  for (const { moduleRequest } of file.module.dynamicImports) {
    names.push([file.text.slice(moduleRequest.start + 1, moduleRequest.end - 1), '*']);
  }
  return names.map(([request, name]) => [resolveRequest(graph, file.path, request), name]);
}

function nameOf({ kind, name }) {
  if (kind === 'Default') return 'default';
  return name ?? '*';
}

/** The names that a file exports, each with the file it comes from when it is only passed on. */
function exportedNames(file) {
  return file.module.staticExports
    .flatMap(({ entries }) => entries)
    .map(({ start, exportName, importName, localName, moduleRequest, isType }) => ({
      path: file.path,
      line: file.lineAt(start),
      name: nameOf(exportName),
      local: localName.name,
      from: moduleRequest === null ? undefined : { request: moduleRequest.value, name: nameOf(importName) },
      isType,
    }));
}

function isUnused(graph, file, exported) {
  const { path, name } = exported;
  if (graph.used.has(`${path}#${name}`) || graph.used.has(`${path}#*`)) return false;
  const origin = findOrigin(graph, file, exported);
  if ([...graph.entries.values()].includes(path) && !origin.isType) return true;
  return !graph.used.has(`${origin.file.path}#${origin.name}`) && !isUsedInFile(origin);
}

/** The file and declaration that an export is passed on from. */
function findOrigin(graph, file, exported) {
  if (exported.from === undefined) {
    const isType = exported.isType || isTypeDeclaration(file, exported.local);
    return { file, name: exported.name, local: exported.local, isType };
  }
  const next = graph.files.get(resolveRequest(graph, file.path, exported.from.request));
  const passedOn = next && exportedNames(next).find(({ name }) => name === exported.from.name);
  if (passedOn === undefined) return { file, name: exported.name, local: exported.name, isType: exported.isType };
  return findOrigin(graph, next, passedOn);
}

function isTypeDeclaration(file, name) {
  return file.program.body.some(({ declaration }) => {
    return declaration?.id?.name === name && /^TS(?:Interface|TypeAlias)Declaration$/.test(declaration.type);
  });
}

/** Is a declaration named again in its own file? */
function isUsedInFile({ file, local }) {
  let count = 0;
  walk(file.program, (node, parent) => {
    const isKey = parent?.key === node && parent.computed === false;
    const isProperty = parent?.property === node && parent.computed === false;
    if (node.type === 'Identifier' && node.name === local && !isKey && !isProperty) count += 1;
  });
  return count > 1;
}

/** Does a use in the file at `path` keep an export of the file at `target`? */
function isUser(path, target) {
  return target !== undefined && (packageOf(path) !== packageOf(target) || isProductSource(path));
}

function packageOf(path) {
  return path.split('/').slice(0, 2).join('/');
}

/** Marks an export, and every export that it is passed on from. */
function markUsed(graph, path, name) {
  const key = `${path}#${name}`;
  if (graph.used.has(key)) return;
  graph.used.add(key);
  const file = graph.files.get(path);
  if (file === undefined) return;
  for (const exported of exportedNames(file)) {
    if (exported.from === undefined || (name !== '*' && exported.name !== name)) continue;
    const next = resolveRequest(graph, path, exported.from.request);
    if (next !== undefined) markUsed(graph, next, exported.from.name);
  }
}

/** The path of the repository that an import means; `undefined` for other packages. */
function resolveRequest(graph, path, request) {
  return request.startsWith('.') ? resolveImport(path, request) : graph.entries.get(request);
}

/** The entry points of the packages: what an import names → the path of its source. */
function readEntries(root, files) {
  const entries = new Map();
  for (const folder of new Set(files.map(({ path }) => packageOf(path)))) {
    if (!folder.startsWith('packages/')) continue;
    const { name, exports } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
    for (const [subpath, { source }] of Object.entries(exports)) {
      entries.set(`${name}${subpath.slice(1)}`, resolveImport(`${folder}/package.json`, source));
    }
  }
  return entries;
}
