import { setTimeout as delay } from 'node:timers/promises';
import type { Fault } from '@scim-gateway/collate-simulator';
import type { Answer, Stand, StandGateway } from '../support/stand.ts';
import { compare, named } from './comparison.ts';
import { documentMoves } from './document-moves.ts';
import { groupMoves, unannouncedTeams } from './group-moves.ts';
import { commute, type Look, type Move, type ProviderMove, type Sort } from './move.ts';
import { outsideMoves, unannounced } from './outside-moves.ts';
import { createRandom, type Random } from './random.ts';
import { emptyReference, type Reference } from './reference.ts';
import { userMoves } from './user-moves.ts';

/** So many moves pass between two looks at everything. */
const stride = 20;

/** How often a provider tries again; held queues may turn the first few attempts away. */
const attempts = 40;

/** Every sort as often as it weighs. */
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

/** Where programs run. */
export interface World {
  readonly stand: Stand;
  /** Whether the gateways answer look-ups from what they kept of earlier ones. */
  readonly keepsLookups: boolean;
}

interface Run {
  readonly stand: Stand;
  readonly random: Random;
  readonly reference: Reference;
  readonly sorts: readonly Sort[];
  /** What was done so far, one line each. */
  readonly log: string[];
  readonly wrong: string[];
}

/**
 * Makes so many random moves on an empty Collate, as the seed says, with trouble upstream, and compares with the reference.
 *
 * @returns what was wrong and the moves up to there; undefined when all was right.
 */
export async function runProgram(
  seed: number,
  steps: number,
  { stand, keepsLookups }: World,
): Promise<string | undefined> {
  // Where look-ups are kept it is for long, so that a stale one cannot pass unseen.
  await stand.restart(keepsLookups ? {} : { cacheTtlMs: 1, cacheNegativeTtlMs: 1 });
  const [random, reference] = [createRandom(seed), emptyReference()];
  const run: Run = { stand, random, reference, sorts: keepsLookups ? usual : seenAtOnce, log: [], wrong: [] };
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

/** One move, or up to three that providers make at once and that end alike in any order. */
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
  const { stand, random, log } = run;
  const trouble = random.oneIn(3) ? drawTrouble(random) : undefined;
  const gateways = moves.map((): readonly [StandGateway, StandGateway] =>
    random.oneIn(2) ? [stand.calm, stand.hasty] : [stand.hasty, stand.calm],
  );
  const told = moves.map(({ text }, index) => `${text} (${gateways[index]?.[0] === stand.calm ? 'calm' : 'hasty'})`);
  const [move] = moves;
  if (move?.kind === 'outside') {
    log.push(move.text);
    await stand.settle();
    move.act(stand.simulator);
    // Where nothing is to be kept of earlier look-ups, it is kept for a moment all the same.
    return delay(5);
  }
  log.push(`${told.join(' ‖ ')}${trouble === undefined ? '' : `, while ${JSON.stringify(trouble)}`}`);
  if (trouble !== undefined) stand.simulator.arm(trouble);
  const firsts = await Promise.all(moves.map((each, index) => gateways[index]?.[0].ask(requestOf(each))));
  stand.simulator.clearFaults();
  await Promise.all(
    moves.map((each, index) => {
      const [first, pair] = [firsts[index], gateways[index]];
      if (first === undefined || pair === undefined) throw new Error('every move is asked of a gateway');
      return finish(each, first, pair, run);
    }),
  );
  noteWaits(moves, run.reference);
}

/** Who was deactivated at the moment of a change of groups may have joined or left before that; or it waits. */
function noteWaits(moves: readonly Move[], { people }: Reference): void {
  const announced = new Set(moves.flatMap((move) => (move.kind === 'provider' ? move.reads : [])));
  for (const person of people.values()) {
    const isSwitched = moves.some((move) => move.kind === 'provider' && move.writes.includes(`active ${person.id}`));
    if (isSwitched && person.state !== 'active' && announced.has(`user ${person.id}`)) person.waits = true;
  }
}

function requestOf(move: Move) {
  if (move.kind === 'outside') throw new Error('what happens in Collate is not asked of a gateway');
  return move.kind === 'look' ? (['GET', move.path] as const) : move.request;
}

/** One call upstream, or it and all that follow, while a batch's first attempts run. */
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
    [{ ...at, when: 'before', status: 500, times: 1 }],
    [{ ...at, when: 'after', status: 500, times: 1 }],
    [{ ...at, when: 'before', status: 503 }],
    [{ ...at, when: 'before', status: 429, headers: { 'retry-after': random.oneIn(10) ? '1' : '0' }, times: 1 }],
  ]);
}

/** Repeats the request until it has been done, then notes the outcome. */
async function finish(move: Move, first: Answer, gateways: readonly StandGateway[], run: Run): Promise<void> {
  if (move.kind === 'outside') return;
  let answer = first;
  for (let attempt = 1; ; attempt += 1) {
    if (move.kind === 'look' && answer.status === 200) return judgeLook(move, answer, run);
    if (move.kind === 'provider' && isDone(move, answer, attempt)) return note(move, answer, run);
    if (![429, 503].includes(answer.status) || attempt > attempts) {
      run.wrong.push(`${move.text} was answered ${answer.status} ${JSON.stringify(answer.body)} (attempt ${attempt})`);
      return;
    }
    const gateway = gateways[attempt % gateways.length];
    if (gateway === undefined) throw new Error('there are two gateways');
    await run.stand.settle();
    answer = await gateway.ask(requestOf(move));
  }
}

function isDone({ refusal, repeats }: ProviderMove, { status }: Answer, attempt: number): boolean {
  if (refusal !== undefined) return status === refusal;
  return status < 300 || (attempt > 1 && status === repeats);
}

async function note(move: ProviderMove, answer: Answer, { stand, wrong }: Run): Promise<void> {
  const id = (answer.body as { readonly id?: unknown } | undefined)?.id;
  if (move.refusal !== undefined || move.find === undefined || typeof id === 'string') return move.apply(String(id));
  const found = idsOf(await stand.calm.ask(['GET', move.find]));
  if (found.length === 1) move.apply(String(found[0]));
  else wrong.push(`${move.text} was done already, says the gateway, yet a look-up finds ${found.length}`);
}

function judgeLook({ text, ids }: Look, answer: Answer, { wrong }: Run): void {
  const found = idsOf(answer);
  if (found.length === ids.length && ids.every((id) => found.includes(id))) return;
  wrong.push(`${text} finds [${found.join(', ')}] and not [${ids.join(', ')}]`);
}

function idsOf({ body }: Answer): readonly string[] {
  const list = (body as { readonly Resources?: unknown } | undefined)?.Resources;
  return Array.isArray(list) ? list.map((resource: { readonly id?: unknown }) => String(resource.id)) : [];
}

async function inspect({ stand, random, reference, wrong }: Run): Promise<void> {
  const gateway = random.oneIn(2) ? stand.calm : stand.hasty;
  await stand.settle();
  wrong.push(...(await compare(reference, stand, gateway)));
}
