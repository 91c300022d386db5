import { setTimeout as wait } from 'node:timers/promises';
import { type ScimAnswer, send } from '../journeys/process-harness.ts';
import { groupSchema, patchOf, userOf } from '../support/fixtures.ts';

/** What clients have seen. A failed check names the answer and what had been acknowledged before. */
export interface Tally {
  acknowledged: number;
  /** Reads that were answered. */
  reads: number;
  /** Reads that showed a state of before an acknowledged change. */
  readonly stale: string[];
  /** Answers that no sequence of the changes explains. */
  readonly wrong: string[];
  /** The longest time without an acknowledged change, in milliseconds. */
  longestGapMs: number;
}

/** The gateways to send to; each request goes to one of them, in rotation. */
export interface ClientTarget {
  readonly baseUrls: readonly string[];
  /** Whether Collate has a document store: without one, `externalId` and deletions cannot be remembered. */
  readonly keepsDocuments: boolean;
  readonly running: AbortSignal;
}

/** Runs clients until the signal is aborted. Each changes resources of its own, so that it knows their only right state. */
export async function runClients(count: number, target: ClientTarget): Promise<Tally> {
  const tally: Tally = { acknowledged: 0, reads: 0, stale: [], wrong: [], longestGapMs: 0 };
  const changes = { last: performance.now() };
  const clients = Array.from(
    { length: count },
    (_, index) => new Client(`client-${index}`, target, { tally, changes }),
  );
  await Promise.all(clients.map((client, index) => (index % 2 === 0 ? client.changeUsers() : client.changeGroups())));
  tally.longestGapMs = Math.round(Math.max(tally.longestGapMs, performance.now() - changes.last));
  return tally;
}

/** Longer than a request may take, and than leases need to expire after a loss. */
const patienceMs = 60_000;

interface Progress {
  readonly tally: Tally;
  readonly changes: { last: number };
}

class Client {
  readonly #name: string;
  readonly #target: ClientTarget;
  readonly #progress: Progress;
  #sent = Math.floor(Math.random() * 10);

  constructor(name: string, target: ClientTarget, progress: Progress) {
    this.#name = name;
    this.#target = target;
    this.#progress = progress;
  }

  async changeUsers(): Promise<void> {
    for (let round = 0; this.#isRunning(); round += 1) {
      if (this.#target.keepsDocuments) await this.#changeRememberedUser(round);
      else await this.#changeActivity(round);
    }
  }

  async #changeActivity(round: number): Promise<void> {
    const filter = `userName eq "${this.#name}-${round}@example.com"`;
    await this.#finds('Users', filter, []);
    const { id } = await this.#create('Users', filter, userOf(`${this.#name}-${round}`));
    await this.#finds('Users', filter, [{ id, active: true }]);
    for (const value of [false, true, false]) {
      await this.#change('PATCH', `/Users/${id}`, patchOf({ op: 'replace', path: 'active', value }));
      await this.#finds('Users', filter, [{ id, active: value }]);
    }
  }

  async #changeRememberedUser(round: number): Promise<void> {
    const name = `${this.#name}-${round}`;
    const former = `ext-${name}`;
    const current = `ext-${name}-changed`;
    await this.#finds('Users', `externalId eq "${former}"`, []);
    const { id } = await this.#create('Users', `userName eq "${name}@example.com"`, userOf(name));
    await this.#finds('Users', `userName eq "${name}@example.com"`, [{ id, externalId: former, active: true }]);
    await this.#finds('Users', `externalId eq "${former}"`, [{ id }]);
    await this.#change('PATCH', `/Users/${id}`, patchOf({ op: 'replace', path: 'externalId', value: current }));
    await this.#finds('Users', `externalId eq "${former}"`, []);
    await this.#finds('Users', `externalId eq "${current}"`, [{ id, externalId: current }]);
    await this.#change('PATCH', `/Users/${id}`, patchOf({ op: 'replace', path: 'active', value: false }));
    await this.#finds('Users', `userName eq "${name}@example.com"`, [{ id, externalId: current, active: false }]);
    await this.#shows(`/Users/${id}`, { externalId: current, active: false });
    await this.#change('DELETE', `/Users/${id}`);
    await this.#finds('Users', `userName eq "${name}@example.com"`, []);
    await this.#finds('Users', `externalId eq "${current}"`, []);
  }

  async changeGroups(): Promise<void> {
    const member = await this.#create('Users', `userName eq "${this.#name}@example.com"`, userOf(this.#name));
    for (let round = 0; this.#isRunning(); round += 1) {
      const [former, current] = [`${this.#name} ${round}`, `${this.#name} ${round} renamed`];
      await this.#finds('Groups', `displayName eq "${former}"`, []);
      const { id } = await this.#create('Groups', `displayName eq "${former}"`, {
        schemas: [groupSchema],
        displayName: former,
      });
      await this.#finds('Groups', `displayName eq "${former}"`, [{ id }]);
      await this.#change(
        'PATCH',
        `/Groups/${id}`,
        patchOf({ op: 'add', path: 'members', value: [{ value: member.id }] }),
      );
      await this.#shows(`/Groups/${id}`, { members: [{ value: member.id }] });
      await this.#change('PATCH', `/Groups/${id}`, patchOf({ op: 'replace', path: 'displayName', value: current }));
      await this.#finds('Groups', `displayName eq "${former}"`, []);
      await this.#finds('Groups', `displayName eq "${current}"`, [{ id, displayName: current }]);
      await this.#change('PATCH', `/Groups/${id}`, patchOf({ op: 'remove', path: `members[value eq "${member.id}"]` }));
      await this.#shows(`/Groups/${id}`, { members: [] });
      if (!this.#target.keepsDocuments) continue;
      await this.#change('DELETE', `/Groups/${id}`);
      await this.#finds('Groups', `displayName eq "${current}"`, []);
    }
  }

  #isRunning(): boolean {
    return !this.#target.running.aborted;
  }

  /** Sends the creation until it is answered; as providers do, looks the resource up when it exists already. */
  async #create(endpoint: string, filter: string, body: object): Promise<{ readonly id: string }> {
    const answer = await this.#until('POST', `/${endpoint}`, body);
    this.#acknowledge();
    if (answer.status === 201) return { id: answer.body.id };
    const { body: found } = await this.#until('GET', toPath(endpoint, filter));
    if (answer.status === 409 && found.Resources?.length === 1) return { id: found.Resources[0].id };
    this.#progress.tally.wrong.push(`POST /${endpoint} for ${filter}: ${answer.status}`);
    throw new Error(`cannot create: ${JSON.stringify(answer.body)}`);
  }

  /** Sends the change until it is answered. A repeated DELETE may find nothing. */
  async #change(method: string, path: string, body?: object): Promise<void> {
    const { status } = await this.#until(method, path, body);
    if (status !== 200 && status !== 204 && !(method === 'DELETE' && status === 404)) {
      this.#progress.tally.wrong.push(`${method} ${path} ${JSON.stringify(body)}: ${status}`);
    }
    this.#acknowledge();
  }

  /** A look-up through each gateway has to find exactly these resources. */
  async #finds(endpoint: string, filter: string, expected: readonly object[]): Promise<void> {
    await this.#check(toPath(endpoint, filter), (body) => body?.Resources ?? [], expected);
  }

  async #shows(path: string, expected: object): Promise<void> {
    await this.#check(path, (body) => [{ ...body, members: body?.members ?? [] }], [expected]);
  }

  async #check(path: string, toResources: (body: ScimAnswer['body']) => object[], expected: readonly object[]) {
    const { tally } = this.#progress;
    for (const baseUrl of this.#target.baseUrls) {
      const { status, body } = await attempt(baseUrl, 'GET', path);
      // The gateway may be unable to answer; it must not answer wrongly.
      if (status === 0 || status === 503) continue;
      tally.reads += 1;
      const seen = status === 200 ? toResources(body) : [];
      const isRight =
        status === 200 && seen.length === expected.length && expected.every((each, at) => matches(seen[at], each));
      const text = `GET ${path}: ${status} ${JSON.stringify(seen).slice(0, 300)}; expected ${JSON.stringify(expected)}`;
      if (!isRight) (seen.length >= expected.length ? tally.stale : tally.wrong).push(text);
    }
  }

  #acknowledge(): void {
    const { tally, changes } = this.#progress;
    const now = performance.now();
    tally.acknowledged += 1;
    tally.longestGapMs = Math.max(tally.longestGapMs, now - changes.last);
    changes.last = now;
  }

  /** Repeats the request, at another gateway each time, until it is answered by something else than trouble. */
  async #until(method: string, path: string, body?: object): Promise<ScimAnswer> {
    const began = performance.now();
    for (;;) {
      this.#sent += 1;
      const { baseUrls } = this.#target;
      const answer = await attempt(baseUrls[this.#sent % baseUrls.length] ?? '', method, path, body);
      if (answer.status !== 0 && answer.status !== 503) return answer;
      if (performance.now() - began > patienceMs) throw new Error(`${method} ${path} is never answered`);
      await wait(100);
    }
  }
}

/** The answer; status 0 without one. */
async function attempt(...[baseUrl, method, path, body]: Parameters<typeof send>): Promise<ScimAnswer> {
  return send(baseUrl, method, path, body).catch(() => ({ status: 0, headers: new Headers(), body: undefined }));
}

function toPath(endpoint: string, filter: string): string {
  return `/${endpoint}?filter=${encodeURIComponent(filter)}`;
}

/** Whether the resource has the expected values; of an expected list, these elements and no others. */
function matches(seen: unknown, expected: unknown): boolean {
  if (Array.isArray(expected)) {
    return (
      Array.isArray(seen) && seen.length === expected.length && expected.every((each, at) => matches(seen[at], each))
    );
  }
  if (typeof expected !== 'object' || expected === null) return seen === expected;
  return Object.entries(expected).every(([name, value]) => matches(Object(seen)[name], value));
}
