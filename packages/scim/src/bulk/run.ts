import { conflict, invalidValue, type ScimError } from '../error.ts';
import type { JsonObject } from '../json.ts';
import { messageUrn } from '../urn.ts';
import { findBulkIds, partUnresolved, resolveData, resolvePath } from './references.ts';
import type { BulkOperation, BulkRequest } from './request.ts';
import type { BulkResult } from './response.ts';

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
  return new BulkRun(request, performer).run();
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
  /** What each operation speaks of and has not been found made yet; looked through once, whatever the order. */
  readonly #needs: string[][];
  /** Ids of what was made, by bulkId. */
  readonly #ids = new Map<string, string>();
  readonly #failedNames = new Set<string>();
  readonly #names: ReadonlySet<string | undefined>;
  /** Operations by the bulkId that they wait for. */
  readonly #parked = new Map<string, number[]>();
  readonly #additions: Addition[] = [];
  #errors = 0;

  constructor({ operations, failOnErrors }: BulkRequest, performer: BulkPerformer) {
    this.#operations = operations;
    this.#failOnErrors = failOnErrors ?? Number.POSITIVE_INFINITY;
    this.#performer = performer;
    this.#results = operations.map(() => undefined);
    this.#needs = operations.map((each) => (each.kind === 'operation' ? [...findBulkIds(each)].reverse() : []));
    this.#names = new Set(
      operations.flatMap((each) => (each.kind === 'operation' && each.method === 'POST' ? [each.bulkId] : [])),
    );
  }

  async run(): Promise<readonly BulkResult[]> {
    await this.#beginAll(this.#operations.keys());
    while (this.#parked.size > 0 && !this.#isOver) await this.#beginAll(await this.#makePart());
    for (const addition of this.#additions) await this.#complete(addition);
    return this.#results.filter((result) => result !== undefined);
  }

  get #isOver(): boolean {
    return this.#errors >= this.#failOnErrors;
  }

  /** Begins operations in their order, and those that their success or failure sets free. */
  async #beginAll(indices: Iterable<number>): Promise<void> {
    const ready = [...indices].reverse();
    for (let index = ready.pop(); index !== undefined && !this.#isOver; index = ready.pop()) {
      if (await this.#begin(index)) ready.push(...this.#freedBy(index).reverse());
    }
  }

  /** False when the operation has to wait. */
  async #begin(index: number): Promise<boolean> {
    const operation = this.#operations[index];
    if (operation === undefined) return false;
    if (operation.kind === 'malformed') return this.#fail(index, operation.error);
    const needs = this.#needs[index] ?? [];
    for (let name = needs.at(-1); name !== undefined; name = needs.at(-1)) {
      if (!this.#names.has(name)) return this.#fail(index, invalidValue(`No operation has the bulkId ${name}.`));
      if (this.#failedNames.has(name)) return this.#fail(index, failedBefore(name));
      if (!this.#ids.has(name)) {
        this.#parked.set(name, [...(this.#parked.get(name) ?? []), index]);
        return false;
      }
      needs.pop();
    }
    await this.#perform(index, {
      ...operation,
      path: resolvePath(operation.path, this.#ids),
      ...(operation.data === undefined ? {} : { data: resolveData(operation.data, this.#ids) }),
    });
    return true;
  }

  /** The operations that waited for what this one makes. */
  #freedBy(index: number): number[] {
    const operation = this.#operations[index];
    const name = isCreation(operation) ? operation.bulkId : undefined;
    const freed = name === undefined ? [] : (this.#parked.get(name) ?? []);
    if (name !== undefined) this.#parked.delete(name);
    return freed;
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

  /** Makes the first of those that wait for one another, without what it waits for; the operations that this sets free. */
  async #makePart(): Promise<readonly number[]> {
    const waiting = [...this.#parked.values()].flat().sort((left, right) => left - right);
    const index = waiting.find((each) => isCreation(this.#operations[each]));
    const operation = index === undefined ? undefined : this.#operations[index];
    if (index === undefined || !isCreation(operation)) {
      this.#parked.clear();
      for (const each of waiting) this.#fail(each, conflict('The operation waits for what is never made.'));
      return [];
    }
    for (const [name, indices] of this.#parked) {
      const others = indices.filter((each) => each !== index);
      if (others.length > 0) this.#parked.set(name, others);
      else this.#parked.delete(name);
    }
    const { now, later } = partUnresolved(operation.data, this.#ids);
    const made = await this.#perform(index, { ...operation, data: resolveData(now, this.#ids) });
    if (made !== undefined) this.#additions.push({ index, path: operation.path, made, later });
    return this.#freedBy(index);
  }

  /** Adds what was left out; a resource that cannot be completed is taken back. */
  async #complete({ index, path, made, later }: Addition): Promise<void> {
    const whole = `${path}/${made.id}`;
    const before = this.#results[index];
    try {
      const failed = [...findBulkIds({ path: '', data: later })].find((name) => !this.#ids.has(name));
      if (failed !== undefined) throw failedBefore(failed);
      const value = resolveData(later, this.#ids);
      const data = { schemas: [messageUrn.patchOp], Operations: [{ op: 'add', value }] };
      const { version } = await this.#performer.perform({ kind: 'operation', method: 'PATCH', path: whole, data });
      this.#results[index] = { ...before, status: made.status, version };
    } catch (error) {
      this.#fail(index, await this.#takeBack(whole, error));
    }
  }

  /** What the client is told: why it could not be completed, or why not even taken back. */
  async #takeBack(path: string, reason: unknown): Promise<ScimError> {
    try {
      await this.#performer.perform({ kind: 'operation', method: 'DELETE', path });
      return this.#performer.toScimError(reason);
    } catch (error) {
      return this.#performer.toScimError(error);
    }
  }

  #fail(index: number, error: ScimError): true {
    const operation = this.#operations[index];
    const asked = operation === undefined ? {} : operation.kind === 'malformed' ? operation.asked : operation;
    if (isCreation(operation) && operation.bulkId !== undefined) {
      this.#failedNames.add(operation.bulkId);
      this.#ids.delete(operation.bulkId);
    }
    this.#results[index] = { method: asked.method, bulkId: asked.bulkId, status: error.status, error };
    this.#errors += 1;
    return true;
  }
}

function failedBefore(name: string): ScimError {
  return conflict(`The operation with the bulkId ${name} failed.`);
}

function toResult({ method, bulkId }: BulkOperation, { status, location, version }: Performed): BulkResult {
  return { method, bulkId, location, version, status };
}

function isCreation(
  operation: BulkRequest['operations'][number] | undefined,
): operation is BulkOperation & { readonly data: JsonObject } {
  if (operation?.kind !== 'operation' || operation.method !== 'POST') return false;
  return typeof operation.data === 'object' && operation.data !== null && !Array.isArray(operation.data);
}
