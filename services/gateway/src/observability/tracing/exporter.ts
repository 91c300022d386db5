import { type FinishedSpan, type Resource, toExportRequest } from './otlp.ts';

export interface ExporterOptions {
  /** The full URL that spans are sent to. */
  readonly url: string;
  /** Read for each export, so that they may change. */
  readonly headers: () => Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly resource: Resource;
  /** The number of spans that were sent, or lost because no collector accepted them. */
  readonly onSpans: (result: 'exported' | 'dropped', count: number) => void;
}

/** How long spans are collected before an export, in milliseconds. */
const flushEveryMs = 5_000;
const batchSize = 512;
/** The most spans in the queue. Further spans are lost: requests matter more than their traces. */
const maxQueued = 2_048;

/** Sends spans to a collector in batches, in the background. An unreachable collector costs spans and nothing else. */
export class SpanExporter implements AsyncDisposable {
  readonly #options: ExporterOptions;
  readonly #timer: NodeJS.Timeout;
  #queued: FinishedSpan[] = [];
  #sending: Promise<void> = Promise.resolve();

  constructor(options: ExporterOptions) {
    this.#options = options;
    this.#timer = setInterval(() => this.#flush(), flushEveryMs).unref();
  }

  add(span: FinishedSpan): void {
    if (this.#queued.length >= maxQueued) {
      this.#options.onSpans('dropped', 1);
      return;
    }
    this.#queued.push(span);
    if (this.#queued.length % batchSize === 0) this.#flush();
  }

  /** Sends the queued spans and waits for the answer. */
  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    this.#flush();
    await this.#sending;
  }

  /** One export at a time, so that a slow collector does not get more and more requests. */
  #flush(): void {
    this.#sending = this.#sending.then(() => this.#sendAll());
  }

  async #sendAll(): Promise<void> {
    while (this.#queued.length > 0) {
      const batch = this.#queued.splice(0, batchSize);
      this.#options.onSpans((await this.#send(batch)) ? 'exported' : 'dropped', batch.length);
    }
  }

  async #send(batch: readonly FinishedSpan[]): Promise<boolean> {
    const { url, headers, timeoutMs, resource } = this.#options;
    try {
      const answer = await fetch(url, {
        method: 'POST',
        redirect: 'error',
        headers: { ...headers(), 'content-type': 'application/json' },
        body: JSON.stringify(toExportRequest(batch, resource)),
        signal: AbortSignal.timeout(timeoutMs),
      });
      await answer.body?.cancel();
      return answer.ok;
    } catch {
      // The caller counts the lost spans. A log line per batch would flood the log while the collector is away.
      return false;
    }
  }
}
