import { conflict, invalidValue, type ScimError } from '../error.ts';
import { isObject, type JsonObject } from '../json.ts';
import { messageUrn } from '../urn.ts';
import { findBulkIds, partUnresolved, resolveData, resolvePath } from './references.ts';
import type { BulkCreation, BulkOperation, BulkRequest, MalformedOperation } from './request.ts';
import type { BulkResult } from './response.ts';

/** The outcome of one successful operation. */
export interface Performed {
  /** The HTTP status of the operation as a request of its own. */
  readonly status: number;
  /** The id of the created resource; absent unless the operation is a POST. */
  readonly id?: string | undefined;
  readonly location?: string | undefined;
  readonly version?: string | undefined;
}

/** Performs the operations of a bulk request one by one. */
export interface BulkPerformer {
  /** Performs an operation as if it were a request of its own. Its path and data contain ids in place of bulkIds. */
  perform(operation: BulkOperation): Promise<Performed>;
  /** The error that the client receives for anything that `perform` throws. */
  toScimError(error: unknown): ScimError;
}

/**
 * Runs a bulk request. Operations run in the order of the request, except that an operation that refers to a later
 * POST by bulkId runs after it. POSTs that refer to each other are created without these references, which a PATCH
 * then adds.
 *
 * @returns results in the order of the operations. After `failOnErrors` failures, operations that have not started
 * are left out.
 * @see https://www.rfc-editor.org/rfc/rfc7644#section-3.7
 * @example
 * ```ts
 * const request = parseBulkRequest(body, { maxOperations: 1000 });
 * const results = await runBulk(request, {
 *   perform: ({ method, path, data }) => send(method, path, data),
 *   toScimError: (error) => (error instanceof ScimError ? error : internal('The operation failed.', { cause: error })),
 * });
 * return toBulkResponse(results);
 * ```
 */
export async function runBulk(request: BulkRequest, performer: BulkPerformer): Promise<readonly BulkResult[]> {
  return new BulkRun(request, performer).run();
}

/** One operation and how far it has come. */
interface Step {
  readonly position: number;
  readonly operation: BulkOperation | MalformedOperation;
  /** The bulkIds that the operation refers to and that are not yet known to have an id; the next to check is last. */
  readonly unchecked: string[];
  /** Set when the operation has succeeded or failed. */
  result: BulkResult | undefined;
}

/** A POST that refers to resources which must be created first. */
type BlockedCreation = Step & { readonly operation: BulkCreation };

/** The attributes still to add to a resource that was created without them. */
interface Completion {
  readonly step: Step;
  /** The path of the created resource. */
  readonly path: string;
  readonly created: Performed;
  readonly later: JsonObject;
}

class BulkRun {
  readonly #performer: BulkPerformer;
  readonly #failOnErrors: number;
  readonly #steps: readonly Step[];
  /** The bulkIds of all POSTs in the request. */
  readonly #bulkIds: ReadonlySet<string>;
  /** Ids of created resources by bulkId. */
  readonly #ids = new Map<string, string>();
  readonly #failedBulkIds = new Set<string>();
  /** Steps by the bulkId whose resource must be created first. */
  readonly #blocked = new Map<string, Step[]>();
  readonly #completions: Completion[] = [];
  #failures = 0;

  constructor({ operations, failOnErrors }: BulkRequest, performer: BulkPerformer) {
    this.#performer = performer;
    this.#failOnErrors = failOnErrors ?? Number.POSITIVE_INFINITY;
    this.#steps = operations.map((operation, position) => {
      const bulkIds = operation.kind === 'operation' ? [...findBulkIds(operation)] : [];
      return { position, operation, unchecked: bulkIds.reverse(), result: undefined };
    });
    this.#bulkIds = new Set(operations.flatMap((operation) => createdBulkId(operation) ?? []));
  }

  async run(): Promise<readonly BulkResult[]> {
    await this.#startAll(this.#steps);
    while (this.#blocked.size > 0 && !this.#isStopped) await this.#startAll(await this.#breakCircle());
    for (const completion of this.#completions) await this.#complete(completion);
    return this.#steps.flatMap(({ result }) => result ?? []);
  }

  get #isStopped(): boolean {
    return this.#failures >= this.#failOnErrors;
  }

  /** Starts steps in order; each that ends is followed by the steps that it unblocks. */
  async #startAll(steps: readonly Step[]): Promise<void> {
    const ready = [...steps].reverse();
    for (let step = ready.pop(); step !== undefined && !this.#isStopped; step = ready.pop()) {
      await this.#start(step);
      if (step.result !== undefined) ready.push(...this.#unblockedBy(step).reverse());
    }
  }

  /** Performs the operation, fails it, or leaves it blocked. */
  async #start(step: Step): Promise<void> {
    const { operation } = step;
    if (operation.kind === 'malformed') {
      this.#fail(step, operation.error);
      return;
    }
    const readiness = this.#checkReferences(step);
    if (readiness === 'blocked') return;
    if (readiness === 'ready') await this.#perform(step, this.#withIds(operation));
    else this.#fail(step, readiness);
  }

  /** Whether all references of a step have ids; the error when one never will. */
  #checkReferences(step: Step): 'ready' | 'blocked' | ScimError {
    for (let bulkId = step.unchecked.at(-1); bulkId !== undefined; bulkId = step.unchecked.at(-1)) {
      if (!this.#bulkIds.has(bulkId)) return unknownBulkId(bulkId);
      if (this.#failedBulkIds.has(bulkId)) return failedBulkId(bulkId);
      if (!this.#ids.has(bulkId)) {
        this.#blocked.set(bulkId, [...(this.#blocked.get(bulkId) ?? []), step]);
        return 'blocked';
      }
      step.unchecked.pop();
    }
    return 'ready';
  }

  #withIds(operation: BulkOperation): BulkOperation {
    const path = resolvePath(operation.path, this.#ids);
    if (operation.data === undefined) return { ...operation, path };
    return { ...operation, path, data: resolveData(operation.data, this.#ids) };
  }

  #unblockedBy({ operation }: Step): Step[] {
    const bulkId = createdBulkId(operation);
    if (bulkId === undefined) return [];
    const unblocked = this.#blocked.get(bulkId) ?? [];
    this.#blocked.delete(bulkId);
    return unblocked;
  }

  async #perform(step: Step, operation: BulkOperation): Promise<Performed | undefined> {
    try {
      const performed = await this.#performer.perform(operation);
      const { status, id, location, version } = performed;
      if (operation.method === 'POST' && id !== undefined) this.#ids.set(operation.bulkId, id);
      else if (operation.method === 'POST') this.#failedBulkIds.add(operation.bulkId);
      step.result = { method: operation.method, bulkId: operation.bulkId, location, version, status };
      return performed;
    } catch (error) {
      this.#fail(step, this.#performer.toScimError(error));
      return undefined;
    }
  }

  /**
   * Creates the first of the POSTs that refer to each other, without the attributes that hold these references.
   *
   * @returns the steps that this unblocks. All that remains blocked at this point depends on such a POST.
   */
  async #breakCircle(): Promise<readonly Step[]> {
    const step = [...this.#blocked.values()].flat().filter(isBlockedCreation).reduce(earlier);
    for (const [bulkId, steps] of this.#blocked) {
      const others = steps.filter((each) => each !== step);
      if (others.length > 0) this.#blocked.set(bulkId, others);
      else this.#blocked.delete(bulkId);
    }
    const { operation } = step;
    // Data that is not an object is wrong, and for the performer to reject.
    const parts = isObject(operation.data) ? partUnresolved(operation.data, this.#ids) : { now: operation.data };
    const created = await this.#perform(step, { ...operation, data: resolveData(parts.now, this.#ids) });
    if (created !== undefined && 'later' in parts)
      this.#completions.push({ step, path: `${operation.path}/${created.id}`, created, later: parts.later });
    return this.#unblockedBy(step);
  }

  /** Adds the attributes that a resource was created without; deletes the resource when that fails. */
  async #complete({ step, path, created, later }: Completion): Promise<void> {
    try {
      const failed = [...findBulkIds({ path: '', data: later })].find((bulkId) => !this.#ids.has(bulkId));
      if (failed !== undefined) throw failedBulkId(failed);
      const operation = { op: 'add', value: resolveData(later, this.#ids) };
      const data = { schemas: [messageUrn.patchOp], Operations: [operation] };
      const { version } = await this.#performer.perform({ kind: 'operation', method: 'PATCH', path, data });
      step.result = { ...step.result, status: created.status, version };
    } catch (error) {
      this.#fail(step, await this.#delete(path, error));
    }
  }

  /** Deletes an incomplete resource. Returns why it is incomplete, or why it could not be deleted. */
  async #delete(path: string, reason: unknown): Promise<ScimError> {
    try {
      await this.#performer.perform({ kind: 'operation', method: 'DELETE', path });
      return this.#performer.toScimError(reason);
    } catch (error) {
      return this.#performer.toScimError(error);
    }
  }

  #fail(step: Step, error: ScimError): void {
    const { operation } = step;
    const { method, bulkId } = operation.kind === 'malformed' ? operation.sent : operation;
    const created = createdBulkId(operation);
    if (created !== undefined) {
      this.#failedBulkIds.add(created);
      this.#ids.delete(created);
    }
    step.result = { method, bulkId, status: error.status, error };
    this.#failures += 1;
  }
}

function createdBulkId(operation: BulkOperation | MalformedOperation): string | undefined {
  return operation.kind === 'operation' && operation.method === 'POST' ? operation.bulkId : undefined;
}

function isBlockedCreation(step: Step): step is BlockedCreation {
  return createdBulkId(step.operation) !== undefined;
}

function earlier(one: BlockedCreation, other: BlockedCreation): BlockedCreation {
  return one.position < other.position ? one : other;
}

function unknownBulkId(bulkId: string): ScimError {
  return invalidValue(`No POST in the request has the bulkId ${JSON.stringify(bulkId)}; add one, or refer to an id.`);
}

function failedBulkId(bulkId: string): ScimError {
  return conflict(
    `The operation needs the resource with the bulkId ${JSON.stringify(bulkId)}, whose POST failed; correct that POST.`,
  );
}
