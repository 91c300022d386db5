// Measures how the code is built and written. See scripts/README.md for what each figure means.
//   node scripts/measure-structure.mjs [--json] [--root DIR]      the table: each figure beside its target
//   node scripts/measure-structure.mjs --code|--exports|--words [PATH…]   each finding under these paths, with file and line
//   node scripts/measure-structure.mjs --rooms                    the imports from each room to each other
import { parseArgs } from 'node:util';
import { codeKinds } from './structure/code.mjs';
import { measure } from './structure/measure.mjs';
import { isUnder } from './structure/source.mjs';
import { targets } from './structure/targets.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean' },
    root: { type: 'string', default: process.cwd() },
    code: { type: 'boolean' },
    exports: { type: 'boolean' },
    words: { type: 'boolean' },
    rooms: { type: 'boolean' },
  },
});

const titles = {
  roomImports: 'imports between the rooms of provisioning',
  roomCircles: 'circles of rooms',
  roomLayers: 'layers of rooms',
  ...codeKinds,
  unusedExports: 'exports that only their own tests use',
  words: 'tell-tale words',
};

const { figures, rooms, findings } = measure(values.root);

if (values.json) console.log(JSON.stringify(figures, null, 2));
else if (values.rooms) printRooms();
else if (values.code || values.exports || values.words) printFindings();
else printTable();

function printTable() {
  for (const [figure, title] of Object.entries(titles)) {
    const mark = figures[figure] <= targets[figure] ? '✓' : '✗';
    console.log(`${mark} ${title.padEnd(42)} ${String(figures[figure]).padStart(5)}  (target ${targets[figure]})`);
  }
  for (const circle of rooms.circles) console.log(`  circle: ${circle.join(', ')}`);
}

function printRooms() {
  const arrows = Object.entries(rooms.arrows).sort(([left], [right]) => left.localeCompare(right));
  for (const [arrow, count] of arrows) console.log(`${String(count).padStart(3)}  ${arrow}`);
  for (const circle of rooms.circles) console.log(`circle: ${circle.join(', ')}`);
}

function printFindings() {
  const kinds = [
    ...(values.code ? Object.keys(codeKinds) : []),
    ...(values.exports ? ['unusedExports'] : []),
    ...(values.words ? ['words'] : []),
  ];
  const folders = positionals.length === 0 ? ['.'] : positionals;
  const wanted = findings.filter(({ kind, path }) => kinds.includes(kind) && isUnder(path, folders));
  for (const { kind, path, line, text } of wanted) console.log(`${path}:${line}: ${titles[kind]}: ${text}`);
  console.log(`${wanted.length} found`);
}
