import type { Fault } from '@scim-gateway/collate-simulator';
import { createFixtures } from '../support/fixtures.ts';
import { type Answer, hastyMs, type ReplicasHarness, type ScimRequest } from '../support/replicas-harness.ts';
import { normalize, snapshotOf } from '../support/snapshot.ts';
import type { Operation } from './operations.ts';

/** One way in which a call to Collate can fail; `skip` counts the calls before it. */
export interface Trouble {
  readonly name: string;
  readonly faults: (skip: number) => readonly Fault[];
}

const tooLong = hastyMs * 1.5;
const refusing = { match: '*', when: 'before', reset: true } as const;

/** All troubles, of one call or of it and all calls after it until the provider has its answer. */
export const troubles: readonly Trouble[] = [
  { name: 'is refused', faults: (skip) => [{ ...refusing, skip, times: 1 }] },
  { name: 'and all after it are refused', faults: (skip) => [{ ...refusing, skip }] },
  { name: 'loses its answer', faults: (skip) => [{ match: '*', when: 'after', reset: true, skip, times: 1 }] },
  {
    name: 'loses its answer, and all after it are refused',
    faults: (skip) => [
      { match: '*', when: 'after', reset: true, skip, times: 1 },
      { ...refusing, skip: skip + 1 },
    ],
  },
  {
    name: 'hangs and has no effect',
    faults: (skip) => [{ match: '*', when: 'before', delay: tooLong, reset: true, skip, times: 1 }],
  },
  {
    name: 'takes effect after gateway and provider have given up',
    faults: (skip) => [{ match: '*', when: 'before', delay: tooLong, skip, times: 1 }],
  },
  {
    name: 'hangs after its effect',
    faults: (skip) => [{ match: '*', when: 'after', delay: tooLong, skip, times: 1 }],
  },
  {
    // Only such calls are counted here: the first of them belongs to the first call, and so on.
    name: 'crashes Collate while it rewrites memberships',
    faults: (skip) => [{ match: '*', when: 'inside', skip, times: 1 }],
  },
  { name: 'is answered 500', faults: (skip) => [{ match: '*', when: 'before', status: 500, skip, times: 1 }] },
  { name: 'and all after it are answered 503', faults: (skip) => [{ match: '*', when: 'before', status: 503, skip }] },
  {
    name: 'is answered 500 after its effect',
    faults: (skip) => [{ match: '*', when: 'after', status: 500, skip, times: 1 }],
  },
  {
    name: 'is answered 429 with Retry-After',
    faults: (skip) => [{ match: '*', when: 'before', status: 429, headers: { 'retry-after': '7' }, skip, times: 1 }],
  },
  { name: 'is answered 429', faults: (skip) => [{ match: '*', when: 'before', status: 429, skip, times: 1 }] },
  {
    name: 'has a truncated answer',
    faults: (skip) => [{ match: '*', when: 'after', truncate: true, skip, times: 1 }],
  },
];

/** An undisturbed run of an operation. */
export interface Undisturbed {
  readonly calls: readonly string[];
  readonly answer: Answer;
  readonly body: object;
  readonly collate: object;
  readonly scim: readonly object[];
}

/** Whether a provider looks up the resource before the operation, and after each failure; look-ups fill the caches. */
export interface Habits {
  readonly looksFirst: boolean;
  readonly looksBetween: boolean;
}

/** Executes the operation undisturbed, and records its calls. */
export async function rehearse(operation: Operation, habits: Habits, harness: ReplicasHarness): Promise<Undisturbed> {
  const request = await begin(operation, habits, harness);
  const answer = await harness.calm.ask(request);
  const calls = harness.simulator.calls().map(({ method, path }) => `${method} ${path}`);
  return { calls, answer, ...(await observe(answer, operation, harness)) };
}

/**
 * Executes the operation with trouble at one of its calls, then repeats it until it succeeds.
 *
 * @returns the differences from the undisturbed run as text; undefined when the call was never made.
 */
export async function cut(
  operation: Operation,
  { call, trouble, habits }: { readonly call: number; readonly trouble: Trouble; readonly habits: Habits },
  expected: Undisturbed,
  harness: ReplicasHarness,
): Promise<readonly string[] | undefined> {
  const request = await begin(operation, habits, harness);
  const { simulator } = harness;
  simulator.arm(trouble.faults(call));
  const first = await harness.hasty.ask(request);
  const struck = simulator.struck() > 0;
  simulator.clearFaults();
  const wrong: string[] = [];
  const last = await repeat(first, request, { operation, habits, expected, wrong }, harness);
  const said = `${last.status} ${JSON.stringify(last.body)?.slice(0, 200)}`;
  const soon = await observe(last, operation, harness);
  wrong.push(
    ...compare(`at the answer (${said})`, soon, expected, succeeded(last) && last.status === expected.answer.status),
  );
  if (simulator.pending() > 0) {
    await harness.settle();
    wrong.push(...compare('when all calls have ended', await observe(last, operation, harness), expected, false));
  }
  return struck ? wrong : undefined;
}

async function begin(operation: Operation, { looksFirst }: Habits, harness: ReplicasHarness): Promise<ScimRequest> {
  await harness.restart(operation.settings);
  const request = await operation.prepare(createFixtures(harness));
  if (looksFirst) for (const look of operation.looks) await harness.calm.ask(['GET', look]);
  await harness.settle();
  harness.simulator.clearCalls();
  return request;
}

/** The attempts of a provider; held locks may refuse the first few. */
const attempts = 20;

async function repeat(
  first: Answer,
  request: ScimRequest,
  context: { operation: Operation; habits: Habits; expected: Undisturbed; wrong: string[] },
  harness: ReplicasHarness,
): Promise<Answer> {
  const { operation, habits, expected, wrong } = context;
  let answer = first;
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    if (isDone(answer, expected) || (attempt > 1 && answer.status === operation.repeats)) return answer;
    wrong.push(...judgeFailure(answer, request));
    if (habits.looksBetween) {
      for (const look of operation.looks) {
        const { status } = await harness.calm.ask(['GET', look]);
        if (status !== 200) wrong.push(`a look-up after the failure answered ${status}`);
      }
    }
    answer = await harness.hasty.ask(request);
  }
  wrong.push(`never ended: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer;
}

function succeeded({ status, body }: Answer): boolean {
  const results = (body as { readonly Operations?: unknown } | undefined)?.Operations;
  const parts = Array.isArray(results) ? results.map((part: { status?: unknown }) => Number(part.status)) : [];
  return [status, ...parts].every((each) => each < 300);
}

function isDone(answer: Answer, expected: Undisturbed): boolean {
  return succeeded(expected.answer) ? succeeded(answer) : answer.status === expected.answer.status;
}

/** A failure must be 429 or 503 with Retry-After in whole seconds, or 403 for a creation beyond the plan's limit. */
function judgeFailure(answer: Answer, [method]: ScimRequest): readonly string[] {
  const { status, retryAfter, contentType, body } = answer;
  if (status === 200) return [];
  const isQuota = status === 403 && method === 'POST';
  const wrong = [429, 503].includes(status) || isQuota ? [] : [`failed with ${status} ${JSON.stringify(body)}`];
  if (!isQuota && !/^[1-9]\d*$/.test(retryAfter ?? '')) wrong.push(`failed with Retry-After ${retryAfter}`);
  if (!contentType?.startsWith('application/scim+json')) wrong.push(`failed with content of ${contentType}`);
  return wrong;
}

async function observe(
  { body }: Answer,
  { looks }: Operation,
  harness: ReplicasHarness,
): Promise<Pick<Undisturbed, 'body' | 'collate' | 'scim'>> {
  const collate = snapshotOf(harness.simulator.dump());
  const scim: object[] = [];
  for (const path of [...looks, '/Users', '/Groups']) {
    const { status, body: shown } = await harness.calm.ask(['GET', path]);
    scim.push({ path, status, ...normalize(shown, harness.simulator.dump()) });
  }
  return { body: normalize(body, harness.simulator.dump()), collate, scim };
}

function compare(
  when: string,
  actual: Pick<Undisturbed, 'body' | 'collate' | 'scim'>,
  expected: Undisturbed,
  comparesBody: boolean,
): readonly string[] {
  const pairs: readonly (readonly [string, unknown, unknown])[] = [
    ['Collate stores', actual.collate, expected.collate],
    ['SCIM shows', actual.scim, expected.scim],
    ...(comparesBody ? [['the answer is', actual.body, expected.body] as const] : []),
  ];
  return pairs.flatMap(([what, left, right]) => {
    const [is, was] = [JSON.stringify(left), JSON.stringify(right)];
    return is === was ? [] : [`${when}, ${what} ${difference(left, right)}`];
  });
}

/** The differing parts of two values as text; empty when they are equal. */
export function difference(left: unknown, right: unknown, path = ''): string {
  if (JSON.stringify(left) === JSON.stringify(right)) return '';
  if (typeof left === 'object' && typeof right === 'object' && left !== null && right !== null) {
    const keys = new Set([...Object.keys(left), ...Object.keys(right)]);
    return [...keys]
      .map((key) => difference(Reflect.get(left, key), Reflect.get(right, key), `${path}/${key}`))
      .join('');
  }
  return ` ${path}: ${JSON.stringify(left)} and not ${JSON.stringify(right)};`;
}
