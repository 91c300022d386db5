import { type FinishedSpan, type Resource, toExportRequest } from './otlp.ts';

export interface ExporterOptions {
  /** Where spans are sent to, its path included. */
  readonly url: string;
  /** Asked for with every request, so that they may change. */
  readonly headers: () => Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly resource: Resource;
  /** So many spans were sent, or lost since nobody took them. */
  readonly onSpans: (result: 'exported' | 'dropped', count: number) => void;
}

/** Spans wait for so long, so that many travel together. */
const flushEveryMs = 5_000;
const batchSize = 512;
/** Beyond so many that wait, further spans are lost: what is observed goes before what observes. */
const mostWaiting = 2_048;

/** Sends spans to a collector, many at a time and beside the work; one that cannot be reached costs spans and nothing else. */
export class SpanExporter implements AsyncDisposable {
  readonly #options: ExporterOptions;
  readonly #timer: NodeJS.Timeout;
  #waiting: FinishedSpan[] = [];
  #sending: Promise<void> = Promise.resolve();

  constructor(options: ExporterOptions) {
    this.#options = options;
    this.#timer = setInterval(() => this.#flush(), flushEveryMs).unref();
  }

  add(span: FinishedSpan): void {
    if (this.#waiting.length >= mostWaiting) {
      this.#options.onSpans('dropped', 1);
      return;
    }
    this.#waiting.push(span);
    if (this.#waiting.length % batchSize === 0) this.#flush();
  }

  /** Sends what waits. */
  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    this.#flush();
    await this.#sending;
  }

  /** One request at a time, so that a slow collector is not asked more and more. */
  #flush(): void {
    this.#sending = this.#sending.then(() => this.#sendAll());
  }

  async #sendAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, batchSize);
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
      // A collector that is away is counted; there is nothing else to say, least of all with every batch.
      return false;
    }
  }
}
