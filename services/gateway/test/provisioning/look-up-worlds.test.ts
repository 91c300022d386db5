import { setTimeout as delay } from 'node:timers/promises';
import { ScimError } from '@scim-gateway/scim';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Move, World } from './look-up-world.ts';
import { type ProvisioningHarness, startProvisioning } from './provisioning-harness.ts';

const names = [
  'ada@x.example',
  'Ada@x.example',
  'ümit@x.example',
  'Ümit@X.example',
  'kay@x.example',
  '\u212aay@x.example',
];
const addresses = ['ada@x.example', 'ADA@x.example', 'ümit@x.example', 'bo@x.example', 'kay@x.example'];
const externalIds = ['e-1', 'e-2'];

const name = fc.constantFrom(...names);
const address = fc.constantFrom(...addresses);
const which = fc.nat({ max: 4 });
const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });

const move: fc.Arbitrary<Move> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('create'),
      userName: name,
      email: address,
      externalId: optional(fc.constantFrom(...externalIds)),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('change'),
      which,
      userName: optional(name),
      email: optional(address),
      active: optional(fc.boolean()),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('remove'), which }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('login'), email: address }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('restore in Collate'), which }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('delete in Collate'), which }) },
);

/** The number of worlds of each kind. */
const worlds = Number(process.env['WORLDS'] ?? 20);

const isOutside = ({ kind }: Move) => ['login', 'restore in Collate', 'delete in Collate'].includes(kind);

/** The outcome of a move: the id that a creation answers, or the status of a refusal. */
async function outcomeOf(work: () => Promise<unknown>): Promise<unknown> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ScimError) return error.status;
    throw error;
  }
}

async function find(filter: string, { users, context }: ProvisioningHarness): Promise<readonly string[]> {
  const { resources } = await users.list({ filter, startIndex: 1, count: 100, projection: {} }, context);
  return resources.map(({ id }) => String(id)).sort();
}

/** Filters by one attribute, each with the ids that it must find. */
function singleLookUps(world: World): readonly (readonly [filter: string, ids: readonly string[]])[] {
  return [
    ...names.map((value) => [`userName eq "${value}"`, world.find({ userName: value })] as const),
    ...addresses.map((value) => [`emails.value eq "${value}"`, world.find({ email: value })] as const),
    ...externalIds.map((value) => [`externalId eq "${value}"`, world.find({ externalId: value })] as const),
  ];
}

async function compareSingleLookUps(world: World, harness: ProvisioningHarness): Promise<void> {
  for (const [filter, ids] of singleLookUps(world)) expect(await find(filter, harness), filter).toEqual(ids);
}

/** Compares pairs of look-ups in both orders. */
async function comparePairs(world: World, harness: ProvisioningHarness): Promise<void> {
  const single = singleLookUps(world);
  for (const [index, [filter, ids]] of single.entries()) {
    const [other, others] = single[(index + 5) % single.length] ?? [filter, ids];
    const both = ids.filter((id) => others.includes(id));
    for (const pair of [`${filter} and ${other}`, `${other} and ${filter} and active pr`])
      expect(await find(pair, harness), pair).toEqual(both);
  }
}

it.each([
  { generation: '1.12', outside: false },
  { generation: '2.0', outside: false },
  { generation: '1.12', outside: true },
  { generation: '2.0', outside: true },
] as const)(
  'look-ups and refusals agree with the reference in small worlds (generation $generation, changes in Collate: $outside)',
  async ({ generation, outside }) => {
    const moves = fc.array(move, { minLength: 2, maxLength: 12 });
    const nameRule = 'email-local-part' as const;
    const settings = outside ? { nameRule, cacheTtlMs: 1, cacheNegativeTtlMs: 1 } : { nameRule };
    await fc.assert(
      fc.asyncProperty(moves, async (drawn) => {
        await using harness = await startProvisioning({ simulator: { generation }, settings });
        const world = new World(harness);
        const replicas = [harness, { ...harness, ...harness.twin() }];
        for (const one of drawn.filter((each) => outside || !isOutside(each))) {
          const expected = world.expect(one);
          if (expected === undefined) continue;
          const outcome = await outcomeOf(() => world.perform(one));
          expect(outcome, JSON.stringify(one)).toEqual(expected.outcome ?? outcome);
          expected.apply(outcome);
          if (outside) await delay(3);
          // Without changes in Collate each replica caches what the next move may change.
          else for (const replica of replicas) await compareSingleLookUps(world, replica);
        }
        for (const replica of replicas) await compareSingleLookUps(world, replica);
        await comparePairs(world, harness);
      }),
      { numRuns: worlds },
    );
  },
  60_000 + worlds * 2000,
);
