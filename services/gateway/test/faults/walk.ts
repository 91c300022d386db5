import type { Fault } from '@scim-gateway/collate-simulator';
import { createScene } from '../support/scene.ts';
import { normalize, snapshotOf } from '../support/snapshot.ts';
import { type Answer, hastyMs, type ScimRequest, type Stand } from '../support/stand.ts';
import type { Operation } from './operations.ts';

/** One way in which a call to Collate can go wrong; `skip` counts the calls before it. */
export interface Trouble {
  readonly name: string;
  readonly faults: (skip: number) => readonly Fault[];
}

const tooLong = hastyMs * 1.5;
const refusing = { match: '*', when: 'before', reset: true } as const;

/** Every way, for one call, or for it and all that follow until the provider has its answer. */
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
    name: 'hangs and comes to nothing',
    faults: (skip) => [{ match: '*', when: 'before', delay: tooLong, reset: true, skip, times: 1 }],
  },
  {
    name: 'takes effect after everybody has given up',
    faults: (skip) => [{ match: '*', when: 'before', delay: tooLong, skip, times: 1 }],
  },
  {
    name: 'hangs after its effect',
    faults: (skip) => [{ match: '*', when: 'after', delay: tooLong, skip, times: 1 }],
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
    name: 'has its answer broken off',
    faults: (skip) => [{ match: '*', when: 'after', truncate: true, skip, times: 1 }],
  },
];

/** How an operation goes when nothing goes wrong. */
export interface Undisturbed {
  readonly calls: readonly string[];
  readonly answer: Answer;
  readonly body: object;
  readonly collate: object;
  readonly scim: readonly object[];
}

/** Whether providers look for what they are about to make, and after each failure; it fills the caches. */
export interface Habits {
  readonly looksFirst: boolean;
  readonly looksBetween: boolean;
}

/** Carries the operation out, and notes the calls it makes. */
export async function rehearse(operation: Operation, habits: Habits, stand: Stand): Promise<Undisturbed> {
  const request = await begin(operation, habits, stand);
  const answer = await stand.calm.ask(request);
  const calls = stand.simulator.calls().map(({ method, path }) => `${method} ${path}`);
  return { calls, answer, ...(await observe(answer, operation, stand)) };
}

/**
 * Carries the operation out with trouble at one of its calls, then repeats it until it succeeds.
 *
 * @returns what was wrong, in words; nothing when all was right. Undefined when the call was never made.
 */
export async function cut(
  operation: Operation,
  { call, trouble, habits }: { readonly call: number; readonly trouble: Trouble; readonly habits: Habits },
  expected: Undisturbed,
  stand: Stand,
): Promise<readonly string[] | undefined> {
  const request = await begin(operation, habits, stand);
  const { simulator } = stand;
  simulator.arm(trouble.faults(call));
  const first = await stand.hasty.ask(request);
  const struck = simulator.struck() > 0;
  simulator.clearFaults();
  const wrong: string[] = [];
  const last = await repeat(first, request, { operation, habits, expected, wrong }, stand);
  const said = `${last.status} ${JSON.stringify(last.body)?.slice(0, 200)}`;
  const soon = await observe(last, operation, stand);
  wrong.push(
    ...compare(`at the answer (${said})`, soon, expected, succeeded(last) && last.status === expected.answer.status),
  );
  if (simulator.pending() > 0) {
    await stand.settle();
    wrong.push(...compare('when all calls had ended', await observe(last, operation, stand), expected, false));
  }
  return struck ? wrong : undefined;
}

async function begin(operation: Operation, { looksFirst }: Habits, stand: Stand): Promise<ScimRequest> {
  await stand.restart(operation.settings);
  const request = await operation.prepare(createScene(stand));
  if (looksFirst) for (const look of operation.looks) await stand.calm.ask(['GET', look]);
  await stand.settle();
  stand.simulator.clearCalls();
  return request;
}

/** How often a provider tries again; held queues may turn the first few attempts away. */
const attempts = 20;

async function repeat(
  first: Answer,
  request: ScimRequest,
  context: { operation: Operation; habits: Habits; expected: Undisturbed; wrong: string[] },
  stand: Stand,
): Promise<Answer> {
  const { operation, habits, expected, wrong } = context;
  let answer = first;
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    if (isDone(answer, expected) || (attempt > 1 && answer.status === operation.repeats)) return answer;
    wrong.push(...judgeFailure(answer, request));
    if (habits.looksBetween) {
      for (const look of operation.looks) {
        const { status } = await stand.calm.ask(['GET', look]);
        if (status !== 200) wrong.push(`a look-up after the failure was answered ${status}`);
      }
    }
    answer = await stand.hasty.ask(request);
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

/** What a failure may say: try again, in whole seconds; or, of a creation that a plan's quota seems to forbid, 403. */
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
  stand: Stand,
): Promise<Pick<Undisturbed, 'body' | 'collate' | 'scim'>> {
  const collate = snapshotOf(stand.simulator.dump());
  const scim: object[] = [];
  for (const path of [...looks, '/Users', '/Groups']) {
    const { status, body: shown } = await stand.calm.ask(['GET', path]);
    scim.push({ path, status, ...normalize(shown, stand.simulator.dump()) });
  }
  return { body: normalize(body, stand.simulator.dump()), collate, scim };
}

function compare(
  when: string,
  actual: Pick<Undisturbed, 'body' | 'collate' | 'scim'>,
  expected: Undisturbed,
  comparesBody: boolean,
): readonly string[] {
  const pairs: readonly (readonly [string, unknown, unknown])[] = [
    ['Collate holds', actual.collate, expected.collate],
    ['SCIM shows', actual.scim, expected.scim],
    ...(comparesBody ? [['the answer says', actual.body, expected.body] as const] : []),
  ];
  return pairs.flatMap(([what, left, right]) => {
    const [is, was] = [JSON.stringify(left), JSON.stringify(right)];
    return is === was ? [] : [`${when}, ${what} ${difference(left, right)}`];
  });
}

/** The parts of two values that differ, as text; empty when none do. */
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
