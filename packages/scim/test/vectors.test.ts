import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  applyPatch,
  evaluateFilter,
  groupResourceType,
  type JsonObject,
  type JsonValue,
  parseFilter,
  parsePatch,
  type Resource,
  ScimError,
  type Tolerance,
  uniqueness,
  userResourceType,
} from '../src/index.ts';

interface Outcome {
  readonly status?: number;
  readonly scimType?: string;
  readonly after?: Resource;
  readonly matches?: readonly string[];
}

interface PatchVector {
  readonly id: string;
  readonly profile: 'rfc' | 'entra' | 'okta';
  readonly resourceType: 'User' | 'Group';
  readonly before: Resource;
  readonly request: JsonObject;
  readonly context?: { readonly existing?: readonly Resource[] };
  readonly expect: Outcome & {
    readonly statusAlso?: readonly number[];
    readonly noChange?: boolean;
    readonly alternatives?: readonly Outcome[];
  };
}

interface FilterVector {
  readonly id: string;
  readonly filter: string | null;
  readonly generator?: {
    readonly prefix: string;
    readonly open: string;
    readonly count: number;
    readonly middle: string;
    readonly close: string;
  };
  readonly valid: boolean;
  readonly status?: number;
  readonly scimType?: string;
  readonly matches?: readonly string[];
  readonly resources: readonly Resource[];
  readonly alternatives?: readonly Outcome[];
}

const tolerant: Tolerance = { profile: 'tolerant' };
const strict: Tolerance = { profile: 'strict' };

/** Vectors that only the strict profile satisfies: the tolerant one deviates by design. */
const onlyStrict = new Set([
  'user-replace-valuepath-nomatch',
  'user-replace-active-string-strict',
  'user-remove-valuepath-nomatch',
  'user-path-unknown-attr',
  'user-path-subattr-of-simple',
  'user-path-unknown-extension',
  'group-rename-foreign-id',
]);

function load<T>(name: string): readonly T[] {
  return JSON.parse(readFileSync(new URL(`./vectors/${name}`, import.meta.url), 'utf8'));
}

/** Compares lists as sets and members by value, ignores `meta`, and treats absent, null and empty alike. */
function normalize(value: JsonValue | undefined, key = ''): unknown {
  if (Array.isArray(value)) {
    const items = value.map((item: JsonValue) => JSON.stringify(normalize(item, key === 'members' ? 'member' : '')));
    return items.length === 0 ? undefined : [...items].sort();
  }
  if (typeof value !== 'object' || value === null) return value ?? undefined;
  if (key === 'member') return { value: (value as JsonObject)['value'] };
  const entries = Object.entries(value)
    .map(([name, part]) => [name, name === 'meta' ? undefined : normalize(part, name)] as const)
    .filter(([, part]) => part !== undefined)
    .sort(([left], [right]) => (left < right ? -1 : 1));
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

function runPatch(vector: PatchVector, tolerance: Tolerance): { outcome: Outcome; same: boolean } {
  const type = vector.resourceType === 'User' ? userResourceType : groupResourceType;
  const frozen = JSON.stringify(vector.before);
  try {
    const after = applyPatch(vector.before, parsePatch(vector.request, type, tolerance), type, tolerance);
    expect(JSON.stringify(vector.before)).toBe(frozen);
    assertUnique(after, vector);
    return { outcome: { status: 200, after }, same: after === vector.before };
  } catch (error) {
    if (!(error instanceof ScimError)) throw error;
    expect(JSON.stringify(vector.before)).toBe(frozen);
    return {
      outcome: { status: error.status, ...(error.scimType === undefined ? {} : { scimType: error.scimType }) },
      same: true,
    };
  }
}

/** Checks uniqueness, which the kernel leaves to the store, against the other resources of a vector. */
function assertUnique(after: Resource, vector: PatchVector): void {
  const name = vector.resourceType === 'User' ? 'userName' : 'displayName';
  for (const other of vector.context?.existing ?? []) {
    if (other['id'] !== after['id'] && String(other[name]).toLowerCase() === String(after[name]).toLowerCase())
      throw uniqueness('taken');
  }
}

function matchesPatch(actual: Outcome, expected: Outcome, statusAlso: readonly number[] = []): boolean {
  const wanted = expected.status ?? 200;
  if (wanted < 300) {
    const statusFits =
      actual.status === wanted || (actual.status === 200 && (wanted === 204 || statusAlso.includes(200)));
    return statusFits && (expected.after === undefined || sameResource(actual.after, expected.after));
  }
  return actual.status === wanted && (expected.scimType === undefined || actual.scimType === expected.scimType);
}

function sameResource(left: Resource | undefined, right: Resource): boolean {
  return JSON.stringify(normalize(left)) === JSON.stringify(normalize(right));
}

describe('shared PATCH vectors', () => {
  const vectors = load<PatchVector>('scim-patch-vectors.json');
  it.each(vectors.map((vector) => [vector.id, vector] as const))('%s', (id, vector) => {
    const { outcome, same } = runPatch(vector, onlyStrict.has(id) ? strict : tolerant);
    const accepted = [vector.expect, ...(vector.expect.alternatives ?? [])];
    const met = accepted.some((expected) => matchesPatch(outcome, expected, vector.expect.statusAlso));
    expect(met, `got ${JSON.stringify(outcome)}, want ${JSON.stringify(accepted)}`).toBe(true);
    if (vector.expect.noChange === true && outcome.status === 200) expect(same).toBe(true);
  });
});

function toText({ filter, generator }: FilterVector): string {
  if (generator === undefined || filter !== null) return filter ?? '';
  const { prefix, open, count, middle, close } = generator;
  return prefix + open.repeat(count) + middle + close.repeat(count);
}

function runFilter(vector: FilterVector): Outcome {
  const isGroup = JSON.stringify(vector.resources[0]?.['schemas']).includes('core:2.0:Group');
  try {
    const filter = parseFilter(toText(vector), isGroup ? groupResourceType : userResourceType, { tolerance: tolerant });
    return { matches: vector.resources.filter((one) => evaluateFilter(filter, one)).map((one) => String(one['id'])) };
  } catch (error) {
    if (!(error instanceof ScimError)) throw error;
    return { status: error.status, ...(error.scimType === undefined ? {} : { scimType: error.scimType }) };
  }
}

function matchesFilter(actual: Outcome, expected: Outcome): boolean {
  if (expected.status !== undefined && expected.status >= 400) {
    return (
      actual.status === expected.status && (expected.scimType === undefined || actual.scimType === expected.scimType)
    );
  }
  return (
    actual.matches !== undefined &&
    JSON.stringify([...actual.matches].sort()) === JSON.stringify([...(expected.matches ?? [])].sort())
  );
}

describe('shared filter vectors', () => {
  const vectors = load<FilterVector>('scim-filter-vectors.json');
  it.each(vectors.map((vector) => [vector.id, vector] as const))('%s', (_id, vector) => {
    const outcome = runFilter(vector);
    const first: Outcome = vector.valid
      ? { matches: vector.matches ?? [] }
      : { status: vector.status ?? 400, scimType: vector.scimType ?? 'invalidFilter' };
    const accepted = [first, ...(vector.alternatives ?? [])];
    expect(
      accepted.some((expected) => matchesFilter(outcome, expected)),
      `got ${JSON.stringify(outcome)}, want ${JSON.stringify(accepted)}`,
    ).toBe(true);
  });
});
