import { type FileKind, fileKinds, processMetrics } from './catalogue/process.ts';
import { trafficMetrics } from './catalogue/traffic.ts';
import { target, upstreamMetrics } from './catalogue/upstream.ts';
import type { MetricFactory } from './metric-factory.ts';

/** Something that a metric reads at the moment it is asked. */
export interface MetricsSources {
  readonly version: string;
  /** The commit that the gateway was built from, where that is known. */
  readonly revision?: string | undefined;
  readonly isRedisConfigured: boolean;
  /** The keys of configured providers. */
  readonly tenants?: () => readonly string[];
  /** When credentials expire, by name, in milliseconds since the epoch. */
  readonly tokenExpiries: () => ReadonlyMap<string, number>;
  /** When the gateway's own Collate token expires. */
  readonly upstreamTokenExpiry: () => number | undefined;
  /** When certificates from files expire, by what they are for, in milliseconds since the epoch. */
  readonly certificateExpiries?: () => ReadonlyMap<string, number>;
  /** How many look-ups a cache in memory holds. */
  readonly cacheEntries?: () => number | undefined;
  /** Looks at files that nobody has asked for lately, so that what is told of them is true. */
  readonly lookAtFiles?: () => void;
  readonly isReadOnly: () => boolean;
}

/** What runs, and what of it ends some day. */
export function describeProcess(make: MetricFactory, sources: MetricsSources): void {
  make.gauge(processMetrics.build)(1, sources.version, sources.revision ?? 'unknown', process.version);
  make.observed(processMetrics.readOnly, (set) => set(sources.isReadOnly() ? 1 : 0));
  make.observed(trafficMetrics.tokenExpiry, (set) => {
    for (const [name, expiresAt] of sources.tokenExpiries()) set(expiresAt / 1000, name);
  });
  make.observed(upstreamMetrics.tokenExpiry, (set) => {
    const expiresAt = sources.upstreamTokenExpiry();
    if (expiresAt !== undefined) set(expiresAt / 1000, target);
  });
  make.observed(processMetrics.certificateExpiry, (set) => {
    for (const [name, expiresAt] of sources.certificateExpiries?.() ?? []) set(expiresAt / 1000, name);
  });
}

/** How the gateway itself fares: its audit trail, its log, its files, its end. */
export function createOperationMetrics(make: MetricFactory) {
  const audit = make.counter(processMetrics.audit);
  const lost = make.counter(processMetrics.logErrors);
  const spans = make.counter(processMetrics.traceSpans);
  const draining = make.gauge(processMetrics.draining);
  const isGood = make.gauge(processMetrics.reloadSuccessful);
  const takenAt = make.gauge(processMetrics.reloadTimestamp);
  /** Files that could not be used when they were last looked at. */
  const bad = new Map(fileKinds.map((kind) => [kind, new Set<string>()]));
  for (const kind of fileKinds) {
    isGood(1, kind);
    takenAt(0, kind);
  }
  return {
    logLost: () => {
      lost().total += 1;
    },
    auditEvent: (result: 'written' | 'dropped') => {
      audit(result).total += 1;
    },
    /** A file was read again, or could not be used; a kind is well when all its files are. */
    fileReloaded: (kind: FileKind, path: string, isUsable: boolean) => {
      const failing = bad.get(kind);
      if (isUsable) failing?.delete(path);
      else failing?.add(path);
      isGood((failing?.size ?? 0) === 0 ? 1 : 0, kind);
      if (isUsable) takenAt(Date.now() / 1000, kind);
    },
    spansEnded: (result: 'exported' | 'dropped', count: number) => {
      spans(result).total += count;
    },
    draining: () => draining(1),
  };
}
