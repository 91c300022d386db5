import { type FileKind, fileKinds, processMetrics } from './catalogue/process.ts';
import type { MetricFactory } from './metric-factory.ts';

/** What runs. */
export interface ProcessFacts {
  readonly version: string;
  /** The commit that the gateway was built from; undefined where it is not known. */
  readonly revision?: string | undefined;
}

/** The gateway itself: build, read-only state, audit trail, log, files, shutdown. */
export function createProcessMetrics(make: MetricFactory, { version, revision }: ProcessFacts) {
  const audit = make.counter(processMetrics.audit);
  const lost = make.counter(processMetrics.logErrors);
  const spans = make.counter(processMetrics.traceSpans);
  const draining = make.gauge(processMetrics.draining);
  const readOnly = make.watchable(processMetrics.readOnly);
  make.gauge(processMetrics.build)(1, version, revision ?? 'unknown', process.version);
  return {
    /** Shows, at each scrape, whether writes are refused. */
    watchReadOnly: (isOn: () => boolean) => readOnly((set) => set(isOn() ? 1 : 0)),
    logLost: () => {
      lost().total += 1;
    },
    auditEvent: (result: 'written' | 'dropped') => {
      audit(result).total += 1;
    },
    spansEnded: (result: 'exported' | 'dropped', count: number) => {
      spans(result).total += count;
    },
    draining: () => draining(1),
    ...createFileMetrics(make),
  };
}

/** Whether the files that are read again could be used. A kind is good while all its files are. */
function createFileMetrics(make: MetricFactory) {
  const isGood = make.gauge(processMetrics.reloadSuccessful);
  const readAt = make.gauge(processMetrics.reloadTimestamp);
  const failing = new Map(fileKinds.map((kind) => [kind, new Set<string>()]));
  for (const kind of fileKinds) {
    isGood(1, kind);
    readAt(0, kind);
  }
  const show = (kind: FileKind) => isGood((failing.get(kind)?.size ?? 0) === 0 ? 1 : 0, kind);
  return {
    /** A changed file was read and is in force. */
    fileRead: (kind: FileKind, path: string) => {
      failing.get(kind)?.delete(path);
      readAt(Date.now() / 1000, kind);
      show(kind);
    },
    /** A file could not be used when it was last read; its last good content stays in force. */
    fileFailed: (kind: FileKind, path: string) => {
      failing.get(kind)?.add(path);
      show(kind);
    },
  };
}
