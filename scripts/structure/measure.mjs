// Takes every measure of a checkout.
import { codeKinds, measureCode } from './code.mjs';
import { measureRooms } from './rooms.mjs';
import { isProductSource, listFiles, parseFile } from './source.mjs';
import { findWords, isProse } from './words.mjs';

/** The figures of the checkout at `root`, the rooms of provisioning, and the findings that the figures count. */
export function measure(root) {
  const paths = listFiles(root);
  const sources = paths.filter(isProductSource).map((path) => parseFile(root, path));
  const rooms = measureRooms(sources);
  const findings = [...sources.flatMap(measureCode), ...paths.filter(isProse).flatMap((path) => findWords(root, path))];
  const count = (wanted) => findings.filter(({ kind }) => kind === wanted).length;
  const counts = [...Object.keys(codeKinds), 'words'].map((kind) => [kind, count(kind)]);
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
