import { setTimeout as delay } from 'node:timers/promises';
import type { Fault } from '@scim-gateway/collate-simulator';
import type { Answer, ReplicasHarness, TestGateway } from '../support/replicas-harness.ts';
import { compare, named } from './comparison.ts';
import { documentMoves } from './document-moves.ts';
import { groupMoves, unannouncedTeams } from './group-moves.ts';
import { commute, type Look, type Move, type ProviderMove, type Sort } from './move.ts';
import { outsideMoves, unannounced } from './outside-moves.ts';
import { createRandom, type Random } from './random.ts';
import { emptyReference, type Reference } from './reference.ts';
import { userMoves } from './user-moves.ts';

/** The number of moves between two comparisons of the whole state. */
const stride = 20;

/** The attempts of a provider; held locks may refuse the first few. */
const attempts = 40;

/** Each kind of move as often as its weight. */
function weigh(sorts: readonly Sort[]): readonly Sort[] {
  return sorts.flatMap((sort) => Array.from({ length: sort.weight }, () => sort));
}

const usual = weigh([...userMoves, ...groupMoves, ...outsideMoves]);
const seenAtOnce = weigh([
  ...userMoves,
  ...groupMoves,
  ...outsideMoves,
  ...unannounced,
  ...unannouncedTeams,
  ...documentMoves,
]);

/** The harness that a program runs in. */
export interface ProgramTarget {
  readonly harness: ReplicasHarness;
  /** Whether the gateways cache look-ups. */
  readonly keepsLookups: boolean;
  /** Whether the gateways' bot may change display names. */
  readonly renames: boolean;
}

interface Run {
  readonly harness: ReplicasHarness;
  readonly random: Random;
  readonly reference: Reference;
  readonly sorts: readonly Sort[];
  /** The moves so far, one line each. */
  readonly log: string[];
  readonly wrong: string[];
}

/**
 * Makes the random moves that a seed determines on an empty Collate, with faults upstream, and compares with the reference.
 *
 * @returns the moves and the differences from the reference; undefined when there are no differences.
 */
export async function runProgram(
  seed: number,
  steps: number,
  { harness, keepsLookups, renames }: ProgramTarget,
): Promise<string | undefined> {
  // Cached look-ups live long, so that a stale one is noticed.
  await harness.restart(keepsLookups ? {} : { cacheTtlMs: 1, cacheNegativeTtlMs: 1 });
  const [random, reference] = [createRandom(seed), emptyReference({ renames })];
  const run: Run = { harness, random, reference, sorts: keepsLookups ? usual : seenAtOnce, log: [], wrong: [] };
  try {
    for (let done = 0; done < steps && run.wrong.length === 0; ) {
      const moves = drawMoves(run, steps - done);
      await make(moves, run);
      if (Math.floor(done / stride) !== Math.floor((done + moves.length) / stride)) await inspect(run);
      done += moves.length;
    }
    await inspect(run);
  } catch (error) {
    run.wrong.push(String(error));
  }
  if (run.wrong.length === 0) return undefined;
  return [`SEED=${seed}`, ...run.log, ...run.wrong.map((text) => `✗ ${named(text, run.reference)}`)].join('\n');
}

/** One move, or up to three concurrent moves of providers whose order does not matter. */
function drawMoves(run: Run, most: number): readonly Move[] {
  const { random } = run;
  const first = drawMove(run);
  if (first.kind !== 'provider') return [first];
  const moves: ProviderMove[] = [first];
  const wanted = Math.min(most, 1 + random.below(3));
  for (let tries = 0; tries < 6 && moves.length < wanted; tries += 1) {
    const next = drawMove(run);
    if (next.kind === 'provider' && moves.every((move) => commute(move, next))) moves.push(next);
  }
  return moves;
}

function drawMove({ random, reference, sorts }: Run): Move {
  for (;;) {
    const move = random.pick(sorts).propose(reference, random);
    if (move !== undefined) return move;
  }
}

async function make(moves: readonly Move[], run: Run): Promise<void> {
  const { harness, random, log } = run;
  const trouble = random.oneIn(3) ? drawTrouble(random) : undefined;
  const gateways = moves.map((): readonly [TestGateway, TestGateway] =>
    random.oneIn(2) ? [harness.calm, harness.hasty] : [harness.hasty, harness.calm],
  );
  const texts = moves.map(({ text }, index) => `${text} (${gateways[index]?.[0] === harness.calm ? 'calm' : 'hasty'})`);
  const [move] = moves;
  if (move?.kind === 'outside') {
    log.push(move.text);
    await harness.settle();
    move.act(harness.simulator);
    // Without caching, the time to live is still one millisecond.
    return delay(5);
  }
  log.push(`${texts.join(' ‖ ')}${trouble === undefined ? '' : `, while ${JSON.stringify(trouble)}`}`);
  if (trouble !== undefined) harness.simulator.arm(trouble);
  const firsts = await Promise.all(moves.map((each, index) => gateways[index]?.[0].ask(requestOf(each))));
  harness.simulator.clearFaults();
  await Promise.all(
    moves.map((each, index) => {
      const [first, pair] = [firsts[index], gateways[index]];
      if (first === undefined || pair === undefined) throw new Error('every move has a gateway');
      return finish(each, first, pair, run);
    }),
  );
}

function requestOf(move: Move) {
  if (move.kind === 'outside') throw new Error('a change in Collate is not a request to a gateway');
  return move.kind === 'look' ? (['GET', move.path] as const) : move.request;
}

/** Faults for one upstream call, or for it and all calls after it, during the first attempts of a batch. */
function drawTrouble(random: Random): readonly Fault[] {
  const skip = random.below(7);
  const at = { match: '*', skip } as const;
  return random.pick<readonly Fault[]>([
    [{ ...at, when: 'before', reset: true, times: 1 }],
    [{ ...at, when: 'after', reset: true, times: 1 }],
    [{ ...at, when: 'before', reset: true }],
    [
      { ...at, when: 'after', reset: true, times: 1 },
      { ...at, when: 'before', reset: true, skip: skip + 1 },
    ],
    [{ ...at, when: 'inside', skip: random.below(2), times: 1 }],
    [{ ...at, when: 'before', status: 500, times: 1 }],
    [{ ...at, when: 'after', status: 500, times: 1 }],
    [{ ...at, when: 'before', status: 503 }],
    [{ ...at, when: 'before', status: 429, headers: { 'retry-after': random.oneIn(10) ? '1' : '0' }, times: 1 }],
  ]);
}

/** Repeats the request until it is done, then records the outcome. */
async function finish(move: Move, first: Answer, gateways: readonly TestGateway[], run: Run): Promise<void> {
  if (move.kind === 'outside') return;
  let answer = first;
  for (let attempt = 1; ; attempt += 1) {
    if (move.kind === 'look' && answer.status === 200) return judgeLook(move, answer, run);
    if (move.kind === 'provider' && isDone(move, answer, attempt)) return record(move, answer, run);
    if (![429, 503].includes(answer.status) || attempt > attempts) {
      run.wrong.push(`${move.text} answered ${answer.status} ${JSON.stringify(answer.body)} (attempt ${attempt})`);
      return;
    }
    const gateway = gateways[attempt % gateways.length];
    if (gateway === undefined) throw new Error('there are two gateways');
    await run.harness.settle();
    answer = await gateway.ask(requestOf(move));
  }
}

function isDone({ refusal, repeats }: ProviderMove, { status }: Answer, attempt: number): boolean {
  if (refusal !== undefined) return status === refusal;
  return status < 300 || (attempt > 1 && status === repeats);
}

async function record(move: ProviderMove, answer: Answer, { harness, wrong }: Run): Promise<void> {
  const id = (answer.body as { readonly id?: unknown } | undefined)?.id;
  if (move.refusal !== undefined || move.find === undefined || typeof id === 'string') return move.apply(String(id));
  const found = idsOf(await harness.calm.ask(['GET', move.find]));
  if (found.length === 1) move.apply(String(found[0]));
  else wrong.push(`${move.text} is done according to the gateway, but a look-up finds ${found.length} resources`);
}

function judgeLook({ text, ids }: Look, answer: Answer, { wrong }: Run): void {
  const found = idsOf(answer);
  if (found.length === ids.length && ids.every((id) => found.includes(id))) return;
  wrong.push(`${text} finds [${found.join(', ')}] instead of [${ids.join(', ')}]`);
}

function idsOf({ body }: Answer): readonly string[] {
  const list = (body as { readonly Resources?: unknown } | undefined)?.Resources;
  return Array.isArray(list) ? list.map((resource: { readonly id?: unknown }) => String(resource.id)) : [];
}

async function inspect({ harness, random, reference, wrong }: Run): Promise<void> {
  const gateway = random.oneIn(2) ? harness.calm : harness.hasty;
  await harness.settle();
  wrong.push(...(await compare(reference, harness, gateway)));
}
