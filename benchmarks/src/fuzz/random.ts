/** Random choices that are the same for the same seed. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** An integer from 0 to bound − 1. (Mulberry32, public domain.) */
  below(bound: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * bound);
  }

  pick<T>(items: readonly [T, ...T[]]): T {
    return items[this.below(items.length)] ?? items[0];
  }

  chance(oneIn: number): boolean {
    return this.below(oneIn) === 0;
  }
}

const scraps = [
  ...['userName', 'name.givenName', 'emails', 'emails[type eq "work"].value', 'members', 'meta.lastModified', 'active'],
  ...[
    'urn:ietf:params:scim:schemas:core:2.0:User:userName',
    'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User',
  ],
  ...['eq', 'NE', 'co', 'sw', 'ew', 'pr', 'gt', 'le', 'and', 'or', 'not', '(', ')', '[', ']', '.', ':', ',', ' ', '  '],
  ...[
    '"a"',
    '"\\u0000"',
    '"\\ud800"',
    '""',
    "'a'",
    '1',
    '-1e9999',
    'true',
    'False',
    'null',
    '"2026-01-31T12:00:00Z"',
    '"',
  ],
  ...[
    '__proto__',
    'constructor',
    'toString',
    '\u0000',
    '\ud800',
    '\u{1F600}',
    'ß',
    'İ',
    '\\',
    '/',
    '%',
    '*',
    'x'.repeat(300),
  ],
] as const;

/** Text made of tokens of the grammars and of tokens that they do not expect. */
export function randomText(random: Random): string {
  const length = random.chance(50) ? 400 : 1 + random.below(12);
  let text = '';
  for (let index = 0; index < length; index += 1) {
    text += scraps[random.below(scraps.length)] ?? '';
    if (random.chance(2)) text += ' ';
  }
  return text;
}

/** The text with a few characters removed or replaced. */
export function mutated(text: string, random: Random): string {
  let changed = text;
  for (let times = 1 + random.below(4); times > 0; times -= 1) {
    const at = random.below(changed.length + 1);
    const scrap = scraps[random.below(scraps.length)] ?? '';
    const until = Math.min(changed.length, at + random.below(3));
    changed = changed.slice(0, at) + (random.chance(3) ? '' : scrap) + changed.slice(until);
  }
  return changed;
}

const names = [
  ...['schemas', 'Operations', 'op', 'path', 'value', 'userName', 'name', 'givenName', 'emails', 'type', 'primary'],
  ...['members', 'displayName', 'active', 'id', 'meta', '$ref', '__proto__', 'constructor', 'OPERATIONS', '', 'x.y'],
  'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User',
] as const;

/** A random JSON value of at most this depth. */
export function randomValue(random: Random, depth: number): unknown {
  const kind = random.below(depth > 0 ? 9 : 6);
  if (kind < 2) return randomText(random);
  if (kind === 2) return random.chance(2);
  if (kind === 3) return null;
  if (kind === 4) return random.pick([0, -1, 1.5, Number.MAX_SAFE_INTEGER, 1e308]);
  if (kind === 5) return random.pick(['add', 'Replace', 'remove', 'True', '', 'work']);
  if (kind === 6) return Array.from({ length: random.below(4) }, () => randomValue(random, depth - 1));
  return randomObject(random, depth - 1);
}

function randomObject(random: Random, depth: number): object {
  const entries = Array.from({ length: random.below(5) }, () => [
    names[random.below(names.length)] ?? '',
    randomValue(random, depth),
  ]);
  // JSON.parse makes `__proto__` an own property, as in a request body.
  return JSON.parse(JSON.stringify(Object.fromEntries(entries)));
}

/** A JSON value with some of its parts replaced. */
export function mutatedValue(value: unknown, random: Random): unknown {
  if (random.chance(8)) return randomValue(random, 3);
  if (typeof value === 'string') return random.chance(3) ? mutated(value, random) : value;
  if (Array.isArray(value)) return value.map((item) => mutatedValue(item, random));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, mutatedValue(item, random)]));
}
