import { readFileSync } from 'node:fs';
import {
  applyPatch,
  evaluateFilter,
  groupResourceType,
  parseBulkRequest,
  parseFilter,
  parsePageRequest,
  parsePatch,
  parsePath,
  parseProjection,
  parseResource,
  parseSort,
  printFilter,
  projectResource,
  type Resource,
  ScimError,
  toListResponse,
  toSortKey,
  userResourceType,
} from '@scim-gateway/scim';
import { mutated, mutatedValue, Random, randomText, randomValue } from './random.ts';

interface PatchVector {
  readonly resourceType: string;
  readonly before: Resource;
  readonly request: unknown;
}

const vectors = new URL('../../../packages/scim/test/vectors/', import.meta.url);
const read = (name: string) => JSON.parse(readFileSync(new URL(name, vectors), 'utf8'));
const patches: readonly PatchVector[] = read('scim-patch-vectors.json');
const filters: readonly string[] = read('scim-filter-vectors.json').flatMap(
  ({ filter }: { filter: string | null }) => filter ?? [],
);

/** A failure, and the seed that reproduces it. */
export interface Finding {
  readonly seed: number;
  readonly what: string;
  readonly error: string;
}

/** Runs one case. Returns undefined when the kernel returned a result, or threw a `ScimError` with a 4xx status. */
export function runCase(seed: number): Finding | undefined {
  const random = new Random(seed);
  const [what, run] = cases[random.below(cases.length)] ?? cases[0];
  try {
    run(random);
    return undefined;
  } catch (error) {
    if (error instanceof ScimError && error.status >= 400 && error.status < 500) return undefined;
    return { seed, what, error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

type Case = readonly [string, (random: Random) => void];

const cases: readonly [Case, ...Case[]] = [
  ['filter', fuzzFilter],
  ['filter', fuzzFilter],
  ['patch', fuzzPatch],
  ['patch', fuzzPatch],
  ['resource', fuzzResource],
  ['path', (random) => void parsePath(randomText(random), typeOf(random), toleranceOf(random))],
  ['list', fuzzList],
  ['bulk', (random) => void parseBulkRequest(mutatedValue(bulkRequest, random), { maxOperations: 5 })],
];

const bulkRequest = {
  schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
  failOnErrors: 1,
  Operations: [{ method: 'POST', path: '/Users', bulkId: 'a', data: { userName: 'bulkId:a' } }],
};

function fuzzFilter(random: Random): void {
  const known = filters[random.below(filters.length)] ?? '';
  const text = random.chance(2) ? randomText(random) : mutated(known.slice(0, 2_000), random);
  const type = typeOf(random);
  const filter = parseFilter(text, type, { tolerance: toleranceOf(random) });
  const { before } = vectorOf(random);
  const answer = evaluateFilter(filter, before);
  const again = parseFilter(printFilter(filter), type, { tolerance: { profile: 'tolerant' } });
  if (evaluateFilter(again, before) !== answer) throw new Error(`The printed filter gives another result: ${text}`);
}

function fuzzPatch(random: Random): void {
  const { before, request } = vectorOf(random);
  const type = typeOf(random);
  const tolerance = toleranceOf(random);
  const body = random.chance(6) ? randomValue(random, 5) : mutatedValue(request, random);
  const frozen = deepFreeze(structuredClone(before));
  const after = applyPatch(frozen, parsePatch(body, type, tolerance), type, tolerance);
  projectResource(after, type, {});
}

/** Freezes a resource, so that a modification of it throws. */
function deepFreeze(value: Resource): Resource {
  for (const part of Object.values(value)) if (typeof part === 'object' && part !== null) deepFreeze(part as Resource);
  return Object.freeze(value);
}

function fuzzResource(random: Random): void {
  const { before } = vectorOf(random);
  const body = random.chance(4) ? randomValue(random, 6) : mutatedValue(before, random);
  const type = typeOf(random);
  const resource = parseResource(body, type, toleranceOf(random));
  const shown = projectResource(resource, type, {});
  if ('password' in shown) throw new Error('The projection contains the password');
}

function fuzzList(random: Random): void {
  const type = typeOf(random);
  const text = () => (random.chance(3) ? undefined : randomText(random));
  const { before } = vectorOf(random);
  const projection = parseProjection(
    { attributes: text(), excludedAttributes: random.chance(2) ? undefined : text() },
    type,
  );
  projectResource(before, type, projection);
  const sort = parseSort({ sortBy: random.chance(2) ? 'emails' : randomText(random), sortOrder: text() }, type);
  if (sort !== undefined) toSortKey(before, sort);
  const number = () => (random.chance(2) ? random.below(9) - 4 : randomText(random));
  const page = parsePageRequest({ startIndex: number(), count: number(), cursor: text() }, { default: 10, max: 100 });
  if (page.count < 0 || page.startIndex < 1 || page.count > 100) throw new Error(`no window: ${JSON.stringify(page)}`);
  toListResponse({ resources: [before], totalResults: 1, startIndex: page.startIndex });
}

function typeOf(random: Random) {
  return random.chance(3) ? groupResourceType : userResourceType;
}

function toleranceOf(random: Random) {
  return { profile: random.chance(3) ? 'strict' : 'tolerant' } as const;
}

function vectorOf(random: Random): PatchVector {
  const vector = patches[random.below(patches.length)];
  if (vector === undefined) throw new TypeError('The file of vectors is empty');
  return vector;
}
