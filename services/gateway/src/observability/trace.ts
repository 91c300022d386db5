import type { CollateErrorKind } from '@scim-gateway/collate-client/model';
import type { RequestKind } from './request-metrics.ts';

/** A request at the start of its span. */
export interface TracedRequest {
  /** The client's `traceparent` header; undefined unless its credential is valid. */
  readonly parent: string | undefined;
  readonly method: string;
  /** The route's template; undefined for an unknown path. */
  readonly route: string | undefined;
  readonly kind: RequestKind;
  /** The arrival, by `performance.now()`. */
  readonly startedAt: number;
}

/** The span of one request. */
export interface RequestTrace {
  /** The id of the trace; undefined if it is not recorded. */
  readonly traceId: string | undefined;
  end(outcome: { readonly status: number; readonly tenant: string }): void;
}

/** The operation of a call to Collate. */
export interface TracedCall {
  readonly name: string;
  readonly method: string;
  /** The path's template. */
  readonly path: string;
}

/** The span of one call to Collate. */
export interface CallTrace {
  /** The headers that continue the trace in Collate. */
  readonly headers: Readonly<Record<string, string>>;
  end(outcome: { readonly status: number | undefined; readonly outcome: 'ok' | CollateErrorKind }): void;
}

/**
 * Spans of requests and of their calls to Collate. None contains a name, an id, an address or a filter: routes are
 * templates.
 */
export interface Tracing extends AsyncDisposable {
  begin(request: TracedRequest): RequestTrace;
  /** Runs the work, and everything it starts, as part of the request. */
  run(trace: RequestTrace, work: () => void): void;
  /** Begins the span of a call; undefined outside of a request. */
  beginCall(call: TracedCall): CallTrace | undefined;
  /** The id of the current request's trace; undefined if it is not recorded. */
  currentTraceId(): string | undefined;
}
