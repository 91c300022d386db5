import { describe, expect, test } from 'vitest';
import {
  applyPatch,
  evaluateFilter,
  groupResourceType,
  parseFilter,
  parsePatch,
  type Resource,
  ScimError,
  type Tolerance,
  uniqueness,
  userResourceType,
} from '../src/index.ts';
import {
  comparable,
  type FilterVector,
  filterText,
  filterVectors,
  type Outcome,
  type PatchVector,
  patchVectors,
} from './support/vectors.ts';

const tolerant: Tolerance = { profile: 'tolerant' };
const strict: Tolerance = { profile: 'strict' };

/** Vectors that the kernel alone cannot meet, with the reason; none at present. */
const unmet: ReadonlyMap<string, string> = new Map();

describe('filter vectors', () => {
  test.each(filterVectors.map((vector) => [vector.id, vector] as const))('%s', (id, vector) => {
    if (unmet.has(id)) return;
    const wanted: readonly Outcome[] = [
      vector.valid ? { matches: vector.matches } : { status: 400, scimType: 'invalidFilter' },
      ...(vector.alternatives ?? []),
    ];
    expect(wanted.map(outcomeText)).toContain(outcomeText(answerFilter(vector)));
  });
});

describe('PATCH vectors', () => {
  test.each(patchVectors.map((vector) => [vector.id, vector] as const))('%s', (id, vector) => {
    if (unmet.has(id)) return;
    const untouched = structuredClone(vector.before);
    const { status, scimType, after } = answerPatch(vector);
    const { expect: wanted } = vector;
    const accepted = [wanted, ...(wanted.alternatives ?? [])].map((outcome) => `${group(outcome.status)} ${outcome.scimType}`);
    expect(accepted).toContain(`${group(status)} ${scimType}`);
    if (status === group(wanted.status) && !hasLooserAnswer(vector)) expect(comparable(after)).toEqual(comparable(wanted.after as object));
    if (wanted.noChange === true && status === 200) expect(after).toBe(vector.before);
    expect(vector.before).toEqual(untouched);
  });

  test('one tolerant profile meets all but those of the strict ones that differ by design', () => {
    const differing = patchVectors.filter((vector) => {
      const { status, scimType } = answerPatch({ ...vector, profile: 'entra' });
      const { expect: wanted } = vector;
      return ![wanted, ...(wanted.alternatives ?? [])].some(
        (outcome) => group(outcome.status) === status && outcome.scimType === scimType,
      );
    });
    expect(differing.map(({ id }) => id)).toEqual(['user-replace-valuepath-nomatch', 'user-replace-active-string-strict']);
  });
});

/** 204 says the same as 200, without a body. */
function group(status: number | undefined): number | undefined {
  return status === 204 ? 200 : status;
}

/** Whether a success may also look otherwise than `after` shows, in words that only a person can check. */
function hasLooserAnswer({ expect: { status, alternatives } }: PatchVector): boolean {
  return alternatives?.some((outcome) => group(outcome.status) === group(status) && outcome.after !== undefined) ?? false;
}

function answerFilter(vector: FilterVector): Outcome {
  const isGroups = vector.resources.some((resource) => 'members' in resource);
  const type = isGroups ? groupResourceType : userResourceType;
  try {
    const filter = parseFilter(filterText(vector), type, { tolerance: tolerant });
    const found = vector.resources.filter((resource) => evaluateFilter(filter, resource as Resource));
    return { matches: found.map((resource) => String((resource as Resource)['id'])) };
  } catch (error) {
    if (error instanceof ScimError) return { status: error.status, scimType: String(error.scimType) };
    throw error;
  }
}

function outcomeText({ status, scimType, matches }: Outcome): string {
  return matches === undefined ? `${status} ${scimType}` : [...matches].sort().join(' ');
}

function answerPatch({ request, before, profile, resourceType, context }: PatchVector): {
  readonly status: number;
  readonly scimType: string | undefined;
  readonly after: object;
} {
  const type = resourceType === 'User' ? userResourceType : groupResourceType;
  const tolerance = profile === 'rfc' ? strict : tolerant;
  try {
    const after = applyPatch(before as Resource, parsePatch(request, type, tolerance), type, tolerance);
    assertFreeName(after, context?.existing ?? []);
    return { status: 200, scimType: undefined, after };
  } catch (error) {
    if (error instanceof ScimError) return { status: error.status, scimType: error.scimType, after: before };
    throw error;
  }
}

/** Whether a name is taken is known to the service that holds the others, so the test stands in for it. */
function assertFreeName(after: Resource, existing: readonly { readonly id?: string; readonly displayName?: string }[]) {
  const name = String(after['displayName']).toLowerCase();
  if (existing.some((other) => other.id !== after['id'] && other.displayName?.toLowerCase() === name))
    throw uniqueness('displayName is taken.');
}
