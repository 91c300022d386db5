import {
  type BulkOperation,
  type BulkRequest,
  type BulkResult,
  conflict,
  findBulkIds,
  invalidValue,
  type JsonObject,
  messageUrn,
  partUnresolved,
  resolveData,
  resolvePath,
  type ScimError,
} from '@scim-gateway/scim';

/** How an operation went. */
export interface Performed {
  readonly status: number;
  /** The id of what a POST made. */
  readonly id?: string | undefined;
  readonly location?: string | undefined;
  readonly version?: string | undefined;
}

/** Carries out operations of a bulk request, each as its single form would be. */
export interface BulkPerformer {
  perform(operation: BulkOperation): Promise<Performed>;
  /** What a client is told of a failure. */
  toScimError(error: unknown): ScimError;
}

/**
 * Carries out a bulk request, operation by operation in their order; one that speaks of what a later one makes waits for it. Where
 * operations wait for one another, the first is made without what it waits for, which is added when it is there.
 *
 * @returns the results in the order of the operations; those that were not begun for too many errors are left out.
 * @see https://www.rfc-editor.org/rfc/rfc7644#section-3.7
 */
export async function runBulk(request: BulkRequest, performer: BulkPerformer): Promise<readonly BulkResult[]> {
  const run = new BulkRun(request, performer);
  while (!run.isDone) await run.pass();
  return run.results();
}

/** What is added to a resource that was made before what it speaks of. */
interface Addition {
  readonly index: number;
  readonly path: string;
  readonly made: Performed;
  readonly later: JsonObject;
}

class BulkRun {
  readonly #operations: BulkRequest['operations'];
  readonly #failOnErrors: number;
  readonly #performer: BulkPerformer;
  readonly #results: (BulkResult | undefined)[];
  /** Ids of what was made, by bulkId. */
  readonly #ids = new Map<string, string>();
  readonly #failedNames = new Set<string>();
  readonly #names: ReadonlySet<string | undefined>;
  #waiting: readonly number[];
  #additions: readonly Addition[] = [];
  #errors = 0;

  constructor({ operations, failOnErrors }: BulkRequest, performer: BulkPerformer) {
    this.#operations = operations;
    this.#failOnErrors = failOnErrors ?? Number.POSITIVE_INFINITY;
    this.#performer = performer;
    this.#results = operations.map(() => undefined);
    this.#waiting = operations.map((_, index) => index);
    this.#names = new Set(
      operations.flatMap((each) => ('path' in each && each.method === 'POST' ? [each.bulkId] : [])),
    );
  }

  get isDone(): boolean {
    const isIdle = this.#waiting.length === 0 && this.#additions.length === 0;
    return isIdle || this.#errors >= this.#failOnErrors;
  }

  results(): readonly BulkResult[] {
    return this.#results.filter((result) => result !== undefined);
  }

  /** Goes once through what waits; where nothing of it can be begun, makes a part of something. */
  async pass(): Promise<void> {
    const waiting: number[] = [];
    for (const index of this.#waiting) {
      if (this.#errors >= this.#failOnErrors) return;
      if (!(await this.#begin(index))) waiting.push(index);
    }
    const isStuck = waiting.length > 0 && waiting.length === this.#waiting.length;
    this.#waiting = waiting;
    if (isStuck) await this.#makePart();
    await this.#add();
  }

  /** False when the operation has to wait. */
  async #begin(index: number): Promise<boolean> {
    const operation = this.#operations[index];
    if (operation === undefined) return true;
    if ('error' in operation) return this.#fail(index, operation.error);
    const missing = [...findBulkIds(operation)].filter((name) => !this.#ids.has(name));
    const unknown = missing.find((name) => !this.#names.has(name));
    if (unknown !== undefined) return this.#fail(index, invalidValue(`No operation has the bulkId ${unknown}.`));
    const failed = missing.find((name) => this.#failedNames.has(name));
    if (failed !== undefined) return this.#fail(index, conflict(`The operation with the bulkId ${failed} failed.`));
    if (missing.length > 0) return false;
    await this.#perform(index, {
      ...operation,
      path: resolvePath(operation.path, this.#ids),
      ...(operation.data === undefined ? {} : { data: resolveData(operation.data, this.#ids) }),
    });
    return true;
  }

  async #perform(index: number, operation: BulkOperation): Promise<Performed | undefined> {
    try {
      const made = await this.#performer.perform(operation);
      if (operation.method === 'POST' && operation.bulkId !== undefined && made.id !== undefined) {
        this.#ids.set(operation.bulkId, made.id);
      }
      this.#results[index] = toResult(operation, made);
      return made;
    } catch (error) {
      this.#fail(index, this.#performer.toScimError(error));
      return undefined;
    }
  }

  /** Makes the first of those that wait for one another, without what it waits for. */
  async #makePart(): Promise<void> {
    const index = this.#waiting.find((each) => isCreation(this.#operations[each]));
    const operation = index === undefined ? undefined : this.#operations[index];
    if (index === undefined || !isCreation(operation)) {
      for (const each of this.#waiting) this.#fail(each, conflict('The operation waits for what is never made.'));
      this.#waiting = [];
      return;
    }
    this.#waiting = this.#waiting.filter((each) => each !== index);
    const { now, later } = partUnresolved(operation.data, this.#ids);
    const made = await this.#perform(index, { ...operation, data: resolveData(now, this.#ids) });
    if (made === undefined) return;
    this.#additions = [...this.#additions, { index, path: operation.path, made, later }];
  }

  /** Adds what can be added by now; a resource that cannot be completed is taken back. */
  async #add(): Promise<void> {
    const open: Addition[] = [];
    for (const addition of this.#additions) {
      const names = [...findBulkIds({ path: '', data: addition.later })];
      const isOpen = names.some((name) => !this.#ids.has(name) && !this.#failedNames.has(name));
      if (isOpen) open.push(addition);
      else await this.#complete(addition);
    }
    this.#additions = open;
  }

  async #complete({ index, path, made, later }: Addition): Promise<void> {
    const whole = `${path}/${made.id}`;
    const value = resolveData(later, this.#ids);
    const data = { schemas: [messageUrn.patchOp], Operations: [{ op: 'add', value }] };
    const before = this.#results[index];
    try {
      const { version } = await this.#performer.perform({ method: 'PATCH', path: whole, data });
      this.#results[index] = { ...before, status: made.status, version };
    } catch (error) {
      await this.#performer.perform({ method: 'DELETE', path: whole });
      this.#fail(index, this.#performer.toScimError(error));
    }
  }

  #fail(index: number, error: ScimError): true {
    const operation = this.#operations[index];
    const asked = operation === undefined ? {} : 'asked' in operation ? operation.asked : operation;
    if (isCreation(operation) && operation.bulkId !== undefined) {
      this.#failedNames.add(operation.bulkId);
      this.#ids.delete(operation.bulkId);
    }
    this.#results[index] = { method: asked.method, bulkId: asked.bulkId, status: error.status, error };
    this.#errors += 1;
    return true;
  }
}

function toResult({ method, bulkId }: BulkOperation, { status, location, version }: Performed): BulkResult {
  return { method, bulkId, location, version, status };
}

function isCreation(
  operation: BulkRequest['operations'][number] | undefined,
): operation is BulkOperation & { readonly data: JsonObject } {
  if (operation === undefined || !('path' in operation) || operation.method !== 'POST') return false;
  return typeof operation.data === 'object' && operation.data !== null && !Array.isArray(operation.data);
}
