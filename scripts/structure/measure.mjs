// Takes every measure of a checkout.
import { codeKinds, measureCode } from './code.mjs';
import { findUnusedExports } from './exports.mjs';
import { measureRooms } from './rooms.mjs';
import { isCode, isProductSource, listFiles, parseFile } from './source.mjs';
import { findWords, isProse } from './words.mjs';

/** The figures of the checkout at `root`, the rooms of provisioning, and the findings that the figures count. */
export function measure(root) {
  const paths = listFiles(root);
  const files = new Map(paths.filter(isCode).map((path) => [path, parseFile(root, path)]));
  const sources = [...files.values()].filter(({ path }) => isProductSource(path));
  const rooms = measureRooms(sources);
  const findings = [
    ...sources.flatMap(measureCode),
    ...findUnusedExports(root, [...files.values()]),
    ...paths.filter(isProse).flatMap((path) => findWords(root, path, files.get(path))),
  ];
  const count = (wanted) => findings.filter(({ kind }) => kind === wanted).length;
  const counts = [...Object.keys(codeKinds), 'unusedExports', 'words'].map((kind) => [kind, count(kind)]);
  return {
    figures: {
      roomImports: rooms.imports,
      roomCircles: rooms.circles.length,
      roomLayers: rooms.layers,
      ...Object.fromEntries(counts),
    },
    rooms,
    findings,
  };
}
