import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type IncomingMessage, request as openRequest } from 'node:http';
import { text as readText } from 'node:stream/consumers';
import { core } from '../conformance/harness.ts';
import type { ProcessHarness } from '../journeys/process-harness.ts';
import { sendRaw } from '../support/raw-http.ts';
import {
  type Answer,
  at,
  fill,
  findDifferences,
  hasMembers,
  type ParallelStep,
  type Placeholders,
  type RawStep,
  type ReportCase,
  type RequestStep,
  type StateStep,
  type Step,
  type UsersStep,
} from './report-case.ts';

/** A case under way: the servers, and the values that its steps have saved. */
interface Replay {
  readonly harness: ProcessHarness;
  readonly baseUrl: string;
  readonly values: Placeholders;
}

/** Replays a case and describes each difference from what it expects, with the number of the step. */
export async function replayCase({ steps }: ReportCase, harness: ProcessHarness): Promise<readonly string[]> {
  const [gateway] = harness.gateways;
  if (gateway === undefined) throw new Error('no gateway was started');
  const values: Placeholders = {
    r: randomBytes(4).toString('hex'),
    nobody: '00000000-0000-4000-8000-000000000000',
    token: harness.token,
    prefix: new URL(gateway.baseUrl).pathname,
  };
  const found: string[] = [];
  for (const [index, step] of steps.entries()) {
    const differences = await perform(step, { harness, baseUrl: gateway.baseUrl, values });
    found.push(...differences.map((difference) => `step ${index + 1} (${nameOf(step)}): ${difference}`));
  }
  return found;
}

function nameOf(step: Step): string {
  if ('state' in step) return `Collate's ${step.state.in}`;
  if ('method' in step) return `${step.method} ${decodeURIComponent(step.path.replaceAll('{{%', '{{'))}`;
  if ('raw' in step) return step.raw.split('\r\n', 1).join('');
  return 'users' in step ? `${step.users} users` : `${step.parallel.length} requests at once`;
}

async function perform(step: Step, replay: Replay): Promise<readonly string[]> {
  if ('state' in step) return compareState(step, replay);
  if ('users' in step) return createUsers(step, replay);
  if ('parallel' in step) return performAtOnce(step, replay);
  const answer = 'raw' in step ? await callRaw(step, replay) : await call(step, replay);
  const saved = 'save' in step ? Object.entries(step.save ?? {}) : [];
  for (const [name, pointer] of saved) replay.values[name] = at(answer.body, pointer);
  return findDifferences(fill(step.expect ?? {}, replay.values), answer);
}

function compareState({ state, expect = {} }: StateStep, { harness, values }: Replay): readonly string[] {
  const where = fill(state.where, values);
  const rows = harness.simulator.dump()[state.in].filter((row) => hasMembers(row, where));
  if (expect.count !== undefined) return rows.length === expect.count ? [] : [`${rows.length} of ${expect.count}`];
  return findDifferences(fill(expect, values), { status: 200, headers: {}, body: rows[0] });
}

async function createUsers({ users, prefix }: UsersStep, replay: Replay): Promise<readonly string[]> {
  for (let index = 0; index < users; index += 1) {
    const body = { schemas: [core], userName: `${prefix}${index}.{{r}}@example.com`, active: true };
    const answer = await call({ method: 'POST', path: '/Users', body }, replay);
    if (answer.status !== 201) return [`status of user ${index} is ${answer.status}`];
    replay.values[`${prefix}${index}`] = at(answer.body, '/id');
  }
  return [];
}

async function performAtOnce({ parallel, expect }: ParallelStep, replay: Replay): Promise<readonly string[]> {
  const requests = parallel.flatMap(({ times = 1, ...step }) => Array.from({ length: times }, () => step));
  const answers = await Promise.all(requests.map((step) => call(step, replay)));
  const counts: Record<string, number> = {};
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1;
  return findDifferences({ json: { '': expect?.statuses } }, { status: 200, headers: {}, body: counts });
}

async function callRaw({ raw, rawBody = '' }: RawStep, { baseUrl, values }: Replay): Promise<Answer> {
  const body = fill(rawBody, values);
  const sent = fill(raw, { ...values, body, length: Buffer.byteLength(body) });
  const answer = await sendRaw(Number(new URL(baseUrl).port), sent);
  // An interim answer, 100 Continue, precedes the final one.
  const [, status = answer.status, text = answer.body] = /^HTTP\/1\.1 (\d+).*?\r\n\r\n(.*)$/s.exec(answer.body) ?? [];
  return { status: Number(status), headers: {}, body: parse(text) };
}

async function call(step: RequestStep, { harness, baseUrl, values }: Replay): Promise<Answer> {
  const { simulator, token } = harness;
  const isForCollate = step.target === 'collate';
  const url = new URL(`${isForCollate ? `${simulator.url}/api/v1` : baseUrl}`);
  const body = bodyOf(step, values);
  const headers = {
    authorization: `Bearer ${isForCollate ? simulator.token : token}`,
    ...(body === undefined ? {} : { 'content-type': isForCollate ? 'application/json' : 'application/scim+json' }),
    ...(body === undefined || step.chunked === true ? {} : { 'content-length': body.length }),
    ...fill(step.headers ?? {}, values),
  };
  const sent = openRequest({
    host: url.hostname,
    port: url.port,
    method: step.method,
    path: `${url.pathname}${fill(step.path, values)}`,
    headers: Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== null)),
  });
  sent.end(body);
  const [response]: IncomingMessage[] = await once(sent, 'response');
  if (response === undefined) throw new Error('there was no answer');
  return { status: response.statusCode ?? 0, headers: response.headers, body: parse(await readText(response)) };
}

function bodyOf({ text, body, bom }: RequestStep, values: Placeholders): Buffer | undefined {
  const content = text ?? (body === undefined ? undefined : JSON.stringify(fill(body, values)));
  return content === undefined ? undefined : Buffer.from(`${bom === true ? '\uFEFF' : ''}${content}`);
}

function parse(text: string): unknown {
  return text === '' ? undefined : JSON.parse(text);
}
