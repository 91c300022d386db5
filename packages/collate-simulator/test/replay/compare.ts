import { type Answered, isObject, uuid } from './recording.ts';

/** The first difference between a recorded answer and the simulator's; undefined when they agree. */
export type Compare = (recorded: Answered, actual: Answered) => string | undefined;

/** Compares status, headers and shape; of lists the first items, of messages the beginnings. */
export const compareShapes: Compare = (recorded, actual) =>
  statusDifference(recorded, actual) ??
  headerDifference(recorded, actual, ['Content-Type', 'X-OpenMetadata-Change']) ??
  difference(recorded.body, actual.body, '', { values: false });

/** As `compareShapes`, and compares more headers, whole messages and the values of properties. */
export const compareAnswers: Compare = (recorded, actual) =>
  statusDifference(recorded, actual) ?? (recorded.status === 0 ? undefined : contentDifference(recorded, actual));

const contentDifference: Compare = (recorded, actual) =>
  headerDifference(recorded, actual, ['Content-Type', 'X-OpenMetadata-Change', 'WWW-Authenticate', 'Allow']) ??
  presenceDifference(recorded, actual, 'ETag') ??
  difference(recorded.body, actual.body, '', { values: true });

function statusDifference(recorded: Answered, actual: Answered): string | undefined {
  if (recorded.status === actual.status) return undefined;
  return `status ${actual.status} instead of ${recorded.status}: ${(JSON.stringify(actual.body) ?? '').slice(0, 120)}`;
}

function headerDifference(recorded: Answered, actual: Answered, names: readonly string[]): string | undefined {
  const sorted = (value: string | undefined) => (value ?? '').split(',').sort().join();
  for (const name of names) {
    const [left, right] = [sorted(recorded.headers[name]), sorted(actual.headers[name.toLowerCase()])];
    if (left !== right) return `${name} ${right} instead of ${left}`;
  }
  return presenceDifference(recorded, actual, 'Location');
}

function presenceDifference(recorded: Answered, actual: Answered, name: string): string | undefined {
  const [left, right] = [recorded.headers[name] !== undefined, actual.headers[name.toLowerCase()] !== undefined];
  return left === right ? undefined : `${name} is ${right ? 'present' : 'absent'}`;
}

interface Depth {
  /** Whether values count, not only their types. */
  readonly values: boolean;
}

/** Differ on every server, or repeat the change that led to a version. */
const ignored = /\/(changeDescription|incrementalChangeDescription|profile|authenticationMechanism|versions)$/;
/** Ids, times, links, tokens, cursors and counts of the whole database. */
const volatile =
  /\/(id|href|updatedAt|timestamp|lastLoginTime|lastActivityTime|entityId|after|before|total|revision|JWTToken|JWTTokenExpiresAt|picture|entity)$/;

/** The first place where two values differ. */
function difference(recorded: unknown, actual: unknown, path: string, depth: Depth): string | undefined {
  if (ignored.test(path)) return undefined;
  if (isTrimmed(recorded)) return undefined;
  if (isMessage(path, recorded, depth)) return compareTexts(String(recorded), String(actual), path, depth);
  if (Array.isArray(recorded) && Array.isArray(actual)) return compareLists(recorded, actual, path, depth);
  if (isObject(recorded) && isObject(actual)) return compareObjects(recorded, actual, path, depth);
  if (typeof recorded !== typeof actual) return `${path} is ${typeof actual} instead of ${typeof recorded}`;
  if (!depth.values || volatile.test(path) || withoutIds(recorded) === withoutIds(actual)) return undefined;
  return `${path} is ${withoutIds(actual)} instead of ${withoutIds(recorded)}`;
}

function isTrimmed(recorded: unknown): boolean {
  return typeof recorded === 'string' && (/^<(?!h1)/.test(recorded) || recorded.includes('…<'));
}

/** Messages, and bodies of plain text. */
function isMessage(path: string, recorded: unknown, { values }: Depth): boolean {
  return /message$/i.test(path) || (values && path === '' && typeof recorded === 'string');
}

function withoutIds(value: unknown): string {
  return String(value)
    .replace(uuid, 'ID')
    .replace(/http:\/\/127\.0\.0\.1:\d+/g, 'BASE');
}

function compareLists(
  recorded: readonly unknown[],
  actual: readonly unknown[],
  path: string,
  depth: Depth,
): string | undefined {
  if (recorded.some((item) => typeof item === 'string' && item.startsWith('<'))) return undefined;
  // A page of the database: other entities may be on it.
  if (depth.values && path === '/data')
    return nameOf(recorded[0]) !== nameOf(actual[0])
      ? undefined
      : difference(recorded[0], actual[0], `${path}/0`, { values: false });
  if (recorded.length !== actual.length) return `${path} has ${actual.length} items instead of ${recorded.length}`;
  const compared = depth.values ? recorded.length : Math.min(1, recorded.length);
  for (let index = 0; index < compared; index += 1) {
    const found = difference(recorded[index], actual[index], `${path}/${index}`, depth);
    if (found !== undefined) return found;
  }
  return undefined;
}

function nameOf(item: unknown): unknown {
  return isObject(item) ? item['name'] : undefined;
}

function compareObjects(
  recorded: Readonly<Record<string, unknown>>,
  actual: Readonly<Record<string, unknown>>,
  path: string,
  depth: Depth,
): string | undefined {
  const [left, right] = [Object.keys(recorded).sort(), Object.keys(actual).sort()];
  if (left.join() !== right.join()) {
    const missing = left.filter((key) => !right.includes(key));
    const extra = right.filter((key) => !left.includes(key));
    return `${path} lacks [${missing.join()}], has besides [${extra.join()}]`;
  }
  for (const key of left) {
    const found = difference(recorded[key], actual[key], `${path}/${key}`, depth);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Compares messages without ids, tags and source positions, and lists in any order. */
function compareTexts(recorded: string, actual: string, path: string, depth: Depth): string | undefined {
  const normal = depth.values ? wholeText : beginning;
  return normal(recorded) === normal(actual)
    ? undefined
    : `${path} "${normal(actual)}" instead of "${normal(recorded)}"`;
}

function wholeText(text: string): string {
  const bare = text
    .replace(uuid, 'ID')
    .replace(/"[\da-f]{16}"/g, 'TAG')
    .replace(/ \(\w+ known propert.*/s, '')
    .replace(/\s*\(through reference chain.*/s, '')
    .replace(/(PSQLException: ERROR: [^\n\]]*).*/s, '$1')
    .replace(/\n(\\n)? at \[.*| at \[Source: .*/s, '');
  return /^\[.*\]$/s.test(bare) ? bare.slice(1, -1).split(', ').sort().join() : bare;
}

function beginning(text: string): string {
  const bare =
    text
      .replace(uuid, 'ID')
      .split('\n at [')[0]
      ?.replace(/\\n at \[.*/s, '')
      .slice(0, 70) ?? '';
  const list = /^\[(.*?)\]?$/.exec(bare)?.[1];
  return list === undefined ? bare : [...(/^\[(.*)\]$/s.exec(text)?.[1] ?? list).split(', ')].sort().join();
}
