import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import {
  applyPatch,
  evaluateFilter,
  groupResourceType,
  parseFilter,
  parsePatch,
  type Resource,
  userResourceType,
} from '@scim-gateway/scim';
import { median } from './median.ts';

/** One implementation of a piece of work. */
interface Contender {
  readonly name: string;
  /** Does the work once, on an input of its own, since some implementations modify their input. Returns whether the result is right. */
  run(input: Resource): unknown | Promise<unknown>;
}

/** A piece of work, and its implementations; the first is ours. */
interface Contest {
  readonly what: string;
  /** Makes an input. Its time is not measured. */
  prepare(): Resource;
  readonly contenders: readonly Contender[];
}

/** The time of each implementation, in microseconds. */
export interface ContestResult {
  readonly what: string;
  readonly micros: readonly { readonly name: string; readonly micros: number }[];
}

interface Filters {
  parse(text: string): unknown;
  filter(parsed: unknown): (resource: unknown) => boolean;
}
interface Patches {
  scimPatch(resource: object, operations: readonly object[]): { readonly members?: readonly unknown[] };
}
interface Scimmy {
  readonly Types: {
    readonly Filter: new (text: string) => { match(resources: readonly object[]): readonly unknown[] };
  };
  readonly Messages: {
    readonly PatchOp: new (body: object) => { apply(resource: object): Promise<{ members?: unknown[] }> };
  };
  readonly Schemas: { readonly Group: new (resource: object) => object };
}

const tolerance = { profile: 'tolerant' } as const;
const ada: Resource = {
  schemas: [userResourceType.schema.id],
  id: '1',
  userName: 'ada@example.com',
  active: true,
  emails: [
    { value: 'home@example.com', type: 'home' },
    { value: 'ada@example.com', type: 'work', primary: true },
  ],
};
const filters = [
  'userName eq "ada@example.com"',
  'active eq true and (emails[type eq "work"] or userName sw "b") and not (title pr)',
];
const groupSize = 10_000;
const text = JSON.stringify({
  schemas: [groupResourceType.schema.id],
  id: '1',
  displayName: 'Everybody',
  members: Array.from({ length: groupSize }, (_, index) => ({ value: `user-${index}`, type: 'User' })),
});
const message = (operation: object) => ({
  schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
  Operations: [operation],
});
type PatchCase = readonly [what: string, operation: object, membersAfterwards: number];
const patches: readonly PatchCase[] = [
  ['add a member to a group of 10,000', { op: 'add', path: 'members', value: [{ value: 'new' }] }, groupSize + 1],
  ['remove a member from a group of 10,000', { op: 'remove', path: 'members[value eq "user-5000"]' }, groupSize - 1],
];

/** Measures the kernel beside its peers in interleaved rounds. The results are medians of the rounds. */
export async function runContests(folder: string, rounds: number): Promise<readonly ContestResult[]> {
  const results: ContestResult[] = [];
  for (const contest of await loadContests(folder)) results.push(await measure(contest, rounds));
  return results;
}

/** The results as rows of a table, each with the ratio of its time to ours. */
export function formatContests(results: readonly ContestResult[]): readonly (readonly string[])[] {
  const rows = results.flatMap(({ what, micros }) => {
    const ours = micros[0]?.micros ?? Number.NaN;
    return micros.map((one) => [what, one.name, `${one.micros.toFixed(1)} µs`, `${(one.micros / ours).toFixed(1)} ×`]);
  });
  return [['work', 'by', 'time', 'against ours'], ...rows];
}

async function loadContests(folder: string): Promise<readonly Contest[]> {
  const require = createRequire(`${folder}/package.json`);
  const parser: Filters = require('scim2-parse-filter');
  const patcher: Patches = require('scim-patch');
  const scimmy: Scimmy = (await import(pathToFileURL(require.resolve('scimmy')).href)).default;
  return [
    ...filters.map((filter) => filterContest(filter, parser, scimmy)),
    ...patches.map((patch) => patchContest(patch, patcher, scimmy)),
  ];
}

function filterContest(filter: string, parser: Filters, { Types }: Scimmy): Contest {
  return {
    what: `parse and evaluate ${filter}`,
    prepare: () => ada,
    contenders: [
      {
        name: 'this kernel',
        run: (user) => evaluateFilter(parseFilter(filter, userResourceType, { tolerance }), user),
      },
      { name: 'scim2-parse-filter', run: (user) => parser.filter(parser.parse(filter))(user) },
      { name: 'scimmy', run: (user) => new Types.Filter(filter).match([user]).length === 1 },
    ],
  };
}

function patchContest([what, operation, expected]: PatchCase, patcher: Patches, scimmy: Scimmy): Contest {
  const { Messages, Schemas } = scimmy;
  const body = message(operation);
  const isRight = (members: unknown) => Array.isArray(members) && members.length === expected;
  return {
    what,
    prepare: () => JSON.parse(text),
    contenders: [
      {
        name: 'this kernel',
        run: (group) => {
          const operations = parsePatch(body, groupResourceType, tolerance);
          return isRight(applyPatch(group, operations, groupResourceType, tolerance)['members']);
        },
      },
      { name: 'scim-patch', run: (group) => isRight(patcher.scimPatch(group, [operation]).members) },
      {
        name: 'scimmy',
        run: async (group) => isRight((await new Messages.PatchOp(body).apply(new Schemas.Group(group))).members),
      },
    ],
  };
}

async function measure({ what, prepare, contenders }: Contest, rounds: number): Promise<ContestResult> {
  const times = contenders.map((): number[] => []);
  for (const { name, run } of contenders) {
    if ((await run(prepare())) !== true) throw new Error(`${name} returns a wrong result: ${what}`);
  }
  for (let round = 0; round <= rounds; round += 1) {
    for (const [index, contender] of contenders.entries()) {
      const micros = await timeOne(contender, prepare);
      // The first round warms up.
      if (round > 0) times[index]?.push(micros);
    }
  }
  return { what, micros: contenders.map(({ name }, index) => ({ name, micros: median(times[index] ?? []) })) };
}

/** Microseconds per run, over at least 50 ms of runs. Inputs are made in batches between the measured runs. */
async function timeOne({ run }: Contender, prepare: () => Resource): Promise<number> {
  let runs = 0;
  let nanos = 0;
  while (nanos < 50e6) {
    const inputs = Array.from({ length: 4 }, prepare);
    const begin = process.hrtime.bigint();
    for (const input of inputs) {
      const result = run(input);
      if (result instanceof Promise) await result;
      runs += 1;
    }
    nanos += Number(process.hrtime.bigint() - begin);
  }
  return nanos / runs / 1000;
}
