// Measures the imports between the rooms of a folder. A room is a folder in it, or a file at its top.
import { posix } from 'node:path';

/** Where the gateway's use cases live: the folder whose rooms are measured. */
export const roomsFolder = 'services/gateway/src/provisioning';

/**
 * The rooms of `folder`, how many import statements go from each to each, the circles among them, and the number of layers (the
 * longest chain of rooms of which each imports the next; the rooms of a circle count as one chain).
 */
export function measureRooms(files, folder = roomsFolder) {
  const rooms = new Set();
  const arrows = new Map();
  for (const file of files) {
    const room = roomOf(file.path, folder);
    if (room === undefined) continue;
    rooms.add(room);
    for (const imported of importsOf(file)) {
      const target = roomOf(imported, folder);
      if (target === undefined || target === room) continue;
      const key = `${room} → ${target}`;
      arrows.set(key, (arrows.get(key) ?? 0) + 1);
    }
  }
  const next = neighbours(rooms, arrows.keys());
  const circles = findCircles(next);
  const imports = [...arrows.values()].reduce((sum, count) => sum + count, 0);
  return {
    rooms: rooms.size,
    imports,
    arrows: Object.fromEntries(arrows),
    circles,
    layers: countLayers(next, circles),
  };
}

/** The files of this repository that a file imports or re-exports from, one entry a statement. */
export function importsOf(file) {
  const { staticImports, staticExports, dynamicImports } = file.module;
  const requests = [
    ...staticImports.map((statement) => statement.moduleRequest.value),
    ...staticExports.flatMap(({ entries }) => entries.find((entry) => entry.moduleRequest)?.moduleRequest.value ?? []),
    ...dynamicImports.map(({ moduleRequest }) => file.text.slice(moduleRequest.start + 1, moduleRequest.end - 1)),
  ];
  return requests.filter((request) => request.startsWith('.')).map((request) => resolveImport(file.path, request));
}

/** The path that a relative import means. */
export function resolveImport(path, request) {
  return posix.join(posix.dirname(path), request);
}

function roomOf(path, folder) {
  if (!path.startsWith(`${folder}/`)) return undefined;
  return path.slice(folder.length + 1).split('/')[0];
}

function neighbours(rooms, arrows) {
  const next = new Map([...rooms].map((room) => [room, []]));
  for (const arrow of arrows) {
    const [from, to] = arrow.split(' → ');
    next.get(from).push(to);
  }
  return next;
}

/** Groups of rooms that reach one another. */
function findCircles(next) {
  const reached = new Map([...next.keys()].map((room) => [room, reachableFrom(room, next)]));
  const circles = [];
  const seen = new Set();
  for (const room of next.keys()) {
    if (seen.has(room) || !reached.get(room).has(room)) continue;
    const circle = [...reached.get(room)].filter((other) => reached.get(other)?.has(room));
    for (const member of circle) seen.add(member);
    circles.push(circle.sort());
  }
  return circles;
}

function reachableFrom(room, next) {
  const reached = new Set();
  const pending = [...next.get(room)];
  for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
    if (reached.has(at)) continue;
    reached.add(at);
    pending.push(...(next.get(at) ?? []));
  }
  return reached;
}

function countLayers(next, circles) {
  const circleOf = (room) => circles.find((circle) => circle.includes(room)) ?? [room];
  const depths = new Map();
  const depthOf = (room) => {
    const circle = circleOf(room);
    const key = circle[0];
    if (!depths.has(key)) {
      const below = circle.flatMap((member) => next.get(member) ?? []).filter((other) => !circle.includes(other));
      depths.set(key, circle.length + Math.max(0, ...below.map(depthOf)));
    }
    return depths.get(key);
  };
  return Math.max(0, ...[...next.keys()].map(depthOf));
}
